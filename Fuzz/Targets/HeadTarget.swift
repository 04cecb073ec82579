// Heads of requests and answers in HTTP/1.1, and the fields of HTTP/2.

import HTTPWire
import RequestCases

/// The first byte says what the rest is, and where it is cut.
enum HeadTarget {
    private static let limits = HeadLimits(headBytes: 8_192, headFields: 64, targetBytes: 2_048)

    static let seeds: [[UInt8]] =
        RequestCases.all.map { [0] + $0.bytes }
        + [
            "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: x-a\r\nx-a: b\r\n\r\n",
            "HTTP/1.1 103 \r\nlink: </a>\r\n\r\n", "HTTP/1.0 204 No\r\nset-cookie: a=b\r\n\r\n",
        ].map { [1] + Array($0.utf8) }
        + [
            ":method\0GET\0:scheme\0https\0:path\0/a?b\0:authority\0a.test\0cookie\0a=b\0te\0trailers\0",
            ":status\0200\0content-type\0text/plain\0",
        ].flatMap { text in [2, 3, 4].map { [$0] + Array(text.utf8) } }

    static func run(_ input: [UInt8]) {
        guard let first = input.first else { return }
        let rest = Array(input.dropFirst())
        switch first % 5 {
        case 0: read(rest, cutAt: Int(first) / 5, isRequest: true)
        case 1: read(rest, cutAt: Int(first) / 5, isRequest: false)
        case 2: transcribe(rest, .request)
        case 3: transcribe(rest, .answer)
        default: transcribe(rest, .trailers)
        }
    }

    /// What a scanner makes of bytes, in words that can be compared.
    private static func scan(_ pieces: [[UInt8]], isRequest: Bool) -> String {
        var scanner = HeadScanner()
        var bytes: [UInt8] = []
        for piece in pieces {
            bytes += piece
            if bytes.isEmpty { continue }
            let result = bytes.alone { memory in
                guard let base = memory.baseAddress else { return "" }
                let result =
                    isRequest
                    ? scanner.scanRequest(base, count: memory.count, limits: limits)
                    : scanner.scanResponse(base, count: memory.count, limits: limits)
                switch result {
                case .incomplete: return ""
                case .fault(let fault): return "fault \(fault.slug)"
                case .complete(let length): return "\(scanner.skip) \(length)"
                }
            }
            if !result.isEmpty { return result }
        }
        return "incomplete"
    }

    private static func read(_ bytes: [UInt8], cutAt cut: Int, isRequest: Bool) {
        let place = min(cut, bytes.count)
        let whole = scan([bytes], isRequest: isRequest)
        let inTwo = scan([Array(bytes[..<place]), Array(bytes[place...])], isRequest: isRequest)
        promise(whole == inTwo, "cut at \(place): \(inTwo), whole: \(whole)")
        let numbers = whole.split(separator: " ").compactMap { Int($0) }
        guard numbers.count == 2 else { return }
        check(Array(bytes[numbers[0]..<numbers[1]]), isRequest: isRequest)
    }

    /// Parses a head, and what would be passed on of it.
    private static func check(_ bytes: [UInt8], isRequest: Bool) {
        let passedOn: [UInt8]? = bytes.alone { memory in
            guard let base = memory.baseAddress else { return nil }
            let request = RequestHead(limits: limits)
            let answer = ResponseHead(limits: limits)
            let fault =
                isRequest
                ? request.parse(base, count: memory.count)
                : answer.parse(base, count: memory.count)
            if fault != nil { return nil }
            var fields = [UInt8](repeating: 0, count: memory.count)
            let count = fields.withUnsafeMutableBytes { target in
                var writer = HeadWriter(target)
                if isRequest {
                    request.copyFields(from: base, dropping: [], to: &writer)
                } else {
                    answer.copyFields(from: base, dropping: [], to: &writer)
                }
                return writer.count
            }
            if isRequest {
                _ = request.grpcTimeoutNanoseconds(base)
                _ = request.isGRPC(base)
            } else {
                _ = answer.body(answering: .get)
                _ = answer.grpcStatus(base)
                _ = answer.streamKind(base, isEndless: true)
            }
            return Array(fields.prefix(count))
        }
        guard let passedOn else { return }
        let line = isRequest ? "GET / HTTP/1.1\r\n" : "HTTP/1.1 200 OK\r\n"
        let again = Array(line.utf8) + passedOn + Array("\r\n".utf8)
        let verdict = scan([again], isRequest: isRequest)
        promise(verdict == "0 \(again.count)", "what is passed on is no head: \(verdict)")
    }

    /// Fields of HTTP/2: names and values, a NUL behind each. Controls and capitals are refused
    /// by nghttp2 before (RFC 9113 §8.2.1).
    private static func transcribe(_ bytes: [UInt8], _ kind: HeadTranscript.Kind) {
        let words = bytes.split(separator: 0, omittingEmptySubsequences: false).map(Array.init)
        let transcript = HeadTranscript(limits: limits)
        transcript.begin(kind)
        for index in stride(from: 0, to: words.count - 1, by: 2) {
            let name = words[index].filter {
                $0 > 0x20 && $0 != 0x7F && !(0x41...0x5A).contains($0)
            }
            let value = words[index + 1].filter { $0 >= 0x20 && $0 != 0x7F }
            let result = name.alone { name in
                value.alone { transcript.add(name, $0) }
            }
            if result == .bomb { return }
        }
        transcript.finish(isEnd: bytes.count % 2 == 0)
        guard transcript.fault == nil, kind != .trailers else { return }
        let text = Array(transcript.bytes)
        let verdict = scan([text], isRequest: kind == .request)
        promise(
            verdict.hasPrefix("fault") || verdict == "0 \(text.count)",
            "a transcript is no head: \(verdict)")
        if verdict == "0 \(text.count)" { check(text, isRequest: kind == .request) }
    }
}
