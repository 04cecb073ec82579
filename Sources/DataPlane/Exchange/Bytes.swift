// Comparing and slicing raw bytes of heads.

import Glibc
import HTTPWire

extension [UInt8] {
    /// Whether these are the same bytes.
    func equals(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count == count else { return false }
        guard count > 0, let other = bytes.baseAddress else { return true }
        return unsafe withUnsafeBytes { own in
            guard let base = own.baseAddress else { return true }
            return unsafe memcmp(base, other, count) == 0
        }
    }
}

extension ByteSpan {
    /// The bytes of this span in the head that starts at `base`.
    func bytes(at base: UnsafeRawPointer) -> UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(start: base + start, count: count)
    }
}

extension HeadField {
    /// Whether the field has this lowercase name.
    func hasName(_ lowercase: UnsafeRawBufferPointer, base: UnsafeRawPointer) -> Bool {
        guard name.count == lowercase.count else { return false }
        let own = unsafe name.bytes(at: base)
        for index in 0..<lowercase.count {
            var byte = unsafe own[index]
            if byte >= 0x41 && byte <= 0x5A { byte |= 0x20 }
            if byte != (unsafe lowercase[index]) { return false }
        }
        return true
    }
}
