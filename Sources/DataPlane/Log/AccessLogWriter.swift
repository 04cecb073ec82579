// One worker's side of the access log: makes JSON lines and hands them over in bundles.

import Glibc
import HTTPWire
import Plan
import Recording

/// Collects lines for the sink; a line that finds no room is dropped and counted.
final class AccessLogWriter {
    private static let bundleBytes = 64 * 1024

    private let sink: AccessLogSink
    private let recorder: WorkerRecorder
    private var lines: [UInt8] = []
    private var lineCount = 0

    init(_ sink: AccessLogSink, recorder: WorkerRecorder) {
        self.sink = sink
        self.recorder = recorder
    }

    /// Notes what only the head knows, if this request is to be logged.
    func note(_ head: RequestHead, base: UnsafeRawPointer, in exchange: Exchange) {
        exchange.logText.removeAll(keepingCapacity: true)
        guard isChosen(&exchange.worker.random) else { return }
        unsafe Self.append(head, base, to: &exchange.logText)
    }

    /// Writes the line of a request that the gateway answered itself before any route took it.
    func writeRefusal(
        _ head: RequestHead, base: UnsafeRawPointer, _ error: GatewayError,
        _ identifier: RequestIdentifier, client: ClientSide, _ random: inout RandomSource
    ) {
        if sink.settings.errorsOnly && error.status < 500 { return }
        guard isChosen(&random) else { return }
        begin(identifier, client.identity.addressText)
        unsafe Self.append(head, base, to: &lines)
        // There is no trace of it here, but perhaps one that it came from.
        if unsafe TraceParent.isValid(head, base) {
            let place = unsafe TraceParent(validIn: head, base)
            lines.appendTrace(place, span: 0)
        }
        add(",\"route\":\"\",\"version\":\"\",\"endpoint\":\"\",\"status\":\(error.status)")
        add(",\"outcome\":\"refused\",\"error\":\"\(error.slug)\",\"total_us\":0")
        add(",\"received_bytes\":0,\"sent_bytes\":0,\"retries\":0,\"override\":false}\n")
        lineCount += 1
    }

    /// Whether the sample holds this request.
    private func isChosen(_ random: inout RandomSource) -> Bool {
        let sample = sink.settings.sampleBuckets
        return sample >= 100_000 || random.below(100_000) < sample
    }

    private static func append(
        _ head: RequestHead, _ base: UnsafeRawPointer, to text: inout [UInt8]
    ) {
        text.append(contentsOf: ",\"method\":\"".utf8)
        unsafe text.appendJSON(head.method.bytes(at: base))
        text.append(contentsOf: "\",\"host\":\"".utf8)
        unsafe text.appendJSON(head.authority.bytes(at: base))
        text.append(contentsOf: "\",\"target\":\"".utf8)
        unsafe text.appendJSON(head.target.bytes(at: base))
        text.append(contentsOf: "\"".utf8)
    }

    private func begin(_ identifier: RequestIdentifier, _ address: [UInt8]) {
        if lines.count >= Self.bundleBytes { handOver() }
        var time = timeval()
        unsafe gettimeofday(&time, nil)
        add("{\"time_ms\":\(time.tv_sec * 1_000 + Int(time.tv_usec) / 1_000),\"request_id\":\"")
        unsafe withUnsafeTemporaryAllocation(byteCount: 160, alignment: 1) { memory in
            var writer = unsafe HeadWriter(memory)
            identifier.write(&writer)
            unsafe lines.append(contentsOf: memory.prefix(writer.count))
        }
        add("\",\"client\":\"")
        lines.append(contentsOf: address)
        add("\"")
    }

    /// Writes the line of an exchange that was noted.
    func write(_ exchange: Exchange, _ outcome: Outcome) {
        let isError = outcome.status >= 500 || outcome.kind != .answered
        if sink.settings.errorsOnly && !isError { return }
        begin(exchange.identifier, exchange.client?.identity.addressText ?? [])
        lines.append(contentsOf: exchange.logText)
        add(",\"route\":\"\(exchange.route?.name ?? "")\",\"version\":\"")
        lines.append(contentsOf: exchange.version?.name ?? [])
        add("\",\"endpoint\":\"\(exchange.pool?.endpoint.url ?? "")\"")
        add(",\"status\":\(outcome.status),\"outcome\":\"\(outcome.kind)\"")
        if outcome.firstByteMicroseconds >= 0 {
            add(",\"first_byte_us\":\(outcome.firstByteMicroseconds)")
        }
        add(",\"total_us\":\(outcome.totalMicroseconds)")
        add(",\"received_bytes\":\(outcome.receivedBytes),\"sent_bytes\":\(outcome.sentBytes)")
        add(",\"retries\":\(outcome.retries),\"override\":\(outcome.isOverride)}\n")
        lineCount += 1
    }

    /// Gives the collected lines to the sink.
    func handOver() {
        let lost = sink.takeLostLines()
        if lost > 0 { recorder.add(.accessLogDropped, lost) }
        guard lineCount > 0 else { return }
        if !sink.write(lines, count: lineCount) { recorder.add(.accessLogDropped, lineCount) }
        lines = []
        lineCount = 0
    }

    private func add(_ text: String) {
        lines.append(contentsOf: text.utf8)
    }
}

extension [UInt8] {
    /// Appends bytes as the inside of a JSON string; bytes beyond ASCII as their Latin-1 escape.
    mutating func appendJSON(_ bytes: UnsafeRawBufferPointer) {
        let digits = Array("0123456789abcdef".utf8)
        for index in 0..<bytes.count {
            let byte = unsafe bytes[index]
            if byte >= 0x20 && byte < 0x7F && byte != 0x22 && byte != 0x5C {
                append(byte)
            } else {
                append(contentsOf: "\\u00".utf8)
                append(digits[Int(byte >> 4)])
                append(digits[Int(byte & 15)])
            }
        }
    }
}
