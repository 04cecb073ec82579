// Reads a request from bytes that arrive in pieces, as a connection does.

import HTTPWire
import RequestCases

/// What has come of a request so far.
enum Verdict: Equatable {
    case incomplete
    case refused(status: Int, fault: String)
    case accepted(Reading)

    init(_ fault: HeadFault) {
        self = .refused(status: fault.status, fault: "\(fault.slug)")
    }

    /// The verdict in the words of the table of cases.
    var expectation: RequestCase.Expectation? {
        switch self {
        case .incomplete: nil
        case .refused(let status, let fault): .refused(status: status, fault: fault)
        case .accepted(let reading): .accepted(reading.request)
        }
    }
}

/// All that is known of a request that has been taken.
struct Reading: Equatable {
    var request: AcceptedRequest
    /// The field lines that are passed on.
    var passedOn: [UInt8]
    /// The trailer lines that are passed on.
    var trailers: [UInt8]
    /// How many bytes the request took.
    var usedBytes: Int
}

/// Feeds a scanner, a head and a chunk decoder with growing input.
final class RequestReader {
    static let limits = HeadLimits(
        headBytes: CaseLimits.headBytes, headFields: CaseLimits.headFields,
        targetBytes: CaseLimits.targetBytes)

    private let memory: GuardedMemory
    private let head = RequestHead(limits: RequestReader.limits)
    private var scanner = HeadScanner()
    private var decoder = RequestReader.newDecoder()
    private var pending: [UInt8] = []
    private var reading: Reading?
    private var bodyLeft: UInt64 = 0
    private(set) var verdict = Verdict.incomplete

    init(memory: GuardedMemory) { self.memory = memory }

    private static func newDecoder() -> ChunkedDecoder {
        ChunkedDecoder(
            lineLimit: CaseLimits.chunkLineBytes, trailerLimit: CaseLimits.trailerBytes)
    }

    /// What comes of an input that arrives in pieces that end at these offsets, and at its end.
    static func read(
        _ bytes: [UInt8], cutAt cuts: some Sequence<Int> = [], memory: GuardedMemory
    ) -> Verdict {
        let reader = RequestReader(memory: memory)
        var start = 0
        for cut in cuts {
            reader.feed(bytes[start..<cut])
            start = cut
        }
        reader.feed(bytes[start...])
        return reader.verdict
    }

    /// Takes a piece, unless the verdict is there already.
    func feed(_ piece: ArraySlice<UInt8>) {
        guard verdict == .incomplete else { return }
        pending.append(contentsOf: piece)
        if reading == nil { readHead() }
        if reading != nil { readBody() }
    }

    private func readHead() {
        let bytes = memory.place(pending)
        guard let base = bytes.baseAddress else { return }
        switch scanner.scanRequest(base, count: bytes.count, limits: Self.limits) {
        case .incomplete: return
        case .fault(let fault): verdict = Verdict(fault)
        case .complete(let length):
            let skip = scanner.skip
            scanner.reset()
            let count = length - skip
            // The head alone, so that reading beyond it would end the tests.
            let alone = memory.place(Array(pending[skip..<length]))
            guard let headBase = alone.baseAddress else { return }
            if let fault = head.parse(headBase, count: count) {
                verdict = Verdict(fault)
            } else {
                reading = describe(alone, usedBytes: length)
                if case .length(let length) = head.body { bodyLeft = length }
                pending.removeFirst(length)
            }
        }
    }

    private func readBody() {
        let bytes = memory.place(pending)
        switch head.body {
        case .none, .untilClose: finish()
        case .length:
            let count = Int(min(bodyLeft, UInt64(bytes.count)))
            take(bytes, 0, count)
            bodyLeft -= UInt64(count)
            reading?.usedBytes += count
            if bodyLeft == 0 { finish() }
        case .chunked: readChunks(bytes)
        }
        pending = []
    }

    private func readChunks(_ bytes: UnsafeRawBufferPointer) {
        var position = 0
        while true {
            switch decoder.next(bytes, &position) {
            case .data(let start, let count): take(bytes, start, count)
            case .needsInput:
                reading?.usedBytes += position
                return
            case .finished:
                reading?.usedBytes += position
                reading?.trailers = decoder.trailers
                return finish()
            case .fault(let fault):
                verdict = Verdict(fault)
                return
            }
        }
    }

    private func take(_ bytes: UnsafeRawBufferPointer, _ start: Int, _ count: Int) {
        reading?.request.body.append(contentsOf: bytes[start..<start + count])
    }

    private func finish() {
        if let reading { verdict = .accepted(reading) }
    }

    private func describe(_ bytes: UnsafeRawBufferPointer, usedBytes: Int) -> Reading? {
        guard let base = bytes.baseAddress else { return nil }
        func text(_ span: ByteSpan) -> String {
            String(decoding: bytes[span.start..<span.end], as: UTF8.self)
        }
        var host = [UInt8](repeating: 0, count: head.host.count)
        let hostCount = host.withUnsafeMutableBytes {
            head.copyLowercasedHost(from: base, into: $0)
        }
        let framing =
            switch head.body {
            case .none: "none"
            case .length(let length): "length \(length)"
            case .chunked: "chunked"
            case .untilClose: "until close"
            }
        let request = AcceptedRequest(
            method: text(head.method), path: text(head.path),
            host: String(decoding: host.prefix(hostCount), as: UTF8.self), framing: framing,
            keepsAlive: head.keepsAlive, body: [])
        let passedOn = Written.bytes(capacity: bytes.count) {
            head.copyFields(from: base, dropping: [], to: &$0)
        }
        return Reading(
            request: request, passedOn: passedOn ?? [], trailers: [], usedBytes: usedBytes)
    }
}
