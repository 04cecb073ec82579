// The fields of one head: found, checked and classified in one pass, without allocating.

/// One field line of a head.
package struct HeadField: Sendable {
    /// The field's name.
    package let name: ByteSpan
    /// The field's value, without the blanks around it.
    package let value: ByteSpan
    /// The whole line, its CRLF included.
    package let line: ByteSpan
    /// Which field it is, if the gateway knows it.
    package let known: KnownField
    /// Whether the field is for this connection only and not passed on (RFC 9110 §7.6.1).
    package fileprivate(set) var isHop: Bool

    fileprivate static let none = HeadField(
        name: .empty, value: .empty, line: .empty, known: .other, isHop: false)
}

/// The field lines between the first line and the empty line of a head.
@safe
struct FieldSection: ~Copyable {
    private let fields: UnsafeMutablePointer<HeadField>
    private let capacity: Int
    private(set) var count = 0
    private(set) var seen: KnownFieldSet = []
    private(set) var seenTwice: KnownFieldSet = []
    private var firstIndex = InlineArray<32, Int16>(repeating: -1)

    init(capacity: Int) {
        self.capacity = capacity
        unsafe fields = .allocate(capacity: capacity)
        unsafe fields.initialize(repeating: .none, count: capacity)
    }

    deinit { unsafe fields.deallocate() }

    /// A field; one without name and value when there are fewer.
    @inline(__always)
    subscript(index: Int) -> HeadField {
        index >= 0 && index < count ? unsafe fields[index] : .none
    }

    /// The first field of this kind, or -1.
    @inline(__always)
    func index(of known: KnownField) -> Int { Int(firstIndex[Int(known.rawValue)]) }

    /// Finds the fields in `start ..< end`, where `end` is behind the head's empty line.
    mutating func parse(_ base: UnsafeRawPointer, from start: Int, to end: Int) -> HeadFault? {
        count = 0
        seen = []
        seenTwice = []
        firstIndex = InlineArray<32, Int16>(repeating: -1)
        var position = start
        while position < end - 2 {
            guard count < capacity else { return .tooManyFields }
            switch unsafe FieldLine.parse(base, from: position, to: end) {
            case .fault(let fault): return fault
            case .field(let name, let value, let next):
                let known = unsafe KnownField.find(base + name.start, name.count)
                let isDisguised =
                    unsafe known == .other && KnownField.isDisguised(base + name.start, name.count)
                let isHop = known.isHop || isDisguised
                unsafe fields[count] = HeadField(
                    name: name, value: value,
                    line: ByteSpan(start: position, count: next - position), known: known,
                    isHop: isHop)
                note(known)
                count &+= 1
                position = next
            }
        }
        if seen.contains(.connection) { unsafe markNominated(base) }
        return nil
    }

    @inline(__always)
    private mutating func note(_ known: KnownField) {
        if known == .other { return }
        if seen.contains(known) {
            seenTwice.insert(known)
        } else {
            seen.insert(known)
            firstIndex[Int(known.rawValue)] = Int16(truncatingIfNeeded: count)
        }
    }

    // MARK: Lists

    /// Whether one of the comma-separated members of these fields is this lowercase word.
    func list(_ known: KnownField, holds word: StaticString, _ base: UnsafeRawPointer) -> Bool {
        guard seen.contains(known) else { return false }
        var found = false
        unsafe forEachMember(of: known, base) { start, length in
            if unsafe Text.matches(base + start, length, word) { found = true }
        }
        return found
    }

    private func forEachMember(
        of known: KnownField, _ base: UnsafeRawPointer, _ body: (Int, Int) -> Void
    ) {
        for index in 0..<count where (unsafe fields[index].known) == known {
            let value = unsafe fields[index].value
            var start = value.start
            while start < value.end {
                var end = start
                while end < value.end, unsafe base.byte(end) != 0x2C { end &+= 1 }
                var first = start
                var last = end
                while first < last, unsafe base.byte(first).isBlank { first &+= 1 }
                while last > first, unsafe base.byte(last &- 1).isBlank { last &-= 1 }
                if last > first { body(first, last &- first) }
                start = end &+ 1
            }
        }
    }

