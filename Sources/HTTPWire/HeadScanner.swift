// Finds the end of a head in bytes that arrive in pieces.

import Glibc

/// Looks for the empty line that ends a head, and goes on where it stopped.
///
/// The verdict depends on the bytes only, never on how they were cut: lines are judged in their
/// order, and nothing beyond a limit is looked at.
package struct HeadScanner: Sendable {
    /// What is known so far.
    package enum Result: Equatable, Sendable {
        /// More bytes are needed.
        case incomplete
        /// The head ends behind this many bytes, `skip` of which come before it.
        case complete(Int)
        /// The head must be refused.
        case fault(HeadFault)
    }

    /// Room in a request line for what is not the target.
    private static let lineOverhead = 64

    private var lineStart = 0
    private var searched = 0
    private var lines = 0
    /// An empty line before the request line, which RFC 9112 §2.2 asks to ignore: 0 or 2 bytes.
    package private(set) var skip = 0

    /// Makes a scanner for a new head.
    package init() {}

    /// Whether bytes of this head have been seen.
    package var hasStarted: Bool { searched > 0 }

    /// Forgets the head, for the next one.
    package mutating func reset() { self = HeadScanner() }

    /// Looks on in a request's head, `count` bytes of which have arrived.
    package mutating func scanRequest(
        _ base: UnsafeRawPointer, count: Int, limits: HeadLimits
    ) -> Result {
        // Below the head's limit, so that a long first line is always a long target.
        let lineLimit = min(limits.targetBytes + Self.lineOverhead, limits.headBytes - 2)
        return unsafe scan(
            base, count: count, limits: limits, skipsEmptyLine: true, firstLineLimit: lineLimit)
    }

    /// Looks on in an answer's head, `count` bytes of which have arrived.
    package mutating func scanResponse(
        _ base: UnsafeRawPointer, count: Int, limits: HeadLimits
    ) -> Result {
        unsafe scan(
            base, count: count, limits: limits, skipsEmptyLine: false, firstLineLimit: .max)
    }

    private mutating func scan(
        _ base: UnsafeRawPointer, count: Int, limits: HeadLimits, skipsEmptyLine: Bool,
        firstLineLimit: Int
    ) -> Result {
        let window = min(count, limits.headBytes)
        while searched < window {
            guard let found = unsafe memchr(base + searched, 0x0A, window - searched) else {
                searched = window
                break
            }
            let lineFeed = unsafe UnsafeRawPointer(found) - base
            searched = lineFeed + 1
            let hasReturn = unsafe lineFeed > lineStart && base.byte(lineFeed - 1) == 0x0D
            if lines == 0 && lineFeed - lineStart >= firstLineLimit {
                return .fault(.targetTooLong)
            }
            guard hasReturn else { return .fault(.bareLineFeed) }
            let isEmpty = lineFeed - lineStart == 1
            lineStart = searched
            if isEmpty {
                if lines > 0 { return .complete(searched) }
                guard skipsEmptyLine, skip == 0 else {
                    return .fault(skipsEmptyLine ? .malformedRequestLine : .malformedStatusLine)
                }
                skip = 2
                continue
            }
            lines += 1
            if lines > limits.headFields + 1 { return .fault(.tooManyFields) }
        }
        if lines == 0 && count - lineStart > firstLineLimit { return .fault(.targetTooLong) }
        return count > limits.headBytes ? .fault(.headTooLarge) : .incomplete
    }
}
