// Addresses as people write them: to listen on, to connect to, to trust.

import Glibc
package import Plan

/// Pure readings of addresses; nil when the text is none.
package enum AddressText {
    /// `127.0.0.1:8443`, `[::1]:8443`; port 0 lets the system choose.
    package static func listen(_ text: String) -> ListenAddress? {
        guard let (host, port) = split(text), let port, bytes(host) != nil else { return nil }
        return ListenAddress(host: host, port: port)
    }

    /// `10.0.0.0/8`, `2001:db8::/32`, or a single address.
    static func range(_ text: String) -> AddressRange? {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = bytes(String(parts[0])) else { return nil }
        guard parts.count == 2 else {
            return AddressRange(bytes: address, prefixBits: address.count * 8)
        }
        guard let bits = Quantities.count(String(parts[1])), bits <= address.count * 8 else {
            return nil
        }
        return AddressRange(bytes: address, prefixBits: bits)
    }

    /// An IP address in network order: 4 or 16 bytes.
    static func bytes(_ text: String) -> [UInt8]? {
        // The C library reads up to a NUL.
        guard !text.utf8.contains(0) else { return nil }
        var memory = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &memory) == 1 { return Array(memory.prefix(4)) }
        return inet_pton(AF_INET6, text, &memory) == 1 ? memory : nil
    }

    /// Whether this is a name as DNS has it (RFC 1123 §2.1), in lowercase. A last label of digits
    /// alone makes it a mistyped address, such as 10.0.0.300.
    static func isName(_ text: String) -> Bool {
        guard text.utf8.count <= 253, !text.isEmpty else { return false }
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        if labels.last?.utf8.allSatisfy({ (0x30...0x39).contains($0) }) ?? true { return false }
        return labels.allSatisfy { label in
            let isPlain = label.utf8.allSatisfy { byte in
                (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D
                    || byte == 0x5F
            }
            return isPlain && !label.isEmpty && label.utf8.count <= 63 && !label.hasPrefix("-")
                && !label.hasSuffix("-")
        }
    }

    /// Host and port of `host:port`, `[IPv6]:port`, or either without a port.
    static func split(_ text: String) -> (host: String, port: Int?)? {
        var host = text
        var port: Int?
        let isBracketed = text.hasPrefix("[")
        if let colon = text.lastIndex(of: ":"), !isBracketed || text[..<colon].hasSuffix("]") {
            guard let number = Quantities.count(String(text[text.index(after: colon)...])),
                number <= 65_535
            else { return nil }
            port = number
            host = String(text[..<colon])
        }
        if isBracketed {
            guard host.hasSuffix("]"), host.count > 2 else { return nil }
            host = String(host.dropFirst().dropLast())
            guard bytes(host)?.count == 16 else { return nil }
        } else if host.contains(":") {
            return nil
        }
        return host.isEmpty ? nil : (host, port)
    }
}
