// One line `name: value` of a head or a trailer section (RFC 9112 §5).

/// Reads field lines strictly.
enum FieldLine {
    /// What a line holds.
    enum Result {
        /// A field, and the offset behind its CRLF.
        case field(name: ByteSpan, value: ByteSpan, next: Int)
        /// The line is refused.
        case fault(HeadFault)
    }

    /// Reads the line that starts at `start`; `end` lies behind a CRLF, so that a line ends.
    @inline(__always)
    static func parse(_ base: UnsafeRawPointer, from start: Int, to end: Int) -> Result {
        var position = start
        while position < end, unsafe ByteClass.token.contains(base.byte(position)) {
            position &+= 1
        }
        guard position < end, unsafe base.byte(position) == 0x3A else {
            return .fault(unsafe nameFault(base, from: start, stop: position, to: end))
        }
        let name = ByteSpan(start: start, count: position &- start)
        if name.isEmpty { return .fault(.malformedFieldName) }
        position &+= 1
        while position < end, unsafe base.byte(position).isBlank { position &+= 1 }
        let valueStart = position
        position = unsafe firstControl(base, from: position, to: end)
        guard position &+ 1 < end, unsafe base.byte(position) == 0x0D,
            unsafe base.byte(position &+ 1) == 0x0A
        else { return .fault(.malformedFieldValue) }
        var valueEnd = position
        while valueEnd > valueStart, unsafe base.byte(valueEnd &- 1).isBlank { valueEnd &-= 1 }
        let value = ByteSpan(start: valueStart, count: valueEnd &- valueStart)
        return .field(name: name, value: value, next: position &+ 2)
    }

    /// The first byte that may not stand in a value: a control but for the tab (RFC 9110 §5.5).
    ///
    /// Eight bytes at a time: a byte below 0x20, or 0x7F, leaves its high bit set.
    @inline(__always)
    private static func firstControl(
        _ base: UnsafeRawPointer, from start: Int, to end: Int
    ) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        var position = start
        while position &+ 8 <= end {
            let word = unsafe base.loadUnaligned(fromByteOffset: position, as: UInt64.self)
            let deleted = word ^ (0x7F &* ones)
            let isControl = (word &- 0x20 &* ones) & ~word & highs
            let isDeleted = (deleted &- ones) & ~deleted & highs
            if isControl | isDeleted != 0 { break }
            position &+= 8
        }
        while position < end {
            let byte = unsafe base.byte(position)
            if (byte < 0x20 && byte != 0x09) || byte == 0x7F { return position }
            position &+= 1
        }
        return position
    }

    private static func nameFault(
        _ base: UnsafeRawPointer, from start: Int, stop: Int, to end: Int
    ) -> HeadFault {
        guard stop < end else { return .missingColon }
        let byte = unsafe base.byte(stop)
        if byte.isBlank {
            if stop == start { return .foldedField }
            var position = stop
            while position < end, unsafe base.byte(position).isBlank { position += 1 }
            let isColon = unsafe position < end && base.byte(position) == 0x3A
            return isColon ? .spaceBeforeColon : .malformedFieldName
        }
        return byte == 0x0D ? .missingColon : .malformedFieldName
    }
}
