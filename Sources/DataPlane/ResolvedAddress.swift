// The address of an endpoint's name, as the resolver gives it to the data plane.

import NIOCore

/// An IPv4 or IPv6 address.
package struct ResolvedAddress: Sendable, Hashable {
    /// The address in network order: 4 or 16 bytes.
    package let bytes: [UInt8]

    /// Makes an address of 4 or 16 bytes.
    package init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    func socketAddress(port: Int) -> SocketAddress? {
        try? SocketAddress(packedIPAddress: ByteBuffer(bytes: bytes), port: port)
    }
}
