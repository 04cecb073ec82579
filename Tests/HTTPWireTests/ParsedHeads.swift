// Parses whole heads that tests write down as text.

import HTTPWire

/// A text whose bytes stay where they are as long as it lives.
final class FixedText {
    let bytes: UnsafeRawBufferPointer
    let base: UnsafeRawPointer

    init(_ text: String) {
        let memory = UnsafeMutableRawBufferPointer.allocate(
            byteCount: text.utf8.count, alignment: 1)
        memory.copyBytes(from: text.utf8)
        bytes = UnsafeRawBufferPointer(memory)
        guard let base = bytes.baseAddress else { fatalError("a text has at least one byte") }
        self.base = base
    }

    deinit { bytes.deallocate() }

    func text(_ span: ByteSpan) -> String {
        String(decoding: bytes[span.start..<span.end], as: UTF8.self)
    }
}

/// A request's head together with its text.
struct ParsedRequest {
    let source: FixedText
    let head: RequestHead
    let fault: HeadFault?

    /// Parses these lines, each without its line end, and an empty one.
    init(_ lines: [String]) {
        source = FixedText(lines.map { $0 + "\r\n" }.joined() + "\r\n")
        head = RequestHead(limits: RequestReader.limits)
        fault = head.parse(source.base, count: source.bytes.count)
    }

    /// Parses a `GET` with a host and these fields.
    init(fields: [String]) {
        self.init(["GET /a HTTP/1.1", "Host: a.test"] + fields)
    }

    /// The lines that are passed on.
    func passedOn(dropping dropped: KnownFieldSet = []) -> String? {
        Written.text { head.copyFields(from: source.base, dropping: dropped, to: &$0) }
    }
}

/// An answer's head together with its text.
struct ParsedResponse {
    let source: FixedText
    let head: ResponseHead
    let fault: HeadFault?

    /// Parses these lines, each without its line end, and an empty one.
    init(_ lines: [String]) {
        source = FixedText(lines.map { $0 + "\r\n" }.joined() + "\r\n")
        head = ResponseHead(limits: RequestReader.limits)
        fault = head.parse(source.base, count: source.bytes.count)
    }

    /// Parses an answer with this status and these fields.
    init(status: Int, fields: [String] = []) {
        self.init(["HTTP/1.1 \(status) Reason"] + fields)
    }

    /// The lines that are passed on.
    func passedOn(dropping dropped: KnownFieldSet = []) -> String? {
        Written.text { head.copyFields(from: source.base, dropping: dropped, to: &$0) }
    }
}
