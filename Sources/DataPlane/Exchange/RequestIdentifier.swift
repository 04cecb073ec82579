// The id of one request: the client's own if it is fit to be one, else 128 random bits.

import HTTPWire

/// What `x-request-id` says, to the upstream and to the client.
struct RequestIdentifier: Sendable {
    /// The longest id that is taken over from a client.
    static let mostBytes = 128

    private(set) var high: UInt64 = 0
    private(set) var low: UInt64 = 0
    /// The client's id; empty when the id is the 128 random bits, written as 32 hex digits.
    private(set) var text: [UInt8] = []

    init() {}

    /// The id of an exchange, or a new one for a request that has none.
    init(exchange: Exchange?, random: inout RandomSource) {
        if let exchange {
            self = exchange.identifier
        } else {
            draw(&random)
        }
    }

    /// Draws a new id.
    mutating func draw(_ random: inout RandomSource) {
        high = random.next()
        low = random.next()
        text.removeAll(keepingCapacity: true)
    }

    /// Takes the client's id over if every byte of it may stand in a log, a header and a URL.
    mutating func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count > 0, bytes.count <= Self.mostBytes else { return false }
        for index in 0..<bytes.count {
            switch unsafe bytes[index] {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: continue  // digits and letters
            case 0x2D, 0x2E, 0x5F, 0x3A, 0x2B, 0x2F, 0x3D, 0x7E: continue  // - . _ : + / = ~
            default: return false
            }
        }
        text.removeAll(keepingCapacity: true)
        unsafe text.append(contentsOf: bytes)
        return true
    }

    /// The id as text.
    var description: String {
        if !text.isEmpty { return String(decoding: text, as: UTF8.self) }
        let digits = [high, low].map { word in
            let text = String(word, radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }
        return digits.joined()
    }

    /// Writes the id.
    func write(_ writer: inout HeadWriter) {
        if text.isEmpty {
            writer.putHexadecimal16(high)
            writer.putHexadecimal16(low)
        } else {
            unsafe text.withUnsafeBytes { unsafe writer.put($0) }
        }
    }
}
