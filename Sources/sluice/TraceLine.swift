// One line of a trace: `{"at_ms": 0, "version": "v1", "status": 200, "latency_ms": 8.2}`.

import Verdict

/// What is wrong with a line, and where in it.
struct TraceLineFault: Error {
    /// Counted from 1, in bytes.
    let column: Int
    /// What; why it matters; how to mend it.
    let message: String

    init(_ column: Int, _ what: String, _ why: String, _ mend: String) {
        self.column = column
        message = "\(what); \(why); \(mend)"
    }
}

/// One recorded outcome, as it is written.
struct TraceLine {
    static let example =
        "write {\"at_ms\": 0, \"version\": \"v1\", \"status\": 200, \"latency_ms\": 8.2}"
    /// The largest number that every writer of JSON gets right.
    private static let mostMilliseconds = 9_007_199_254_740_991.0
    /// The longest latency: a day.
    private static let mostLatencyMilliseconds = 86_400_000.0

    let atMilliseconds: Int
    let version: String
    let status: Int
    let latencyMicroseconds: Int
    /// -1 if the line does not say.
    let firstByteMicroseconds: Int
    /// Nil if the line does not say that the answer is a stream.
    let stream: TraceOutcome.Stream?
    /// Where the time and the version stand.
    let timeColumn: Int
    let versionColumn: Int

    /// Reads a line; other keys than its own are passed over.
    init(_ bytes: [UInt8]) throws(TraceLineFault) {
        let members = try JSONLine.members(bytes)
        let version = try Self.member("version", members)
        guard case .text(let name) = version.value, !name.isEmpty else {
            throw Self.odd(version, "version", "a name such as \"v1\"")
        }
        self.version = name
        versionColumn = version.column
        timeColumn = try Self.member("at_ms", members).column
        atMilliseconds = Int(try Self.number("at_ms", members, 0...Self.mostMilliseconds))
        latencyMicroseconds = Int(
            try Self.number("latency_ms", members, 0...Self.mostLatencyMilliseconds) * 1_000)
        let status = try Self.number("status", members, 0...599)
        guard status == status.rounded(), status == 0 || status >= 100 else {
            throw Self.odd(
                try Self.member("status", members), "status",
                "0 without an answer, or from 100 to 599")
        }
        self.status = Int(status)
        firstByteMicroseconds = try Self.microseconds("ttfb_ms", members)
        stream = try Self.stream(members)
    }

    /// A stream, if the line calls it one or has a gap of it.
    private static func stream(
        _ members: [JSONLine.Member]
    ) throws(TraceLineFault) -> TraceOutcome.Stream? {
        let gap = try microseconds("event_gap_ms", members)
        var isStream: Bool?
        if let member = optional("stream", members) {
            guard case .boolean(let value) = member.value else {
                throw odd(member, "stream", "true or false")
            }
            if !value && gap >= 0 {
                throw TraceLineFault(
                    member.column, "stream is false beside event_gap_ms",
                    "only streams have events", "write stream: true, or leave event_gap_ms out")
            }
            isStream = value
        }
        return (isStream ?? (gap >= 0)) ? TraceOutcome.Stream(gapMicroseconds: gap) : nil
    }

    /// A time that may be left out: -1 then, and for null.
    private static func microseconds(
        _ name: String, _ members: [JSONLine.Member]
    ) throws(TraceLineFault) -> Int {
        if optional(name, members) == nil { return -1 }
        return Int(try number(name, members, 0...mostLatencyMilliseconds) * 1_000)
    }

    /// A member that may be left out; null says nothing either.
    private static func optional(
        _ name: String, _ members: [JSONLine.Member]
    ) -> JSONLine.Member? {
        guard let found = members.last(where: { $0.name == name }) else { return nil }
        if case .null = found.value { return nil }
        return found
    }

    private static func number(
        _ name: String, _ members: [JSONLine.Member], _ range: ClosedRange<Double>
    ) throws(TraceLineFault) -> Double {
        let found = try member(name, members)
        guard case .number(let number) = found.value, range.contains(number) else {
            throw odd(found, name, "a number from 0 to \(Int(range.upperBound))")
        }
        return number
    }

    private static func member(
        _ name: String, _ members: [JSONLine.Member]
    ) throws(TraceLineFault) -> JSONLine.Member {
        guard let found = members.last(where: { $0.name == name }) else {
            throw TraceLineFault(
                1, "\(name) is missing", "the outcome cannot be replayed without it", example)
        }
        return found
    }

    private static func odd(
        _ member: JSONLine.Member, _ name: String, _ wanted: String
    ) -> TraceLineFault {
        TraceLineFault(
            member.column, "\(name) is not what it has to be",
            "the outcome cannot be replayed without it", "write \(wanted)")
    }
}
