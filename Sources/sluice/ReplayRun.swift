// One trace through one ramp: from lines to outcomes, and from decisions to a report.

import Admin
import Control
import Journal
import Plan
import RouteFiles
import Verdict

/// A replay under way.
struct ReplayRun {
    let route: RouteDefinition
    let trace: TraceFile
    private let stable: String
    private let candidate: String
    private let known: Set<String>
    private var replay: TraceReplay
    private var decisions: [DecisionDocument] = []
    /// Outcomes of versions that are not the ramp's.
    private var others = 0

    init(route: RouteDefinition, canary: Canary, trace: TraceFile) {
        self.route = route
        self.trace = trace
        stable = route.versions[canary.stable].name
        candidate = route.versions[canary.candidate].name
        known = Set(route.versions.map(\.name))
        replay = TraceReplay(canary: canary, stable: stable, candidate: candidate)
    }

    /// Replays all of the trace; `tell` is given a line for each decision as it falls.
    mutating func replay(_ tell: (String) throws -> Void) throws {
        try trace.forEachLine { number, bytes in
            for decision in try take(bytes, number) { try tell(keep(decision)) }
        }
        guard replay.last != nil else {
            throw trace.failure(
                1, 1, "the trace holds no outcome of \(stable) or \(candidate)",
                "there is nothing to replay", TraceLine.example)
        }
        if let decision = replay.finish() { try tell(keep(decision)) }
    }

    private mutating func take(
        _ bytes: [UInt8], _ number: Int
    ) throws -> [TraceReplay.TimedDecision] {
        do throws(TraceLineFault) {
            let line = try TraceLine(bytes)
            guard line.version == stable || line.version == candidate else {
                if !known.contains(line.version) { throw unknown(line) }
                others += 1
                return []
            }
            return try take(line)
        } catch {
            throw trace.failure(number, error.column, error.message)
        }
    }

    private mutating func take(
        _ line: TraceLine
    ) throws(TraceLineFault) -> [TraceReplay.TimedDecision] {
        do throws(TraceFault) {
            return try replay.take(
                TraceOutcome(
                    atMilliseconds: line.atMilliseconds, isCandidate: line.version == candidate,
                    status: line.status, latencyMicroseconds: line.latencyMicroseconds,
                    firstByteMicroseconds: line.firstByteMicroseconds, stream: line.stream))
        } catch {
            throw Self.fault(error, line)
        }
    }

    private static func fault(_ fault: TraceFault, _ line: TraceLine) -> TraceLineFault {
        switch fault {
        case .outOfOrder(let last):
            TraceLineFault(
                line.timeColumn, "at_ms is \(line.atMilliseconds) after \(last)",
                "time in a replay only goes forward", "sort the trace by at_ms")
        case .tooLate(let first):
            TraceLineFault(
                line.timeColumn,
                "at_ms is \(line.atMilliseconds), more than 31 days after the first (\(first))",
                "the unit is hardly milliseconds", "write milliseconds, or cut the trace")
        }
    }

    private func unknown(_ line: TraceLine) -> TraceLineFault {
        let names = route.versions.map(\.name).joined(separator: ", ")
        return TraceLineFault(
            line.versionColumn, "\(route.name) has no version \(line.version)",
            "it is not known what to compare the outcome with",
            "write one of \(names), or name another route")
    }

    /// Keeps a decision for the report, and puts it in a line.
    private mutating func keep(_ decision: TraceReplay.TimedDecision) -> String {
        let document = DecisionDocument(
            StoredDecision(
                id: Int64(decisions.count + 1), route: route.name,
                atMilliseconds: decision.atMilliseconds, decision: decision.decision))
        decisions.append(document)
        return ReplayReport.line(document, startMs: replay.first ?? 0)
    }

    /// What has come of it.
    var report: ReplayReport {
        ReplayReport(
            trace: trace.path, startMs: replay.first ?? 0, endMs: replay.last ?? 0,
            stableOutcomes: replay.stableCount, candidateOutcomes: replay.candidateCount,
            otherOutcomes: others, leavesOutShadow: replay.leavesOutShadow, decisions: decisions,
            ramp: RampDocument(
                RampView(route: route.name, engine: replay.engine, guards: replay.guards)))
    }
}
