// A port on which nobody listens, and that nobody else can take meanwhile.

import Glibc

/// Holds a port by a socket that is bound and does not listen: connections to it are refused.
final class DeadPort {
    let number: Int
    private let descriptor: Int32

    init() {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_INET, kind, 0)
        // A listener that sets the same may bind the port beside this one, which does not listen.
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { general in
                _ = bind(descriptor, general, size)
                _ = getsockname(descriptor, general, &size)
            }
        }
        self.descriptor = descriptor
        number = Int(UInt16(bigEndian: address.sin_port))
    }

    /// Lets go of the port.
    func release() {
        close(descriptor)
    }
}
