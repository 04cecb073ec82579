// Spans as OTLP has them in JSON: ids in hexadecimal, 64-bit numbers as strings.

import DataPlane
import Plan

/// Writes one `ExportTraceServiceRequest` (OTLP 1, the mapping of protobuf to JSON).
struct SpanDocument {
    /// What OTLP calls the kinds of spans.
    private enum Kind: Int {
        case server = 2
        case client = 3
    }

    /// STATUS_CODE_ERROR.
    private static let errorCode = 2

    private var text: [UInt8] = []
    private var isFirst = true

    /// The body of a post.
    static func body(_ spans: [TraceSpan], service: String) -> [UInt8] {
        var document = SpanDocument()
        document.text.reserveCapacity(1_024 * (spans.count + 1))
        document.raw("{\"resourceSpans\":[{\"resource\":{\"attributes\":[")
        document.attribute("service.name", service)
        document.raw("]},\"scopeSpans\":[{\"scope\":{\"name\":\"sluice\"},\"spans\":[")
        for (index, span) in spans.enumerated() {
            if index > 0 { document.raw(",") }
            document.write(span)
        }
        document.raw("]}]}]}")
        return document.text
    }

    private mutating func write(_ span: TraceSpan) {
        let request = span.request
        let kind: Kind = span.kind == .request ? .server : .client
        raw("{\"traceId\":\"\(Self.hex(request.high))\(Self.hex(request.low))\"")
        raw(",\"spanId\":\"\(Self.hex(span.span))\"")
        if span.parent != 0 { raw(",\"parentSpanId\":\"\(Self.hex(span.parent))\"") }
        let method =
            request.isKnownMethod ? String(decoding: request.method, as: UTF8.self) : "HTTP"
        raw(",\"name\":")
        string(kind == .server ? "\(method) \(request.route)" : method)
        raw(",\"kind\":\(kind.rawValue)")
        raw(",\"startTimeUnixNano\":\"\(span.start)\",\"endTimeUnixNano\":\"\(span.end)\"")
        raw(",\"attributes\":[")
        isFirst = true
        writeHTTP(span)
        writePlace(span)
        writeOwn(span)
        raw("]")
        if !span.error.isEmpty { raw(",\"status\":{\"code\":\(Self.errorCode)}") }
        raw("}")
    }

    /// The attributes of OpenTelemetry's conventions for HTTP.
    private mutating func writeHTTP(_ span: TraceSpan) {
        let method = String(decoding: span.request.method, as: UTF8.self)
        attribute("http.request.method", span.request.isKnownMethod ? method : "_OTHER")
        if !span.request.isKnownMethod { attribute("http.request.method_original", method) }
        attribute("url.path", String(decoding: span.request.path, as: UTF8.self))
        if span.status > 0 { attribute("http.response.status_code", span.status) }
        if let status = span.grpcStatus {
            attribute("rpc.system", "grpc")
            attribute("rpc.grpc.status_code", status)
        }
        if !span.error.isEmpty { attribute("error.type", span.error) }
        if span.resends > 0 && span.kind != .request {
            attribute("http.request.resend_count", span.resends)
        }
    }

    private mutating func writePlace(_ span: TraceSpan) {
        guard let endpoint = span.endpoint else {
            attribute("url.scheme", "https")
            let (host, port) = Self.split(String(decoding: span.request.host, as: UTF8.self))
            if !host.isEmpty { attribute("server.address", host) }
            if let port { attribute("server.port", port) }
            return
        }
        let path = String(decoding: span.request.path, as: UTF8.self)
        attribute("url.full", endpoint.url + path)
        attribute("server.address", endpoint.host)
        attribute("server.port", endpoint.port)
    }

    private mutating func writeOwn(_ span: TraceSpan) {
        attribute("sluice.route", span.request.route)
        attribute("sluice.version", String(decoding: span.version, as: UTF8.self))
        if span.request.step >= 0 { attribute("sluice.step", span.request.step) }
        if !span.outcome.isEmpty { attribute("sluice.outcome", span.outcome) }
        attribute("sluice.sampled", span.request.isAsked ? "caller" : "draw")
        switch span.kind {
        case .request, .attempt: break
        case .shadow: attribute("sluice.shadow", "copy")
        case .control: attribute("sluice.shadow", "control")
        }
    }

    /// Host and port of `host:port` or `[IPv6]:port`.
    private static func split(_ text: String) -> (String, Int?) {
        guard let colon = text.lastIndex(of: ":"),
            let port = UInt16(text[text.index(after: colon)...])
        else { return (text, nil) }
        return (String(text[..<colon]), Int(port))
    }

    // MARK: JSON

    private mutating func attribute(_ key: StaticString, _ value: String) {
        begin(key)
        raw("{\"stringValue\":")
        string(value)
        raw("}}")
    }

    private mutating func attribute(_ key: StaticString, _ value: Int) {
        begin(key)
        raw("{\"intValue\":\"\(value)\"}}")
    }

    private mutating func begin(_ key: StaticString) {
        if !isFirst { raw(",") }
        isFirst = false
        raw("{\"key\":\"\(key)\",\"value\":")
    }

    private mutating func raw(_ words: String) { text.append(contentsOf: words.utf8) }

    private mutating func string(_ words: String) {
        text.append(0x22)
        for byte in words.utf8 {
            switch byte {
            case 0x22, 0x5C: text += [0x5C, byte]
            case 0..<0x20, 0x7F: raw("\\u00" + String(0x100 + Int(byte), radix: 16).dropFirst())
            default: text.append(byte)
            }
        }
        text.append(0x22)
    }

    private static func hex(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
