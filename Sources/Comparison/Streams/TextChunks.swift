// Pieces of text in a member of that name, as small services stream them.

/// `{"text": "…"}`. Whatever has other members, beyond a few that say nothing, is no such piece:
/// what it has beside its text must not be lost.
enum TextChunks {
    private static let others = ["index", "id", "finish_reason", "is_finished", "stop"]

    /// Whether an event is such a piece.
    static func isChunk(_ json: JSONValue) -> Bool {
        guard case .object(let members) = json, json["text"]?.string != nil else { return false }
        return members.allSatisfy { member in
            member.name.elementsEqual("text".utf8)
                || others.contains { member.name.elementsEqual($0.utf8) }
        }
    }

    /// Takes one event; false if it is none of these.
    static func take(_ event: StreamEvent, into answer: inout AssembledAnswer) -> Bool {
        if event.isDone {
            answer.isComplete = true
            return true
        }
        guard let json = event.json, isChunk(json) else { return false }
        // An index counts tokens in some services and answers in others: there is one answer.
        answer.append(json["text"]?.string, to: .text)
        answer.finish(json["finish_reason"]?.string)
        return true
    }
}
