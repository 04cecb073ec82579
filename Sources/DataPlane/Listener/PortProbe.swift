// Looks whether a port is free before anything is started.

import Glibc
import NIOCore
package import Plan

/// Tries to bind an address, and lets go of it at once.
package enum PortProbe {
    /// Throws words for people if nobody could listen there now; `flag` is what chooses another.
    package static func check(_ address: ListenAddress, flag: String) throws(DataPlaneError) {
        guard let socketAddress = try? SocketAddress(ipAddress: address.host, port: address.port)
        else { throw DataPlaneError("cannot listen on \(address): it is no IP address") }
        let family = socketAddress.protocol == .inet6 ? AF_INET6 : AF_INET
        let descriptor = socket(family, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else {
            throw DataPlaneError("no socket could be made (\(SystemError.text(errno)))")
        }
        defer { close(descriptor) }
        var yes: Int32 = 1
        unsafe setsockopt(
            descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        let result = unsafe socketAddress.withSockAddr { pointer, size in
            unsafe Glibc.bind(descriptor, pointer, socklen_t(size))
        }
        if result != 0 { throw error(errno, address, flag: flag) }
    }

    /// What a failed bind means, and how to mend it.
    static func error(_ number: Int32, _ address: ListenAddress, flag: String) -> DataPlaneError {
        let mend =
            switch number {
            case EADDRINUSE: "another process listens there: end it, or choose another with \(flag)"
            case EACCES: "a port below 1024 needs CAP_NET_BIND_SERVICE: choose another with \(flag)"
            case EADDRNOTAVAIL: "no interface of this machine has the address"
            default: SystemError.text(number)
            }
        return DataPlaneError("cannot listen on \(address): \(mend)")
    }
}
