// What clients say, in HTTP/1.1 and in HTTP/2, to a whole data plane.

import RequestCases

/// The first byte says which protocol the rest is in.
enum ClientTarget {
    /// The preface and empty settings, without which nobody listens (RFC 9113 §3.4).
    private static let preface =
        Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + [0, 0, 0, 4, 0, 0, 0, 0, 0]

    static let seeds: [[UInt8]] =
        RequestCases.good.map { [0] + $0.bytes }
        + ["GET /http1 HTTP/1.1\r\nhost: localhost\r\n\r\n"].map { [0] + Array($0.utf8) }
        + [
            request(end: true), request(end: false) + [0, 0, 2, 0, 1, 0, 0, 0, 1, 0x6F, 0x6B],
            request(end: true) + [0, 0, 4, 3, 0, 0, 0, 0, 1, 0, 0, 0, 8],
            [0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8],
            [0, 0, 4, 8, 0, 0, 0, 0, 0, 0, 0, 1, 0], [0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 1],
            [0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        ].map { [1] + $0 }

    static func run(_ input: [UInt8]) {
        guard let first = input.first else {
            _ = WholeGateway.port
            return
        }
        let rest = Array(input.dropFirst())
        _ = TLSClient(isHTTP2: first % 2 == 1).exchange(first % 2 == 1 ? preface + rest : rest)
    }

    /// HEADERS of stream 1: GET, https, `/http1`, localhost.
    private static func request(end: Bool) -> [UInt8] {
        let block: [UInt8] =
            [0x82, 0x87, 0x04, 6] + Array("/http1".utf8) + [0x01, 9] + Array("localhost".utf8)
        return [0, 0, UInt8(block.count), 1, end ? 5 : 4, 0, 0, 0, 1] + block
    }
}
