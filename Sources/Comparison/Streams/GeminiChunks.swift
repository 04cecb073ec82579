// Chunks of Google's `streamGenerateContent`.

import Plan

/// Parts of candidates: text, thoughts, and calls of functions, which come whole.
enum GeminiChunks {
    /// Takes one event; false if it is none of these.
    static func take(_ event: StreamEvent, into answer: inout AssembledAnswer) -> Bool {
        if answer.isComplete == nil { answer.isComplete = false }
        guard case .array(let candidates)? = event.json?["candidates"] else { return false }
        var isUnderstood = true
        for candidate in candidates {
            let index = candidate["index"]?.index ?? 0
            for part in candidate["content"]?["parts"]?.elements ?? [] {
                if !take(part, index, into: &answer) { isUnderstood = false }
            }
            if let reason = candidate["finishReason"]?.string {
                answer.finish(reason, choice: index)
                // No event marks the end: the reason is the last that comes.
                answer.isComplete = true
            }
        }
        return isUnderstood
    }

    private static func take(
        _ part: JSONValue, _ choice: Int, into answer: inout AssembledAnswer
    ) -> Bool {
        if let text = part["text"]?.string {
            if case .bool(true)? = part["thought"] {
                answer.append(text, to: .reasoning, choice: choice)
            } else {
                answer.append(text, to: .text, choice: choice)
            }
            return true
        }
        guard let call = part["functionCall"] else { return false }
        let arguments = call["args"].map { JSONText.of($0, RedactionCursor(PathRules())) }
        let place = answer.choices[choice]?.toolCalls.count ?? 0
        answer.call(
            place, name: call["name"]?.string, arguments: arguments?[...], choice: choice)
        return true
    }
}
