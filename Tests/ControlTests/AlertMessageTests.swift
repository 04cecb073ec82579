// Messages of alerts: every figure as JSON, or a line for Slack in which nothing is markup.

import Foundation
import Journal
import Plan
import Testing

@testable import Control
@testable import Verdict

@Suite struct AlertMessageTests {
    private static func stored(_ route: String = "sentiment", isFiring: Bool = true) -> StoredAlert
    {
        StoredAlert(
            id: 7, atMilliseconds: 1_772_357_400_250,
            change: AlertChange(
                subject: AlertSubject("slow", route: route, version: "v2"), kind: .latency,
                isFiring: isFiring,
                figure: AlertFigure(
                    metric: "latency_p99", value: 912.5, limit: 800, isMost: true,
                    unit: .milliseconds), sinceMilliseconds: 1_772_357_100_000, returns: 0,
                summary: "latency_p99 of v2 on \(route) is 912 ms, above 800 ms"))
    }

    private func text(_ content: DeliveryContent, _ form: NotifyTarget.Form) throws -> String {
        String(decoding: try content.body(form), as: UTF8.self)
    }

    @Test func tellsEverything() throws {
        #expect(
            try text(.alert(Self.stored()), .event) == #"""
                {"data":{"alert":"slow","alert_id":7,"condition":"latency","direction":"above",\#
                "metric":"latency_p99","route":"sentiment","since":"2026-03-01T09:25:00.000Z",\#
                "state":"firing","summary":"latency_p99 of v2 on sentiment is 912 ms, above 800 ms",\#
                "threshold":800,"unit":"ms","value":912.5,"version":"v2"},\#
                "timestamp":"2026-03-01T09:30:00.250Z","type":"alert.firing"}
                """#)
        #expect(
            try text(.alert(Self.stored(isFiring: false)), .event).contains(
                #""type":"alert.resolved""#))
    }

    @Test func slackHasALineWithoutMarkup() throws {
        #expect(
            try text(.alert(Self.stored()), .slack)
                == #"{"text":"FIRING slow: latency_p99 of v2 on sentiment is 912 ms, above 800 ms "#
                + #"(since 2026-03-01T09:25:00.000Z)"}"#)
        let hostile = try text(.alert(Self.stored("<!channel>&\"\n<http://x|y>")), .slack)
        #expect(hostile.contains(#"&lt;!channel&gt;&amp;\"\n&lt;http://x|y&gt;"#))
        #expect(!hostile.contains("<"))
        let decision = StoredDecision(
            id: 1, route: "a", atMilliseconds: 0, decision: WebhookOutbox.decision)
        #expect(
            try text(.decision(decision), .slack)
                == #"{"text":"rolling_back: a: 10 errors in a row/“v2” (decision 1)"}"#)
    }

    @Test func slackIsToldWhoDecidedAndWhy() throws {
        let own = WebhookOutbox.decision
        let decision = Decision(
            kind: .aborted, cause: .operator, before: own.before, after: own.after,
            summary: "v2 <@U1> is out", actor: "ann@example.com", reason: "too slow & dear",
            evidence: nil)
        let stored = StoredDecision(id: 9, route: "a", atMilliseconds: 0, decision: decision)
        #expect(
            try text(.decision(stored), .slack)
                == #"{"text":"aborted: a: v2 &lt;@U1&gt; is out "#
                + #"(decision 9, ann@example.com: too slow &amp; dear)"}"#)
    }

    @Test(arguments: [
        "", "a", "&amp;", "<<>>", "e\u{301}&\u{301}<", "<\u{301}!here>\u{200D}", "\r\n",
    ])
    func escapingCanBeUndone(text: String) {
        let escaped = MessageText.escaped(text)
        #expect(!escaped.unicodeScalars.contains { $0 == "<" || $0 == ">" })
        // Scalar by scalar, too: an accent after an escape belongs to its last character.
        var back = escaped
        for (escape, scalar) in [("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")] {
            back = back.replacingOccurrences(of: escape, with: scalar, options: .literal)
        }
        #expect(Array(back.unicodeScalars) == Array(text.unicodeScalars))
    }
}
