// Chunks of OpenAI's chat completions and completions.

/// `choices[].delta` of chats, `choices[].text` of completions, `[DONE]` at the end.
enum OpenAIChunks {
    /// Takes one event; false if it is none of these.
    static func take(_ event: StreamEvent, into answer: inout AssembledAnswer) -> Bool {
        if answer.isComplete == nil { answer.isComplete = false }
        if event.isDone {
            answer.isComplete = true
            return true
        }
        guard case .array(let choices)? = event.json?["choices"] else { return false }
        var isUnderstood = true
        for choice in choices {
            let index = choice["index"]?.index ?? 0
            answer.append(choice["text"]?.string, to: .text, choice: index)
            answer.finish(choice["finish_reason"]?.string, choice: index)
            if let delta = choice["delta"], !take(delta, index, into: &answer) {
                isUnderstood = false
            }
        }
        return isUnderstood
    }

    private static func take(
        _ delta: JSONValue, _ choice: Int, into answer: inout AssembledAnswer
    ) -> Bool {
        switch delta["content"] {
        case .string(let text): answer.append(text, to: .text, choice: choice)
        case .array(let parts):
            for part in parts { answer.append(part["text"]?.string, to: .text, choice: choice) }
        case nil, .null: break
        default: return false
        }
        let reasoning = delta["reasoning_content"]?.string ?? delta["reasoning"]?.string
        answer.append(reasoning, to: .reasoning, choice: choice)
        answer.append(delta["refusal"]?.string, to: .refusal, choice: choice)
        if case .array(let calls)? = delta["tool_calls"] {
            for (place, call) in calls.enumerated() {
                let function = call["function"]
                answer.call(
                    call["index"]?.index ?? place, name: function?["name"]?.string,
                    arguments: function?["arguments"]?.string, choice: choice)
            }
        }
        // What calls of tools were called before there were several.
        if let function = delta["function_call"], case .object = function {
            answer.call(
                0, name: function["name"]?.string, arguments: function["arguments"]?.string,
                choice: choice)
        }
        return true
    }
}
