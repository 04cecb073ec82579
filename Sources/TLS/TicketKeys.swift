// The keys that encrypt session tickets, so that any worker can resume what another began.

import COpenSSL

/// The present ticket key and the one before it, which still decrypts.
package struct TicketKeys: Sendable, Equatable {
    static let nameBytes = 16

    struct Key: Sendable, Equatable {
        /// 16 bytes that stand in front of each ticket and say which key made it.
        let name: [UInt8]
        /// For AES-256-CBC.
        let cipher: [UInt8]
        /// For HMAC-SHA-256.
        let mac: [UInt8]

        static func random() -> Key {
            Key(name: draw(nameBytes), cipher: draw(32), mac: draw(32))
        }

        private static func draw(_ count: Int) -> [UInt8] {
            var source = SystemRandomNumberGenerator()
            return (0..<count).map { _ in source.next() }
        }
    }

    let current: Key
    let previous: Key?

    /// New keys, drawn by the system.
    package static func random() -> TicketKeys {
        TicketKeys(current: .random(), previous: nil)
    }

    /// A new present key; the one that was present still decrypts.
    package func rotated() -> TicketKeys {
        TicketKeys(current: .random(), previous: current)
    }
}
