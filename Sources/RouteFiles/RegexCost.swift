// Tells how large a regular expression would become, before the C library tries to build it.

/// A look at a POSIX extended regular expression: pure.
///
/// The C library writes repetitions such as `(a{200}){200}` out, so that a short expression can
/// take all memory; and a back reference makes it try every way to match, without bound.
enum RegexCost {
    /// The most atoms that an expression may be written out to.
    static let mostAtoms = 10_000

    /// Why this expression would cost too much; nil if it does not.
    static func problem(_ pattern: String) -> String? {
        let bytes = Array(pattern.utf8)
        var groups = [0]
        var last = 0
        var position = 0
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\\"):
                if position < bytes.count, (0x31...0x39).contains(bytes[position]) {
                    return "a back reference could take a request's time without bound"
                }
                position += 1
                last = 1
            case UInt8(ascii: "["):
                position = endOfBracket(bytes, position)
                last = 1
            case UInt8(ascii: "("):
                groups.append(0)
                last = 0
                continue
            case UInt8(ascii: ")") where groups.count > 1:
                last = groups.removeLast() + 1
            case UInt8(ascii: "{"):
                let (times, end) = repetition(bytes, position)
                position = end
                // The atom is counted once already.
                last = min(last * max(times, 1), mostAtoms + 1)
            default: last = 1
            }
            groups[groups.count - 1] += last
            if groups[groups.count - 1] > mostAtoms {
                return "its repetitions would be written out to more than \(mostAtoms) parts"
            }
        }
        return nil
    }

    /// The place after the `]` that ends a bracket expression.
    private static func endOfBracket(_ bytes: [UInt8], _ start: Int) -> Int {
        var position = start
        if position < bytes.count, bytes[position] == UInt8(ascii: "^") { position += 1 }
        // A `]` that comes first stands for itself.
        if position < bytes.count, bytes[position] == UInt8(ascii: "]") { position += 1 }
        while position < bytes.count, bytes[position] != UInt8(ascii: "]") {
            let isClass = bytes[position] == UInt8(ascii: "[")
            position += 1
            guard isClass, position < bytes.count, ":.=".utf8.contains(bytes[position]) else {
                continue
            }
            let mark = bytes[position]
            position += 1
            while position + 1 < bytes.count,
                !(bytes[position] == mark && bytes[position + 1] == UInt8(ascii: "]"))
            {
                position += 1
            }
            position += 2
        }
        return position + 1
    }

    /// The largest number of `{n,m}`, and the place after its brace.
    private static func repetition(_ bytes: [UInt8], _ start: Int) -> (times: Int, end: Int) {
        var position = start
        var number = 0
        var most = 0
        while position < bytes.count, bytes[position] != UInt8(ascii: "}") {
            let byte = bytes[position]
            position += 1
            if (0x30...0x39).contains(byte) {
                number = min(number * 10 + Int(byte - 0x30), mostAtoms + 1)
                most = max(most, number)
            } else {
                number = 0
            }
        }
        return (most, position + 1)
    }
}
