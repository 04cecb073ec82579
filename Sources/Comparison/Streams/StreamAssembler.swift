// Puts a streamed answer together while its bytes come in.

package import Plan

/// Takes the bytes of a stream of events, cut anywhere, and says in the end what they say.
///
/// The first event tells the format. Of a format that is known the document is
/// `{"format", "complete", "choices": [{"index", "text", "reasoning", "refusal", "finish_reason",
/// "tool_calls": [{"name", "arguments"}]}], "other_events"}`, each member only if there is
/// anything; ids, times, counts of tokens and log-probabilities are left out. Arguments are JSON
/// if the model wrote that. Events that mean nothing in the format, errors among them, are kept
/// whole in `other_events`. Otherwise it is `{"format": "events", "events": [{"event", "data"}]}`.
package struct StreamAssembler: Sendable {
    private let limits: ComparisonLimits
    private var parser: EventStreamParser
    private var answer: AssembledAnswer
    private var format: StreamFormat?
    private var eventCount = 0
    private var hasBytes = false

    /// Begins a stream, of which no more than `bodyBytes` are kept.
    package init(limits: ComparisonLimits) {
        self.limits = limits
        parser = EventStreamParser(mostEventBytes: limits.bodyBytes)
        answer = AssembledAnswer(limits: limits)
    }

    /// Whether there was more than may be kept: what else comes changes nothing any more.
    package var isOverBudget: Bool { parser.isOverLimit || answer.isOverBudget }

    /// Takes the next bytes.
    package mutating func take(_ bytes: ArraySlice<UInt8>) {
        if isOverBudget || bytes.isEmpty { return }
        hasBytes = true
        for event in parser.take(bytes) { take(event) }
    }

    private mutating func take(_ event: EventStreamParser.Event) {
        if isOverBudget { return }
        eventCount += 1
        let json = try? JSONTreeReader.read(event.data, limits: limits)
        let event = StreamEvent(type: event.type, data: event.data, json: json)
        let format = format ?? StreamFormat.of(event)
        self.format = format
        if !format.take(event, into: &answer) { answer.keep(event) }
    }

    /// The stream is over: what it says.
    package func finish() -> AssembledStream {
        let format = format ?? .events
        let obstacle: BodyObstacle? =
            if isOverBudget {
                BodyObstacle(.tooLarge, "a stream that says more than \(limits.bodyBytes) bytes")
            } else if eventCount == 0 && hasBytes {
                BodyObstacle(.notEvents, "no server-sent event is in it")
            } else {
                nil
            }
        return AssembledStream(
            format: format, document: obstacle == nil ? answer.document(format) : [],
            eventCount: eventCount, obstacle: obstacle)
    }
}
