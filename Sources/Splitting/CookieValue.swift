// Finds one cookie among those of a `cookie` field.

/// The syntax of `cookie` (RFC 6265 §4.2): `name=value` pairs with semicolons between them.
package enum CookieValue {
    /// The place of the value of the first cookie of this name, without spaces around it.
    package static func find(
        name: UnsafeRawBufferPointer, in field: UnsafeRawBufferPointer
    ) -> Range<Int>? {
        var position = 0
        while position < field.count {
            var end = position
            while end < field.count, (unsafe field[end]) != 0x3B { end += 1 }
            if let value = unsafe value(of: name, in: field, from: position, to: end) {
                return value
            }
            position = end + 1
        }
        return nil
    }

    private static func value(
        of name: UnsafeRawBufferPointer, in field: UnsafeRawBufferPointer, from start: Int,
        to end: Int
    ) -> Range<Int>? {
        var start = start
        while start < end, isSpace(unsafe field[start]) { start += 1 }
        guard end - start > name.count, (unsafe field[start + name.count]) == 0x3D else {
            return nil
        }
        for index in 0..<name.count {
            let byte = unsafe field[start + index]
            if byte != (unsafe name[index]) { return nil }
        }
        var first = start + name.count + 1
        var last = end
        while first < last, isSpace(unsafe field[first]) { first += 1 }
        while first < last, isSpace(unsafe field[last - 1]) { last -= 1 }
        return first..<last
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
