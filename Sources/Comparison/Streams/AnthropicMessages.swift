// Events of Anthropic's Messages API.

/// Blocks of content: text, thinking, and the use of tools.
enum AnthropicMessages {
    /// Takes one event; false if it is none that is known.
    static func take(_ event: StreamEvent, into answer: inout AssembledAnswer) -> Bool {
        if answer.isComplete == nil { answer.isComplete = false }
        guard let name = event.name, let json = event.json else { return false }
        let place = json["index"]?.index ?? 0
        switch name {
        case "content_block_start":
            let block = json["content_block"]
            answer.append(block?["text"]?.string, to: .text)
            answer.append(block?["thinking"]?.string, to: .reasoning)
            if block?["name"]?.string != nil { answer.call(place, name: block?["name"]?.string) }
        case "content_block_delta": return take(json["delta"], place, into: &answer)
        case "message_delta": answer.finish(json["delta"]?["stop_reason"]?.string)
        case "message_stop": answer.isComplete = true
        case "message_start", "content_block_stop", "ping": break
        default: return false
        }
        return true
    }

    private static func take(
        _ delta: JSONValue?, _ place: Int, into answer: inout AssembledAnswer
    ) -> Bool {
        if let text = delta?["text"]?.string {
            answer.append(text, to: .text)
        } else if let json = delta?["partial_json"]?.string {
            answer.call(place, arguments: json)
        } else if let thinking = delta?["thinking"]?.string {
            answer.append(thinking, to: .reasoning)
        } else {
            // Signatures differ always; anything else is kept.
            return delta?["signature"]?.string != nil
        }
        return true
    }
}
