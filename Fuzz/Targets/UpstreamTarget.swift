// What endpoints answer, in HTTP/1.1 and in HTTP/2, to a whole data plane.

import Synchronization

/// The first byte says in which protocol the endpoint is asked; the rest is its answer.
enum UpstreamTarget {
    static let seeds: [[UInt8]] =
        [
            "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nx-a: b\r\n\r\n",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No\r\n\r\n", "HTTP/1.0 200 OK\r\n\r\nok",
            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: a\n\n",
            "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n",
        ].flatMap { text in [0, 2].map { [$0] + Array(text.utf8) } }
        + [
            settings, settings + answer,
            settings + answer + [0, 0, 2, 0, 1, 0, 0, 0, 1, 0x6F, 0x6B],
            settings + [0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            settings + [0, 0, 4, 3, 0, 0, 0, 0, 1, 0, 0, 0, 7],
        ].flatMap { frames in [1, 3].map { [$0] + frames } }

    private static let settings: [UInt8] = [0, 0, 0, 4, 0, 0, 0, 0, 0]
    /// HEADERS of stream 1: 200.
    private static let answer: [UInt8] = [0, 0, 1, 1, 4, 0, 0, 0, 1, 0x88]

    static func run(_ input: [UInt8]) {
        guard let first = input.first else {
            _ = WholeGateway.port
            return
        }
        WholeGateway.answer.withLock { $0 = Array(input.dropFirst()) }
        let path = first % 2 == 0 ? "/http1" : "/http2"
        let method = first / 2 % 2 == 0 ? "GET" : "HEAD"
        let said = TLSClient(isHTTP2: false).exchange(
            Array("\(method) \(path) HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n".utf8)
        )
        promise(said.starts(with: "HTTP/1.1 ".utf8), "the client got no answer")
    }
}
