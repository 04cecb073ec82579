// Tokens of Hugging Face's Text Generation Inference.

/// `token.text`, and with the last token `generated_text` and `details.finish_reason`.
enum TextGenerationTokens {
    /// Takes one event; false if it is none of these.
    static func take(_ event: StreamEvent, into answer: inout AssembledAnswer) -> Bool {
        if answer.isComplete == nil { answer.isComplete = false }
        guard let json = event.json, let token = json["token"], let text = token["text"]?.string
        else { return false }
        // Special tokens, such as the one at the end, are no text.
        if case .bool(true)? = token["special"] {
        } else {
            answer.append(text, to: .text)
        }
        if json["generated_text"]?.string != nil { answer.isComplete = true }
        answer.finish(json["details"]?["finish_reason"]?.string)
        return true
    }
}
