// Events of Cohere's Chat API.

/// Version 2 names events by `type`, version 1 by `event_type`.
enum CohereChat {
    /// Takes one event; false if it is none that is known.
    static func take(_ event: StreamEvent, into answer: inout AssembledAnswer) -> Bool {
        if answer.isComplete == nil { answer.isComplete = false }
        guard let json = event.json else { return event.isDone }
        if let name = json["event_type"]?.string {
            return takeFirst(String(decoding: name, as: UTF8.self), json, into: &answer)
        }
        let message = json["delta"]?["message"]
        switch event.name {
        case "message-start", "content-end", "tool-call-end": break
        case "content-start", "content-delta":
            answer.append(message?["content"]?["text"]?.string, to: .text)
            answer.append(message?["content"]?["thinking"]?.string, to: .reasoning)
        case "tool-plan-delta":
            answer.append(message?["tool_plan"]?.string, to: .reasoning)
        case "tool-call-start", "tool-call-delta":
            let function = message?["tool_calls"]?["function"]
            answer.call(
                json["index"]?.index ?? 0, name: function?["name"]?.string,
                arguments: function?["arguments"]?.string)
        case "message-end":
            answer.finish(json["delta"]?["finish_reason"]?.string)
            answer.isComplete = true
        default: return false
        }
        return true
    }

    private static func takeFirst(
        _ name: String, _ json: JSONValue, into answer: inout AssembledAnswer
    ) -> Bool {
        switch name {
        case "stream-start": break
        case "text-generation": answer.append(json["text"]?.string, to: .text)
        case "stream-end":
            answer.finish(json["finish_reason"]?.string)
            answer.isComplete = true
        default: return false
        }
        return true
    }
}
