// Server-sent events out of bytes, however the bytes are cut.

/// Reads `text/event-stream` as the WHATWG's HTML standard says (§9.2.6, "Interpreting an event
/// stream"): LF, CR and CRLF end lines, a byte order mark at the start is dropped, comments and
/// unknown fields are passed over, and an event that no empty line ends is not one.
struct EventStreamParser: Sendable {
    /// One event.
    struct Event: Sendable, Equatable {
        /// The last `event:` of the event; nil stands for "message".
        let type: String?
        /// The lines of `data:`, joined by LF.
        let data: [UInt8]
        /// The last `id:` so far.
        let id: String?
    }

    private let mostEventBytes: Int
    private var line: [UInt8] = []
    private var isFirstLine = true
    private var endedWithCR = false

    private var type: [UInt8] = []
    private var data: [UInt8] = []
    private var hasData = false
    private var id: String?

    /// Whether one event has more bytes than the limit; nothing is read from then on.
    private(set) var isOverLimit = false

    init(mostEventBytes: Int) { self.mostEventBytes = mostEventBytes }

    /// Takes the next bytes and gives the events that end in them.
    mutating func take(_ bytes: ArraySlice<UInt8>) -> [Event] {
        var events: [Event] = []
        var rest = bytes
        while !rest.isEmpty && !isOverLimit {
            if endedWithCR {
                endedWithCR = false
                if rest.first == UInt8(ascii: "\n") {
                    rest = rest.dropFirst()
                    continue
                }
            }
            let end = rest.firstIndex { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
            append(rest[..<(end ?? rest.endIndex)])
            guard let end, !isOverLimit else { break }
            endedWithCR = rest[end] == UInt8(ascii: "\r")
            rest = rest[(end + 1)...]
            if let event = endLine() { events.append(event) }
        }
        return events
    }

    private mutating func append(_ bytes: ArraySlice<UInt8>) {
        // Counted before it is kept: a line may come in one piece of any size.
        if line.count + data.count + type.count + bytes.count > mostEventBytes {
            isOverLimit = true
            line = []
            data = []
        } else {
            line.append(contentsOf: bytes)
        }
    }

    private mutating func endLine() -> Event? {
        defer { line.removeAll(keepingCapacity: true) }
        var text = line[...]
        if isFirstLine && text.starts(with: [0xef, 0xbb, 0xbf]) { text = text.dropFirst(3) }
        isFirstLine = false
        if text.isEmpty { return endEvent() }
        let colon = text.firstIndex(of: UInt8(ascii: ":")) ?? text.endIndex
        var value = text[colon...].dropFirst()
        if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
        take(field: text[..<colon], value)
        return nil
    }

    private mutating func take(field name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) {
        if name.elementsEqual("data".utf8) {
            if hasData { data.append(UInt8(ascii: "\n")) }
            hasData = true
            data.append(contentsOf: value)
        } else if name.elementsEqual("event".utf8) {
            type = Array(value)
        } else if name.elementsEqual("id".utf8), !value.contains(0) {
            id = String(decoding: value, as: UTF8.self)
        }
    }

    private mutating func endEvent() -> Event? {
        defer {
            type = []
            data = []
            hasData = false
        }
        guard hasData else { return nil }
        let name = type.isEmpty ? nil : String(decoding: type, as: UTF8.self)
        return Event(type: name, data: data, id: id)
    }
}
