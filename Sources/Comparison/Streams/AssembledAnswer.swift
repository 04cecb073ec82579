// A streamed answer while it is put together from its pieces.

import Plan

/// What a model has said so far, within a budget of bytes.
struct AssembledAnswer: Sendable {
    /// A call of a tool; the ids of calls are drawn at random and not kept.
    struct ToolCall: Sendable {
        var name: [UInt8] = []
        var arguments: [UInt8] = []
    }

    /// A part of a choice that is text.
    enum Part {
        case text
        case reasoning
        case refusal
    }

    /// One of the answers that a request asks for.
    struct Choice: Sendable {
        var text: [UInt8] = []
        var reasoning: [UInt8] = []
        var refusal: [UInt8] = []
        var finishReason: [UInt8]?
        var toolCalls: [Int: ToolCall] = [:]
    }

    /// An event that means nothing in the stream's format.
    struct Other: Sendable {
        let type: String?
        let data: [UInt8]
        let isJSON: Bool
    }

    /// What an event costs beside its bytes.
    private static let eventOverheadBytes = 64

    private let limits: ComparisonLimits
    private var bytesLeft: Int
    private(set) var choices: [Int: Choice] = [:]
    private(set) var others: [Other] = []
    /// Whether the stream came to its end; nil if its format has none.
    var isComplete: Bool?
    /// Whether there was more than may be kept.
    private(set) var isOverBudget = false

    init(limits: ComparisonLimits) {
        self.limits = limits
        bytesLeft = limits.bodyBytes
    }

    /// Appends to the text, the reasoning or the refusal of a choice.
    mutating func append(_ bytes: ArraySlice<UInt8>?, to part: Part, choice: Int = 0) {
        guard let bytes, spend(bytes.count), isKnown(choice) else { return }
        // In place: copies of what is there already would make long answers cost their square.
        switch part {
        case .text: choices[choice, default: Choice()].text += bytes
        case .reasoning: choices[choice, default: Choice()].reasoning += bytes
        case .refusal: choices[choice, default: Choice()].refusal += bytes
        }
    }

    /// Says why a choice ended.
    mutating func finish(_ reason: ArraySlice<UInt8>?, choice: Int = 0) {
        guard let reason, spend(reason.count), isKnown(choice) else { return }
        choices[choice, default: Choice()].finishReason = Array(reason)
    }

    /// Appends to a call of a tool.
    mutating func call(
        _ place: Int, name: ArraySlice<UInt8>? = nil, arguments: ArraySlice<UInt8>? = nil,
        choice: Int = 0
    ) {
        let count = (name?.count ?? 0) + (arguments?.count ?? 0)
        guard spend(count), isKnown(choice) else { return }
        let isNew = choices[choice]?.toolCalls[place] == nil
        if isNew && choices[choice]?.toolCalls.count ?? 0 >= limits.toolCalls {
            isOverBudget = true
            return
        }
        if let name {
            choices[choice, default: Choice()].toolCalls[place, default: ToolCall()].name += name
        }
        if let arguments {
            choices[choice, default: Choice()].toolCalls[place, default: ToolCall()].arguments +=
                arguments
        }
    }

    /// Keeps an event as it is.
    mutating func keep(_ event: StreamEvent) {
        guard spend(event.data.count + Self.eventOverheadBytes) else { return }
        others.append(Other(type: event.type, data: event.data, isJSON: event.json != nil))
    }

    private mutating func spend(_ count: Int) -> Bool {
        bytesLeft -= count
        if bytesLeft < 0 { isOverBudget = true }
        return !isOverBudget
    }

    private mutating func isKnown(_ choice: Int) -> Bool {
        if choices[choice] == nil && choices.count >= limits.choices { isOverBudget = true }
        return !isOverBudget
    }
}

// MARK: As a document

extension AssembledAnswer {
    /// Levels of the document around the arguments of a call.
    private static let levelsAround = 6

    /// The answer as JSON, with `format` at its head.
    func document(_ format: StreamFormat) -> [UInt8] {
        var text = JSONText()
        text.append(json: "{".utf8)
        text.append(name: "format")
        text.append(string: format.rawValue.utf8)
        if let isComplete {
            text.append(json: ",".utf8)
            text.append(name: "complete")
            text.append(json: (isComplete ? "true" : "false").utf8)
        }
        if format != .events {
            text.append(json: ",".utf8)
            text.append(name: "choices")
            append(choices.sorted { $0.key < $1.key }, to: &text) { append($0, to: &$1) }
        }
        if format == .events || !others.isEmpty {
            text.append(json: ",".utf8)
            text.append(name: format == .events ? "events" : "other_events")
            append(others, to: &text) { append($0, to: &$1) }
        }
        text.append(json: "}".utf8)
        return text.bytes
    }

    private func append<Element>(
        _ elements: [Element], to text: inout JSONText, _ body: (Element, inout JSONText) -> Void
    ) {
        text.append(json: "[".utf8)
        for (place, element) in elements.enumerated() {
            if place > 0 { text.append(json: ",".utf8) }
            body(element, &text)
        }
        text.append(json: "]".utf8)
    }

    private func append(_ choice: (key: Int, value: Choice), to text: inout JSONText) {
        text.append(json: "{".utf8)
        text.append(name: "index")
        text.append(json: "\(choice.key)".utf8)
        text.append(json: ",".utf8)
        text.append(name: "text")
        text.append(string: choice.value.text)
        for (name, part) in [
            ("reasoning", choice.value.reasoning), ("refusal", choice.value.refusal),
            ("finish_reason", choice.value.finishReason ?? []),
        ] where !part.isEmpty {
            text.append(json: ",".utf8)
            text.append(name: name)
            text.append(string: part)
        }
        if !choice.value.toolCalls.isEmpty {
            text.append(json: ",".utf8)
            text.append(name: "tool_calls")
            let calls = choice.value.toolCalls.sorted { $0.key < $1.key }.map(\.value)
            append(calls, to: &text) { append($0, to: &$1) }
        }
        text.append(json: "}".utf8)
    }

    private func append(_ call: ToolCall, to text: inout JSONText) {
        text.append(json: "{".utf8)
        text.append(name: "name")
        text.append(string: call.name)
        text.append(json: ",".utf8)
        text.append(name: "arguments")
        append(call.arguments, isJSON: true, to: &text)
        text.append(json: "}".utf8)
    }

    private func append(_ event: Other, to text: inout JSONText) {
        text.append(json: "{".utf8)
        if let type = event.type {
            text.append(name: "event")
            text.append(string: type.utf8)
            text.append(json: ",".utf8)
        }
        text.append(name: "data")
        append(event.data, isJSON: event.isJSON, to: &text)
        text.append(json: "}".utf8)
    }

    /// Bytes that may be JSON: as that if they are, so that they are compared by structure.
    private func append(_ bytes: [UInt8], isJSON: Bool, to text: inout JSONText) {
        var inner = limits
        inner.depth = max(0, limits.depth - Self.levelsAround)
        if isJSON, (try? JSONTreeReader.read(bytes, limits: inner)) != nil {
            text.append(
                json: bytes.starts(with: [0xef, 0xbb, 0xbf]) ? bytes.dropFirst(3) : bytes[...])
        } else {
            text.append(string: String(decoding: bytes, as: UTF8.self).utf8)
        }
    }
}
