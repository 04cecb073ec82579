// Bytes of TLS from whoever connects, and from whoever is connected to.

import NIOCore
import TLS

/// The first byte says which side is given the rest, and where it is cut.
enum TLSTarget {
    /// A record of TLS 1.2 and one of 1.3, as far as a length and a kind go.
    static let seeds: [[UInt8]] = [0, 1].flatMap { side in
        [
            [side, 0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0], [side, 0x15, 3, 3, 0, 2, 2, 40],
            [side] + hello, [side, 0x17, 3, 3, 0, 1, 0],
        ]
    }

    private static func client() -> ClientContext? {
        try? ClientContext(trust: .anybody, protocols: ["h2", "http/1.1"])
    }
    /// What a client of ours says first.
    private static let hello: [UInt8] = {
        guard let client = client(),
            let session = TLSSession(client: client, serverName: "localhost")
        else {
            return []
        }
        _ = session.handshake()
        return Array(session.outgoing.readableBytesView)
    }()
    /// Not kept: a session may leave something in its contexts.
    private static func contexts() -> ServerContexts? {
        guard let certificate = WholeGateway.certificate else { return nil }
        return try? ServerContexts(
            certificates: [certificate], ticketKeys: .random(), protocols: ["h2", "http/1.1"])
    }

    static func run(_ input: [UInt8]) {
        guard let first = input.first else { return }
        let rest = Array(input.dropFirst())
        let place = min(Int(first) / 2, rest.count)
        if first % 2 == 0 {
            guard let contexts = contexts(), let session = TLSSession(server: contexts) else {
                return
            }
            feed(session, [Array(rest[..<place]), Array(rest[place...])])
        } else if let client = client(),
            let session = TLSSession(client: client, serverName: "localhost")
        {
            _ = session.handshake()
            feed(session, [Array(rest[..<place]), Array(rest[place...])])
        }
    }

    private static func feed(_ session: TLSSession, _ pieces: [[UInt8]]) {
        var plain = [UInt8](repeating: 0, count: 4_096)
        for piece in pieces where !piece.isEmpty {
            let used = piece.alone { memory in
                session.withInput(memory) {
                    if !session.isHandshakeFinished, case .failed = session.handshake() { return }
                    guard session.isHandshakeFinished else { return }
                    while case .bytes = plain.withUnsafeMutableBytes({ session.read(into: $0) }) {}
                }
            }
            promise(used <= piece.count, "it took more than there is")
        }
        session.sendClose()
    }
}
