// A client with a plain socket that says what it is told to, over real TLS.

import Glibc
import NIOCore
import TLS

/// One connection to the gateway, from its handshake to its end.
struct TLSClient {
    /// Longer than anything of the gateway may take.
    private static let patienceSeconds = 8
    private let descriptor: Int32
    private let session: TLSSession

    /// Connects and shakes hands, or ends the process: the gateway is gone.
    init(isHTTP2: Bool) {
        guard
            let context = try? ClientContext(
                trust: .anybody, protocols: [isHTTP2 ? "h2" : "http/1.1"]),
            let session = TLSSession(client: context, serverName: "localhost")
        else { fatalError("no session") }
        self.session = session
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(WholeGateway.port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        // After an interruption it goes on by itself.
        var result: Int32
        repeat {
            result = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        } while result != 0 && [EINTR, EALREADY].contains(errno)
        promise(result == 0 || errno == EISCONN, "the gateway takes no connection: \(errno)")
        var patience = timeval(tv_sec: Self.patienceSeconds, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience,
            socklen_t(MemoryLayout<timeval>.size))
        shakeHands()
    }

    /// Says this and nothing more; returns what the gateway says until it closes.
    func exchange(_ bytes: [UInt8]) -> [UInt8] {
        let isGood = bytes.withUnsafeBytes { session.write($0) }
        promise(isGood, "the session is broken")
        session.sendClose()
        send()
        shutdown(descriptor, Int32(SHUT_WR))
        var answer: [UInt8] = []
        var plain = [UInt8](repeating: 0, count: 16_384)
        while let piece = receive() {
            var isClosed = false
            piece.withUnsafeBytes { memory in
                _ = session.withInput(memory) {
                    while true {
                        switch plain.withUnsafeMutableBytes({ session.read(into: $0) }) {
                        case .bytes(let count): answer += plain[..<count]
                        case .needsInput: return
                        case .closed, .failed:
                            isClosed = true
                            return
                        }
                    }
                }
            }
            if isClosed { break }
        }
        var linger = Glibc.linger(l_onoff: 1, l_linger: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
        close(descriptor)
        return answer
    }

    private func shakeHands() {
        var isDone = session.handshake()
        send()
        while case .needsInput = isDone {
            guard let piece = receive() else { fatalError("no handshake") }
            piece.withUnsafeBytes { memory in
                _ = session.withInput(memory) { isDone = session.handshake() }
            }
            send()
        }
        if case .failed(let error) = isDone { fatalError("\(error)") }
    }

    private func send() {
        let bytes = Array(session.outgoing.readableBytesView)
        session.outgoing.clear()
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(
                    descriptor, $0.baseAddress.map { $0 + sent }, bytes.count - sent,
                    Int32(MSG_NOSIGNAL))
            }
            if count < 0 && errno == EINTR { continue }
            // It may have heard enough.
            if count <= 0 { return }
            sent += count
        }
    }

    /// The next bytes; nil at the end. Silence ends the process: that is a hang.
    private func receive() -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 16_384)
        var count = 0
        // libFuzzer's clock interrupts.
        repeat {
            count = recv(descriptor, &bytes, bytes.count, 0)
        } while count < 0 && errno == EINTR
        promise(count >= 0 || errno == ECONNRESET, "the gateway hangs: error \(errno)")
        return count > 0 ? Array(bytes[..<count]) : nil
    }
}
