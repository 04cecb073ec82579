// What is sent, what counts as taken, and when it is sent again: the pure parts.

import Foundation
import Journal
import Testing
import Verdict

@testable import Control

@Suite struct WebhookScheduleTests {
    private func body(atMilliseconds: Int) throws -> String {
        let stored = StoredDecision(
            id: 42, route: "sentiment", atMilliseconds: atMilliseconds,
            decision: WebhookOutbox.decision)
        return String(decoding: try WebhookMessage(stored).body(), as: UTF8.self)
    }

    @Test func saysWhatWasDecided() throws {
        let wanted =
            #"{"data":{"actor":"sluice","candidate":"v2","cause":"breaker","decision_id":42,"#
            + #""from_phase":"step","kind":"rolling_back","reason":"","route":"sentiment","#
            + #""share_after":0,"share_before":25.001,"stable":"v1","step":3,"#
            + #""summary":"10 errors in a row/“v2”","to_phase":"rolling_back"},"#
            + #""timestamp":"2023-11-14T22:13:20.007Z","type":"ramp.rolling_back"}"#
        for _ in 0..<3 { #expect(try body(atMilliseconds: 1_700_000_000_007) == wanted) }
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (-5, "1970-01-01T00:00:00.000Z"),
        (1_709_164_800_999, "2024-02-29T00:00:00.999Z"), (.max, "9999-12-31T23:59:59.999Z"),
        (.min, "1970-01-01T00:00:00.000Z"),
    ])
    func everyTimeCanBeSaid(milliseconds: Int, text: String) throws {
        #expect(try body(atMilliseconds: milliseconds).contains(#""timestamp":"\#(text)""#))
    }

    @Test func pausesGrowAndAreBounded() {
        let schedule = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400, 86_400]
        for (index, seconds) in schedule.enumerated() {
            for message in 0..<100 {
                let pause = WebhookBackoff.pauseMilliseconds(
                    failures: index + 1, messageID: "msg_\(message)")
                #expect((seconds * 800...seconds * 1_000).contains(pause))
            }
        }
        #expect(WebhookBackoff.attempts == 10)
    }

    @Test func messagesDoNotComeBackTogether() {
        let pauses = Set(
            (0..<100).map {
                WebhookBackoff.pauseMilliseconds(failures: 1, messageID: "msg_\($0)")
            })
        #expect(pauses.count > 50)
        let again = WebhookBackoff.pauseMilliseconds(failures: 1, messageID: "msg_7")
        #expect(again == WebhookBackoff.pauseMilliseconds(failures: 1, messageID: "msg_7"))
    }

    @Test(arguments: [
        (-1, 5_000), (0, 5_000), (60, 60_000), (86_400, 86_400_000), (.max, 86_400_000),
    ])
    func areAsLongAsTheReceiverAsks(seconds: Int, most: Int) {
        let pause = WebhookBackoff.pauseMilliseconds(
            failures: 1, messageID: "msg_1", retryAfterSeconds: seconds)
        #expect(seconds > 5 ? pause == most : pause <= most)
        #expect(pause >= 4_000)
    }

    @Test func onlyTwoHundredsAreTaken() {
        for status in 100...599 {
            let outcome = WebhookOutcome.of(status: status, retryAfter: nil, nowSecond: 0)
            switch status {
            case 200...299: #expect(outcome == .delivered)
            case 410: #expect(outcome == .gone)
            default: #expect(outcome == .failed("status \(status)", retryAfterSeconds: nil))
            }
        }
    }

    @Test(arguments: [
        ("120", 120), ("0", 0), ("99999999999999999999", .max), ("", nil), ("-1", nil),
        ("soon", nil), ("1.5", nil), ("Wed, 21 Oct 2015 07:28:00 GMT", 100),
        ("Wed, 21 Oct 2015 07:20:00 GMT", 0), ("Wed, 99 Oct 2015 07:28:00 GMT", nil),
    ])
    func readsRetryAfter(text: String, seconds: Int?) {
        let outcome = WebhookOutcome.of(
            status: 503, retryAfter: text, nowSecond: 1_445_412_480 - 100)
        #expect(outcome == .failed("status 503", retryAfterSeconds: seconds))
    }

    @Test(arguments: [
        (
            "https://user:secret@hooks.example.com/services/T0/B0?token=1#x",
            "https://hooks.example.com/…"
        ),
        ("http://127.0.0.1:9/", "http://127.0.0.1:9/…"), ("no url", "a URL that makes no sense"),
    ])
    func logsKeepSecretsOut(url: String, text: String) {
        #expect(WebhookPost.loggable(url) == text)
    }
}
