// Counts the events of an answer that is a stream, as its bytes pass: nothing is kept or held up.

/// Finds where events end, however the bytes are cut.
package struct StreamMeter: Sendable {
    /// What an event is.
    package enum Kind: UInt8, Sendable {
        /// The answer is no stream of events.
        case none
        /// Server-sent events: each ends with an empty line (WHATWG HTML §9.2).
        case events
        /// Lines of JSON: each ends with a line feed.
        case lines
        /// Text without a length: each piece that arrives is one.
        case pieces
        /// Messages of gRPC, each behind five bytes that hold its length.
        case messages
    }

    /// What an event of this answer is.
    package let kind: Kind
    /// Whether the bytes end in the middle of an event.
    package private(set) var isInside = false
    private var lineIsEmpty = true
    private var lastWasReturn = false
    private var hasContent = false
    private var prefixCount = 0
    private var messageLeft: UInt64 = 0

    /// Makes a meter of an answer of this kind.
    package init(_ kind: Kind) { self.kind = kind }

    /// Takes a piece of the answer; returns how many events it completes.
    package mutating func take(_ bytes: UnsafeRawBufferPointer) -> Int {
        switch kind {
        case .none: return 0
        case .pieces: return bytes.count > 0 ? 1 : 0
        case .lines: return unsafe takeLines(bytes)
        case .events: return unsafe takeEvents(bytes)
        case .messages: return unsafe takeMessages(bytes)
        }
    }

    private mutating func takeLines(_ bytes: UnsafeRawBufferPointer) -> Int {
        var events = 0
        for index in 0..<bytes.count {
            let byte = unsafe bytes[index]
            if byte == 0x0A {
                if isInside { events += 1 }
                isInside = false
            } else if byte != 0x0D {
                isInside = true
            }
        }
        return events
    }

    /// An empty line ends an event, if there was anything but comments in it. Lines end in CR, LF
    /// or both.
    private mutating func takeEvents(_ bytes: UnsafeRawBufferPointer) -> Int {
        var events = 0
        for index in 0..<bytes.count {
            let byte = unsafe bytes[index]
            let isFeedOfReturn = byte == 0x0A && lastWasReturn
            lastWasReturn = byte == 0x0D
            if isFeedOfReturn { continue }
            if byte == 0x0A || byte == 0x0D {
                if lineIsEmpty && hasContent {
                    events += 1
                    hasContent = false
                }
                lineIsEmpty = true
            } else {
                // A line that begins with a colon is a comment, which keeps connections alive.
                if lineIsEmpty && byte != 0x3A { hasContent = true }
                lineIsEmpty = false
            }
        }
        isInside = hasContent || !lineIsEmpty
        return events
    }

    private mutating func takeMessages(_ bytes: UnsafeRawBufferPointer) -> Int {
        var events = 0
        var position = 0
        while position < bytes.count {
            if prefixCount < 5 {
                let byte = unsafe bytes[position]
                if prefixCount > 0 { messageLeft = messageLeft << 8 | UInt64(byte) }
                prefixCount += 1
                position += 1
            } else {
                let count = min(messageLeft, UInt64(bytes.count - position))
                messageLeft -= count
                position += Int(count)
            }
            if prefixCount == 5 && messageLeft == 0 {
                events += 1
                prefixCount = 0
            }
        }
        isInside = prefixCount > 0
        return events
    }
}

extension ResponseHead {
    /// What kind of stream the answer is, by its type and whether its length is unknown.
    package func streamKind(_ base: UnsafeRawPointer, isEndless: Bool) -> StreamMeter.Kind {
        let index = self.index(of: .contentType)
        guard index >= 0 else { return .none }
        let value = field(index).value
        let start = unsafe base + value.start
        func begins(_ text: StaticString) -> Bool {
            unsafe Text.hasPrefix(start, value.count, text)
        }
        if begins("text/event-stream") { return .events }
        guard isEndless else { return .none }
        if begins("application/x-ndjson") || begins("application/jsonl")
            || begins("application/ndjson") || begins("application/stream+json")
            || begins("application/json-seq")
        {
            return .lines
        }
        return begins("text/plain") ? .pieces : .none
    }
}