    /// Marks the fields that `Connection` names, but for those that are not its business.
    private func markNominated(_ base: UnsafeRawPointer) {
        unsafe forEachMember(of: .connection, base) { start, length in
            if unsafe Text.matches(base + start, length, "close") { return }
            if unsafe Text.matches(base + start, length, "keep-alive") { return }
            for index in 0..<count {
                let field = unsafe fields[index]
                guard field.name.count == length, !field.isHop,
                    !KnownFieldSet.notNominable.contains(field.known),
                    unsafe base.hasSameLetters(field.name.start, start, count: length)
                else { continue }
                unsafe fields[index].isHop = true
            }
        }
    }

    /// Copies the lines that go on, neighbours in one piece.
    func copy(
        from base: UnsafeRawPointer, dropping: KnownFieldSet, to writer: inout HeadWriter
    ) {
        var runStart = 0
        var runEnd = 0
        for index in 0..<count {
            let field = unsafe fields[index]
            if field.isHop || (field.known != .other && dropping.contains(field.known)) {
                continue
            }
            if field.line.start != runEnd {
                if runEnd > runStart { unsafe writer.put(base + runStart, runEnd &- runStart) }
                runStart = field.line.start
            }
            runEnd = field.line.end
        }
        if runEnd > runStart { unsafe writer.put(base + runStart, runEnd &- runStart) }
    }

    /// The first field of this lowercase name, or -1.
    func index(named lowercase: UnsafeRawBufferPointer, base: UnsafeRawPointer) -> Int {
        for index in 0..<count {
            let name = unsafe fields[index].name
            guard name.count == lowercase.count else { continue }
            var position = 0
            while position < name.count,
                unsafe base.byte(name.start &+ position).lowercased == lowercase[position]
            {
                position &+= 1
            }
            if position == name.count { return index }
        }
        return -1
    }

    // MARK: Framing

    /// The length of the body as the fields have it, or what is wrong with them.
    func framing(_ base: UnsafeRawPointer, isHTTP10: Bool) -> Result<BodyFraming, HeadFault> {
        let hasLength = seen.contains(.contentLength)
        guard seen.contains(.transferEncoding) else {
            guard hasLength else { return .success(.none) }
            if seenTwice.contains(.contentLength) { return .failure(.doubleContentLength) }
            return unsafe length(base)
        }
        if hasLength { return .failure(.lengthWithTransferEncoding) }
        if isHTTP10 { return .failure(.transferEncodingInHTTP10) }
        if seenTwice.contains(.transferEncoding) { return .failure(.doubleTransferEncoding) }
        let value = self[index(of: .transferEncoding)].value
        let isChunked = unsafe Text.matches(base + value.start, value.count, "chunked")
        return isChunked ? .success(.chunked) : .failure(.unknownTransferEncoding)
    }

    /// `1*DIGIT` below 2⁶³.
    private func length(_ base: UnsafeRawPointer) -> Result<BodyFraming, HeadFault> {
        let value = self[index(of: .contentLength)].value
        guard value.count > 0 else { return .failure(.malformedContentLength) }
        var length: UInt64 = 0
        for position in value.start..<value.end {
            guard let digit = unsafe base.byte(position).decimalValue,
                length < UInt64(Int64.max) / 10 - 1
            else { return .failure(.malformedContentLength) }
            length = length &* 10 &+ UInt64(digit)
        }
        return .success(.length(length))
    }
}

extension HeadFault: Error {}

extension UnsafeRawPointer {
    @inline(__always)
    func byte(_ offset: Int) -> UInt8 { unsafe load(fromByteOffset: offset, as: UInt8.self) }

    /// Whether two runs of tokens are the same but for the case of their letters.
    func hasSameLetters(_ one: Int, _ other: Int, count: Int) -> Bool {
        for offset in 0..<count
        where unsafe byte(one + offset).lowercased != byte(other + offset).lowercased {
            return false
        }
        return true
    }
}
