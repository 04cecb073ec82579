// Which trailers are passed on: those of a short list, never what frames or routes.

import HTTPWire
import Testing

@Suite("Trailers")
struct TrailerTests {
    /// The trailer lines that are passed on, or nil if the body is refused.
    private func passedOn(_ lines: [String]) -> String? {
        var decoder = ChunkedDecoder(lineLimit: 64, trailerLimit: 8_192)
        let text = "1\r\nx\r\n0\r\n" + lines.map { $0 + "\r\n" }.joined() + "\r\n"
        let bytes = Array(text.utf8)
        var position = 0
        while true {
            switch bytes.withUnsafeBytes({ decoder.next($0, &position) }) {
            case .data: continue
            case .finished: return String(decoding: decoder.trailers, as: UTF8.self)
            case .needsInput, .fault: return nil
            }
        }
    }

    @Test(
        "that are passed on",
        arguments: [
            "grpc-status", "grpc-message", "grpc-status-details-bin", "server-timing", "digest",
            "content-digest", "repr-digest", "signature", "signature-input", "etag",
            "content-md5", "x-checksum", "x-a",
        ])
    func allowed(name: String) {
        for spelling in [name, name.uppercased()] {
            #expect(passedOn(["\(spelling):  value "]) == "\(spelling):  value \r\n")
        }
    }

    @Test(
        "that are dropped",
        arguments: [
            "host", "content-length", "transfer-encoding", "connection", "te", "trailer",
            "upgrade", "expect", "keep-alive", "proxy-connection", "proxy-authenticate",
            "proxy-authorization", "http2-settings", "authorization", "cookie", "set-cookie",
            "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-forwarded-port",
            "forwarded", "x-real-ip", "x-request-id", "x-sluice-version", "x-sluice-",
            "traceparent", "tracestate", "via", "date", "server", "content-type",
            "content-encoding", "content-range", "content-location", "cache-control", "age",
            "expires", "location", "max-forwards", "range", "if-match", "retry-after", "vary",
            "www-authenticate", "warning", "pragma", "access-control-allow-origin",
            "strict-transport-security", "grpc", "grpcstatus", "x", "xa", "x_a", "digests",
            "my-digest", "unknown",
        ])
    func dropped(name: String) {
        for spelling in [name, name.uppercased()] {
            #expect(passedOn(["\(spelling): value"]) == "")
        }
    }

    @Test("keep their order, without those that are dropped")
    func mixed() {
        let lines = ["X-B: 1", "Host: a.test", "grpc-status: 0", "Content-Length: 5", "X-A:"]
        #expect(passedOn(lines) == "X-B: 1\r\ngrpc-status: 0\r\nX-A:\r\n")
        #expect(passedOn([]) == "")
    }

    @Test(
        "that are dropped must be well-formed all the same",
        arguments: ["Host : a", "Host", "Host: \u{1}", ": a", "Ho st: a", " Host: a", "Host: a\r"])
    func malformed(line: String) {
        #expect(passedOn([line]) == nil)
        #expect(passedOn(["X-A: 1", line]) == nil)
    }

    @Test("cannot smuggle lines into what is passed on")
    func injection() {
        let hostile = ["X-A: 1\rHost: b", "X-A: 1\nHost: b", "X-A: 1\0", "X-A: 1\r\r"]
        for line in hostile { #expect(passedOn([line]) == nil) }
    }
}
