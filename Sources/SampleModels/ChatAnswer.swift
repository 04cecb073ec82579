// What a sample model says in a chat: the same words for the same prompt, as far as it is told to.

import Foundation

/// An answer in the form of OpenAI's chat completions, whole or as a stream of events.
struct ChatAnswer {
    /// What is asked for, as far as it matters here.
    private struct Question: Decodable {
        struct Message: Decodable {
            let content: String
        }

        let model: String?
        let messages: [Message]
        let stream: Bool?
    }

    private static let words = [
        "the", "model", "says", "that", "this", "answer", "is", "as", "good", "as", "any", "other",
        "one", "could", "be", "today",
    ]

    let isStream: Bool
    private let model: String
    private let text: [String]

    /// Answers a question; nil if the body is none. A part of the prompts is answered in other
    /// words by a version that has drifted, always the same ones; another part of the answers,
    /// drawn anew each time, varies as those of a model that samples do.
    init?(_ body: Data, by sample: SampleModel) {
        guard let question = try? JSONDecoder().decode(Question.self, from: body) else {
            return nil
        }
        isStream = question.stream == true
        model = question.model ?? "sample"
        var seed = Self.hash(question.messages.map(\.content).joined(separator: "\n"))
        let isDrifted = Double(seed % 1_000) < sample.driftShare * 1_000
        if isDrifted { seed ^= 0x5555 }
        var text = (0..<24).map { place in
            Self.words[Int(((seed >> UInt64(place % 12)) &+ UInt64(place)) % 16)]
        }
        if Double.random(in: 0..<1) < sample.noiseShare {
            text[Int.random(in: 0..<text.count)] = "perhaps"
        }
        self.text = text
    }

    /// FNV-1a: the same in every process.
    private static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }

    private var identifier: String { "chatcmpl-\(UInt32.random(in: 0 ... .max))" }
    private var second: Int { Int(Date().timeIntervalSince1970) }

    /// The whole answer.
    var whole: String {
        let usage = "{\"prompt_tokens\":9,\"completion_tokens\":\(text.count)}"
        return "{\"id\":\"\(identifier)\",\"object\":\"chat.completion\",\"created\":\(second),"
            + "\"model\":\(Self.quoted(model)),\"choices\":[{\"index\":0,\"message\":"
            + "{\"role\":\"assistant\",\"content\":\"\(text.joined(separator: " "))\"},"
            + "\"finish_reason\":\"stop\"}],\"usage\":\(usage)}\n"
    }

    /// The events of the answer, one for each word or so: how they are cut differs each time.
    var events: [String] {
        let head =
            "data: {\"id\":\"\(identifier)\",\"object\":\"chat.completion.chunk\","
            + "\"created\":\(second),\"model\":\(Self.quoted(model)),\"choices\":[{\"index\":0,"
        var events = [head + "\"delta\":{\"role\":\"assistant\"}}]}\n\n"]
        var rest = text[...]
        while !rest.isEmpty {
            let count = min(rest.count, Int.random(in: 1...3))
            let piece = rest.prefix(count).joined(separator: " ") + (count < rest.count ? " " : "")
            rest = rest.dropFirst(count)
            events.append(head + "\"delta\":{\"content\":\"\(piece)\"}}]}\n\n")
        }
        events.append(head + "\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n")
        return events + ["data: [DONE]\n\n"]
    }

    private static func quoted(_ text: String) -> String {
        let data = try? JSONEncoder().encode(text)
        return data.map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
    }
}
