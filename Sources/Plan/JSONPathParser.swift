// Reads a JSON path, and says where and why one cannot be read.

/// One walk over the characters of a path.
struct JSONPathParser {
    private let scalars: [Unicode.Scalar]
    private var place = 0

    init(_ text: String) {
        // One more than is allowed, so that a path too long is seen to be.
        scalars = Array(text.unicodeScalars.prefix(JSONPath.mostCharacters + 1))
    }

    private var next: Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }

    private func fault(_ reason: String, at column: Int? = nil) -> JSONPathError {
        JSONPathError(column: (column ?? place) + 1, reason: reason)
    }

    /// All steps of the path.
    mutating func steps() throws(JSONPathError) -> [JSONPath.Step] {
        if scalars.count > JSONPath.mostCharacters {
            throw fault(
                "a path has at most \(JSONPath.mostCharacters) characters",
                at: JSONPath.mostCharacters)
        }
        guard next == "$" else { throw fault("a path begins with $, as $.choices[*].text does") }
        place += 1
        var steps: [JSONPath.Step] = []
        while next != nil {
            if steps.count == JSONPath.mostSteps {
                throw fault("a path has at most \(JSONPath.mostSteps) steps")
            }
            steps.append(try step())
        }
        return steps
    }

    private mutating func step() throws(JSONPathError) -> JSONPath.Step {
        if next == "[" {
            return JSONPath.Step(selector: try bracket(), isRecursive: false)
        }
        guard next == "." else {
            throw fault("expected . or [ here; a name with other characters is put as ['a name']")
        }
        place += 1
        guard next == "." else {
            return JSONPath.Step(selector: try afterDot(), isRecursive: false)
        }
        place += 1
        let selector = next == "[" ? try bracket() : try afterDot()
        return JSONPath.Step(selector: selector, isRecursive: true)
    }

    private mutating func afterDot() throws(JSONPathError) -> JSONPath.Selector {
        if next == "*" {
            place += 1
            return .any
        }
        var name: [UInt8] = []
        while let scalar = next, JSONPathText.isPlain(scalar) || !scalar.isASCII {
            name.append(contentsOf: scalar.utf8)
            place += 1
        }
        guard !name.isEmpty else {
            throw fault(
                next == "["
                    ? "a bracket stands without a dot before it, as in $.a[0]"
                    : "expected a name or * after the dot; "
                        + "a name with other characters is put as ['a name']")
        }
        return .name(name)
    }

    private mutating func bracket() throws(JSONPathError) -> JSONPath.Selector {
        let start = place
        place += 1
        let selector: JSONPath.Selector
        switch next {
        case "*":
            place += 1
            selector = .any
        case "'", "\"": selector = .name(try quotedName())
        case let digit? where ("0"..."9").contains(digit): selector = .index(try index())
        case "-": throw fault("places are counted from the front: [0] is the first")
        case "?": throw fault("filters are not supported: name the members, or all with [*]")
        default: throw fault("expected [*], ['a name'] or a place such as [0]")
        }
        guard next == "]" else {
            if next == ":" || next == "," {
                throw fault("one place or name stands in brackets: give each a path of its own")
            }
            throw next == nil
                ? fault("this bracket is not closed", at: start) : fault("expected ] here")
        }
        place += 1
        return selector
    }

    private mutating func index() throws(JSONPathError) -> Int {
        let start = place
        var value = 0
        while let digit = next, ("0"..."9").contains(digit) {
            value = value * 10 + Int(digit.value - 48)
            place += 1
            // Far beyond any array that is compared, and far from an overflow.
            if value > 1_000_000_000 { throw fault("no array has so many elements", at: start) }
        }
        if place - start > 1 && scalars[start] == "0" {
            throw fault("a place has no leading zeros", at: start)
        }
        return value
    }

    // MARK: Quoted names

    private mutating func quotedName() throws(JSONPathError) -> [UInt8] {
        let start = place
        let quote = next
        place += 1
        var name: [UInt8] = []
        while let scalar = next, scalar != quote {
            if scalar.value < 0x20 {
                throw fault("a control character in a name is written as \\u and four digits")
            }
            place += 1
            let meant = scalar == "\\" ? try escaped() : scalar
            name.append(contentsOf: meant.utf8)
        }
        if next == nil { throw fault("this name's quotes are not closed", at: start) }
        place += 1
        return name
    }

    private mutating func escaped() throws(JSONPathError) -> Unicode.Scalar {
        let start = place - 1
        let letter = next
        place += 1
        switch letter {
        case "'", "\"", "\\", "/": return letter ?? "\\"
        case "b": return "\u{8}"
        case "f": return "\u{c}"
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "u": break
        default:
            throw fault("no such escape; a backslash itself is written \\\\", at: start)
        }
        let first = try fourDigits(start)
        if let scalar = Unicode.Scalar(first) { return scalar }
        if first < 0xdc00, next == "\\" {
            place += 1
            if next == "u" {
                place += 1
                let second = try fourDigits(start)
                let joined = 0x10000 + (first - 0xd800) << 10 + second &- 0xdc00
                if (0xdc00...0xdfff).contains(second), let scalar = Unicode.Scalar(joined) {
                    return scalar
                }
            }
        }
        throw fault("half of a surrogate pair is no character", at: start)
    }

    private mutating func fourDigits(_ start: Int) throws(JSONPathError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let scalar = next, scalar.isASCII,
                let digit = Character(scalar).hexDigitValue
            else { throw fault("\\u is followed by four hexadecimal digits", at: start) }
            value = value << 4 | UInt32(digit)
            place += 1
        }
        return value
    }
}
