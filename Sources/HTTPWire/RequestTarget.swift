// The target of a request (RFC 9112 §3.2): its form, its path, and the authority it may name.

/// A target that has been checked; spans are offsets in the head.
struct RequestTarget {
    var form = TargetForm.origin
    /// Path and query as they are passed on.
    var target = ByteSpan.empty
    /// The path without its query.
    var path = ByteSpan.empty
    /// The authority of an absolute target.
    var authority = ByteSpan.empty
    /// Whether an absolute target leaves its path out, which then is `/`.
    var isEmptyPath = false

    /// Reads and checks a target.
    static func parse(
        _ base: UnsafeRawPointer, _ span: ByteSpan, method: MethodKind
    ) -> Result<RequestTarget, HeadFault> {
        guard !span.isEmpty else { return .failure(.malformedRequestLine) }
        for position in span.start..<span.end {
            let byte = unsafe base.byte(position)
            if ByteClass.target.contains(byte) { continue }
            return .failure(byte == 0x23 ? .fragmentInTarget : .malformedTarget)
        }
        var result = RequestTarget()
        let first = unsafe base.byte(span.start)
        if first == 0x2F {
            result.target = span
        } else if first == 0x2A && span.count == 1 && method == .options {
            result.form = .asterisk
            result.target = span
            return .success(result)
        } else if let fault = unsafe result.parseAbsolute(base, span) {
            return .failure(fault)
        }
        if !result.isEmptyPath { unsafe result.findPath(base) }
        let hasDots = unsafe PathSegments.hasDots(base, result.path)
        if unsafe hasDots || PathSegments.hasBackslash(base, result.path) {
            return .failure(hasDots ? .dotSegment : .malformedTarget)
        }
        return .success(result)
    }

    private mutating func parseAbsolute(_ base: UnsafeRawPointer, _ span: ByteSpan) -> HeadFault? {
        form = .absolute
        let start = unsafe base + span.start
        var authorityStart = span.start
        if unsafe Text.hasPrefix(start, span.count, "http://") {
            authorityStart += 7
        } else if unsafe Text.hasPrefix(start, span.count, "https://") {
            authorityStart += 8
        } else {
            return unsafe hasScheme(base, span) ? .unsupportedScheme : .malformedTarget
        }
        var position = authorityStart
        while position < span.end {
            let byte = unsafe base.byte(position)
            if byte == 0x2F || byte == 0x3F { break }
            if byte == 0x40 { return .userInfoInTarget }
            position += 1
        }
        authority = ByteSpan(start: authorityStart, count: position - authorityStart)
        if authority.isEmpty { return .malformedHost }
        target = ByteSpan(start: position, count: span.end - position)
        isEmptyPath = unsafe target.isEmpty || base.byte(position) == 0x3F
        // The path that is left out is `/`: such a byte stands before the authority.
        if isEmptyPath { path = ByteSpan(start: authorityStart - 1, count: 1) }
        return nil
    }

    private func hasScheme(_ base: UnsafeRawPointer, _ span: ByteSpan) -> Bool {
        for position in span.start..<span.end where unsafe base.byte(position) == 0x3A {
            return unsafe position + 2 < span.end && base.byte(position + 1) == 0x2F
                && base.byte(position + 2) == 0x2F
        }
        return false
    }

    private mutating func findPath(_ base: UnsafeRawPointer) {
        var position = target.start
        while position < target.end, unsafe base.byte(position) != 0x3F { position &+= 1 }
        path = ByteSpan(start: target.start, count: position &- target.start)
    }
}

/// The forms of a target that are served (RFC 9112 §3.2).
package enum TargetForm: UInt8, Sendable {
    /// `/path?query`
    case origin
    /// `https://host/path?query`
    case absolute
    /// `*`
    case asterisk
}

/// Looks for what would make us and an upstream see different paths.
enum PathSegments {
    /// Whether a segment is `.` or `..`, with its dots written plainly or as `%2e`, and with or
    /// without parameters behind a semicolon.
    ///
    /// An encoded slash or backslash bounds a segment too: nginx, for one, decodes before it
    /// climbs, so that `/public/..%2fadmin` would match a route of `/public/**` and get `/admin`.
    static func hasDots(_ base: UnsafeRawPointer, _ path: ByteSpan) -> Bool {
        var position = path.start
        while position < path.end {
            let slash = unsafe slashBytes(base, position, path.end)
            position &+= max(1, slash)
            if slash == 0 { continue }
            var dots = 0
            while position < path.end, dots < 3 {
                let byte = unsafe base.byte(position)
                if byte == 0x2E {
                    position &+= 1
                } else if byte == 0x25, position + 2 < path.end,
                    unsafe base.byte(position + 1) == 0x32,
                    unsafe base.byte(position + 2).lowercased == 0x65
                {
                    position &+= 3
                } else {
                    break
                }
                dots &+= 1
            }
            let ends =
                unsafe position >= path.end || base.byte(position) == 0x3B
                || slashBytes(base, position, path.end) > 0
            if ends && (dots == 1 || dots == 2) { return true }
        }
        return false
    }

    static func hasBackslash(_ base: UnsafeRawPointer, _ path: ByteSpan) -> Bool {
        for position in path.start..<path.end where unsafe base.byte(position) == 0x5C {
            return true
        }
        return false
    }

    /// How many bytes a slash takes here: 1, or 3 for an encoded slash or backslash, or 0 for none.
    private static func slashBytes(_ base: UnsafeRawPointer, _ position: Int, _ end: Int) -> Int {
        let byte = unsafe base.byte(position)
        if byte != 0x25 { return byte == 0x2F ? 1 : 0 }
        guard position + 2 < end else { return 0 }
        let high = unsafe base.byte(position + 1)
        let low = unsafe base.byte(position + 2).lowercased
        return (high == 0x32 && low == 0x66) || (high == 0x35 && low == 0x63) ? 3 : 0
    }
}
