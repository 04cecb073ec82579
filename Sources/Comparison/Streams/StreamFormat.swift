// The formats in which models stream their answers.

/// How the events of a stream are to be understood.
package enum StreamFormat: String, Sendable, CaseIterable {
    /// Chunks of OpenAI's chat completions and completions, which vLLM and many others speak too.
    case openAI = "openai"
    /// Events of OpenAI's Responses API.
    case openAIResponses = "openai_responses"
    /// Events of Anthropic's Messages API.
    case anthropic
    /// Events of Cohere's Chat API, version 1 and 2.
    case cohere
    /// Chunks of Google's `streamGenerateContent`.
    case gemini
    /// Tokens of Hugging Face's Text Generation Inference.
    case textGenerationInference = "tgi"
    /// Pieces in a member `text`, and next to nothing beside it.
    case text
    /// Events of which nothing is known: they are compared one by one.
    case events

    /// The format of a stream that begins with this event.
    static func of(_ event: StreamEvent) -> StreamFormat {
        if event.isDone { return .openAI }
        guard let json = event.json else { return .events }
        if case .array? = json["choices"] { return .openAI }
        if case .array? = json["candidates"] { return .gemini }
        if json["token"]?["text"]?.string != nil { return .textGenerationInference }
        if let type = json["type"]?.string {
            let type = String(decoding: type, as: UTF8.self)
            if type.hasPrefix("response.") { return .openAIResponses }
            if ["message_start", "content_block_start", "ping"].contains(type) {
                return .anthropic
            }
            if ["message-start", "content-start", "content-delta"].contains(type) {
                return .cohere
            }
        }
        if json["event_type"]?.string != nil { return .cohere }
        return TextChunks.isChunk(json) ? .text : .events
    }

    /// Takes the next event of a stream of this format; false if it means nothing in it.
    func take(_ event: StreamEvent, into answer: inout AssembledAnswer) -> Bool {
        switch self {
        case .openAI: OpenAIChunks.take(event, into: &answer)
        case .openAIResponses: OpenAIResponses.take(event, into: &answer)
        case .anthropic: AnthropicMessages.take(event, into: &answer)
        case .cohere: CohereChat.take(event, into: &answer)
        case .gemini: GeminiChunks.take(event, into: &answer)
        case .textGenerationInference: TextGenerationTokens.take(event, into: &answer)
        case .text: TextChunks.take(event, into: &answer)
        case .events: false
        }
    }
}

/// An event with its data as JSON, if it is that.
struct StreamEvent {
    let type: String?
    let data: [UInt8]
    let json: JSONValue?

    /// Whether it is the end of a stream as OpenAI marks it.
    var isDone: Bool { data.elementsEqual("[DONE]".utf8) }

    /// The member `type` of the data, else the type of the event.
    var name: String? {
        json?["type"]?.string.map { String(decoding: $0, as: UTF8.self) } ?? type
    }
}
