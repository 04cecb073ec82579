// A blocking TLS client that can shut its side down and read on, which few libraries can.

import Glibc
import NIOCore
import TLS

/// One blocking connection, driven by the gateway's own sessions from the client's side.
final class HalfClosingClient {
    private let descriptor: Int32
    private let session: TLSSession
    private var unread: [UInt8] = []

    init(port: Int, certificate: String) throws {
        let context = try ClientContext(trust: .file(certificate), protocols: ["http/1.1"])
        guard let session = TLSSession(client: context, serverName: "localhost") else {
            throw TLSError("no session")
        }
        self.session = session
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw TLSError("no connection") }
        var isFinished = false
        while !isFinished {
            withInput {
                if case .finished = session.handshake() { isFinished = true }
            }
            flush()
            if !isFinished && !receive() { throw TLSError("the handshake ended early") }
        }
    }

    deinit {
        close(descriptor)
    }

    func send(_ text: String) {
        _ = Array(text.utf8).withUnsafeBytes { session.write($0) }
        flush()
    }

    /// Sends close_notify and shuts the socket's sending side down.
    func closeOutput() {
        session.sendClose()
        flush()
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// All plaintext up to the other side's end.
    func readToEnd() -> String {
        var text: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 32 * 1024)
        var isOpen = true
        while isOpen {
            withInput {
                while case .bytes(let count) = piece.withUnsafeMutableBytes({
                    session.read(into: $0)
                }) {
                    text += piece.prefix(count)
                }
            }
            isOpen = receive()
        }
        return String(decoding: text, as: UTF8.self)
    }

    private func withInput(_ body: () -> Void) {
        let used = unread.withUnsafeBytes { session.withInput($0, body) }
        unread.removeFirst(used)
    }

    private func receive() -> Bool {
        var piece = [UInt8](repeating: 0, count: 32 * 1024)
        let count = read(descriptor, &piece, piece.count)
        if count > 0 { unread += piece.prefix(count) }
        return count > 0
    }

    private func flush() {
        let bytes = Array(session.outgoing.readableBytesView)
        session.outgoing.clear()
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress! + written, bytes.count - written)
            }
            if count <= 0 { return }
            written += count
        }
    }
}
