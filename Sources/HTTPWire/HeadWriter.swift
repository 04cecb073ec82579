// Writes heads into a fixed piece of memory, and never past its end.

/// A cursor over memory; what does not fit sets `overflowed` and is not written.
@safe
package struct HeadWriter: ~Copyable {
    private let base: UnsafeMutableRawPointer?
    private let capacity: Int
    /// Bytes written so far.
    package private(set) var count = 0
    /// Whether something did not fit.
    package private(set) var overflowed = false

    /// Makes a writer over this memory, which must outlive it.
    package init(_ memory: UnsafeMutableRawBufferPointer) {
        unsafe base = memory.baseAddress
        capacity = memory.count
    }

    /// Writes bytes.
    @inline(__always)
    package mutating func put(_ bytes: UnsafeRawPointer, _ length: Int) {
        guard let base = unsafe base, length >= 0, length <= capacity - count else {
            overflowed = true
            return
        }
        unsafe (base + count).copyMemory(from: bytes, byteCount: length)
        count &+= length
    }

    /// Writes bytes.
    @inline(__always)
    package mutating func put(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        unsafe put(start, bytes.count)
    }

    /// Writes fixed text.
    @inline(__always)
    package mutating func put(_ text: StaticString) {
        unsafe put(text.utf8Start, text.utf8CodeUnitCount)
    }

    /// Writes one byte.
    @inline(__always)
    package mutating func putByte(_ byte: UInt8) {
        guard let base = unsafe base, count < capacity else {
            overflowed = true
            return
        }
        unsafe base.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        count &+= 1
    }

    /// Writes a decimal number.
    package mutating func putDecimal(_ number: UInt64) {
        var divisor: UInt64 = 1
        while number / divisor >= 10 { divisor &*= 10 }
        while divisor > 0 {
            putByte(0x30 &+ UInt8(truncatingIfNeeded: number / divisor % 10))
            divisor /= 10
        }
    }

    /// Writes a hexadecimal number with as many lowercase digits as it needs.
    package mutating func putHexadecimal(_ number: UInt64) {
        putHexadecimal(number, digits: max(1, (67 - number.leadingZeroBitCount) / 4))
    }

    /// Writes a number as 16 lowercase hexadecimal digits.
    package mutating func putHexadecimal16(_ number: UInt64) {
        guard let base = unsafe base, capacity - count >= 16 else {
            overflowed = true
            return
        }
        let high = Self.eightDigits(UInt32(truncatingIfNeeded: number &>> 32))
        let low = Self.eightDigits(UInt32(truncatingIfNeeded: number))
        unsafe base.storeBytes(of: high.bigEndian, toByteOffset: count, as: UInt64.self)
        unsafe base.storeBytes(of: low.bigEndian, toByteOffset: count &+ 8, as: UInt64.self)
        count &+= 16
    }

    /// The eight digits of a word, one in each byte: all at once, without a loop.
    private static func eightDigits(_ word: UInt32) -> UInt64 {
        var spread = UInt64(word)
        spread = (spread | spread &<< 16) & 0x0000_ffff_0000_ffff
        spread = (spread | spread &<< 8) & 0x00ff_00ff_00ff_00ff
        spread = (spread | spread &<< 4) & 0x0f0f_0f0f_0f0f_0f0f
        let isLetter = ((spread &+ 0x0606_0606_0606_0606) &>> 4) & 0x0101_0101_0101_0101
        return spread &+ 0x3030_3030_3030_3030 &+ isLetter &* 39
    }

    /// Writes the last so many lowercase hexadecimal digits of a number.
    package mutating func putHexadecimal(_ number: UInt64, digits: Int) {
        var left = digits
        while left > 0 {
            left &-= 1
            let digit = UInt8(truncatingIfNeeded: number &>> UInt64(left &* 4)) & 15
            putByte(digit < 10 ? 0x30 &+ digit : 0x57 &+ digit)
        }
    }
}
