// Who a client is, as far as its connection tells.

/// The address of a client, kept once for all streams of its connection.
final class ClientIdentity {
    /// The client's address in network order, 4 or 16 bytes.
    let address: [UInt8]
    /// The client's address as text, for `x-forwarded-for`.
    let addressText: [UInt8]
    /// Whether the client is a trusted proxy.
    let isTrusted: Bool

    init(address: [UInt8], addressText: [UInt8], isTrusted: Bool) {
        self.address = address
        self.addressText = addressText
        self.isTrusted = isTrusted
    }
}
