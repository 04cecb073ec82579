// One end of a TLS connection without a network: what comes in, how far it is, what came of it.

import NIOCore

@testable import TLS

/// Drives a session as its owner on the event loop would.
final class Side {
    enum State: Equatable {
        case handshaking
        case open
        /// The other side has said that it is done.
        case closed
        /// The handshake failed, for this reason.
        case refused(String)
        /// The records are broken.
        case broken
    }

    let session: TLSSession
    private(set) var state = State.handshaking
    private(set) var received: [UInt8] = []
    private let bufferSize: Int
    /// Ciphertext that has come and was not yet taken.
    private var inbox: [UInt8] = []

    /// Reads at most so many bytes of plaintext at a time.
    init(_ session: TLSSession, bufferSize: Int = 16_384) {
        self.session = session
        self.bufferSize = bufferSize
    }

    /// Takes ciphertext from the other side.
    func take(_ bytes: ArraySlice<UInt8>) {
        inbox += bytes
        let used = inbox.withUnsafeBytes { session.withInput($0) { advance() } }
        inbox.removeFirst(used)
    }

    /// Encrypts; false if the session is broken.
    func send(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { session.write($0) }
    }

    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    /// What has been received, as text.
    var text: String { String(decoding: received, as: UTF8.self) }

    /// Takes out what is to go to the other side.
    func outgoing() -> [UInt8] {
        defer { session.outgoing.clear() }
        return Array(session.outgoing.readableBytesView)
    }

    private func advance() {
        if state == .handshaking {
            switch session.handshake() {
            case .finished: state = .open
            case .needsInput: return
            case .failed(let error): state = .refused(error.description)
            }
        }
        while state == .open {
            var buffer = [UInt8](repeating: 0, count: bufferSize)
            switch buffer.withUnsafeMutableBytes({ session.read(into: $0) }) {
            case .bytes(let count): received += buffer.prefix(count)
            case .needsInput: return
            case .closed: state = .closed
            case .failed: state = .broken
            }
        }
    }
}

/// Hands both sides' bytes to each other, in pieces of at most so many bytes, until both are still.
func exchange(_ one: Side, _ other: Side, piece: Int = .max) {
    one.take([])
    while true {
        let (there, back) = (one.outgoing(), other.outgoing())
        if there.isEmpty && back.isEmpty { return }
        hand(there, to: other, piece: piece)
        hand(back, to: one, piece: piece)
    }
}

private func hand(_ bytes: [UInt8], to side: Side, piece: Int) {
    var rest = bytes[...]
    while !rest.isEmpty {
        side.take(rest.prefix(piece))
        rest = rest.dropFirst(piece)
    }
}

/// A client and a server that know of each other.
struct Pair {
    let client: Side
    let server: Side

    /// Makes both; the client believes anybody unless told whom to trust.
    init(
        _ contexts: ServerContexts, name: String = "a.example", trust: Trust = .anybody,
        protocols: [String] = [], bufferSize: Int = 16_384
    ) throws {
        let context = try ClientContext(trust: trust, protocols: protocols)
        guard let client = TLSSession(client: context, serverName: name),
            let server = TLSSession(server: contexts)
        else { throw Identity.Failure() }
        self.client = Side(client, bufferSize: bufferSize)
        self.server = Side(server, bufferSize: bufferSize)
    }

    func exchange(piece: Int = .max) {
        TLSTests.exchange(client, server, piece: piece)
    }

    var isOpen: Bool { client.state == .open && server.state == .open }
}

extension ServerContexts {
    /// Contexts of these identities.
    convenience init(_ identities: Identity..., protocols: [String] = []) throws {
        try self.init(
            certificates: identities.map { try $0.certificate() }, ticketKeys: .random(),
            protocols: protocols)
    }
}
