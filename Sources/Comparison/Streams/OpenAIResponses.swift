// Events of OpenAI's Responses API.

/// Deltas of text, refusals, reasoning and arguments; what else there is repeats them.
enum OpenAIResponses {
    /// Takes one event; false if it is none that is known.
    static func take(_ event: StreamEvent, into answer: inout AssembledAnswer) -> Bool {
        if answer.isComplete == nil { answer.isComplete = false }
        if event.isDone { return true }
        guard let name = event.name, let json = event.json else { return false }
        let delta = json["delta"]?.string
        let place = json["output_index"]?.index ?? 0
        switch name {
        case "response.output_text.delta": answer.append(delta, to: .text)
        case "response.refusal.delta": answer.append(delta, to: .refusal)
        case "response.reasoning_text.delta", "response.reasoning_summary_text.delta":
            answer.append(delta, to: .reasoning)
        case "response.output_item.added":
            let item = json["item"]
            if item?["name"]?.string != nil { answer.call(place, name: item?["name"]?.string) }
        case "response.function_call_arguments.delta", "response.custom_tool_call_input.delta":
            answer.call(place, arguments: delta)
        case "response.completed", "response.incomplete":
            answer.isComplete = true
            let response = json["response"]
            let reason = response?["incomplete_details"]?["reason"]?.string
            answer.finish(reason ?? response?["status"]?.string)
        case "response.failed", "error": return false
        default:
            // The rest tells what happens (created, in progress, done) and repeats the deltas.
            return name.hasPrefix("response.") && !name.hasSuffix(".delta")
        }
        return true
    }
}
