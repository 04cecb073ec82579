// Who a client is, as far as its socket tells.

import Glibc
import NIOCore

/// A client's address in both forms that requests need.
struct ClientAddress {
    /// In network order: 4 bytes, or 16.
    let bytes: [UInt8]
    /// As text, without a port.
    let text: [UInt8]

    /// Takes an address apart; IPv4 that comes in IPv6's clothes (RFC 4291 §2.5.5.2) is IPv4.
    init?(_ address: SocketAddress) {
        guard let shown = address.ipAddress else { return nil }
        let isIPv6 = address.protocol == .inet6
        var memory = [UInt8](repeating: 0, count: isIPv6 ? 16 : 4)
        guard unsafe inet_pton(isIPv6 ? AF_INET6 : AF_INET, shown, &memory) == 1 else { return nil }
        let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
        let isMapped = isIPv6 && memory.starts(with: mapped)
        bytes = isMapped ? Array(memory.dropFirst(mapped.count)) : memory
        guard isMapped else {
            text = Array(shown.utf8)
            return
        }
        let plain = try? SocketAddress(packedIPAddress: ByteBuffer(bytes: bytes), port: 0)
        guard let text = plain?.ipAddress else { return nil }
        self.text = Array(text.utf8)
    }
}
