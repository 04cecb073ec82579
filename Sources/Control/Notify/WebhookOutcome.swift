// What became of one attempt to deliver a message.

import Foundation

/// The answer of a receiver, or what came instead of one.
enum WebhookOutcome: Sendable, Equatable {
    case delivered
    /// The receiver wants no more messages.
    case gone
    /// Not taken, in words; perhaps with the time that the receiver wants to be left alone.
    case failed(String, retryAfterSeconds: Int?)

    private static let mostDigits = 9

    /// Of an answer's status: everything but 2xx is sent again, except after 410 (Standard
    /// Webhooks).
    static func of(status: Int, retryAfter: String?, nowSecond: Int) -> WebhookOutcome {
        switch status {
        case 200..<300: .delivered
        case 410: .gone
        default:
            .failed(
                "status \(status)",
                retryAfterSeconds: retryAfter.flatMap { seconds($0, nowSecond: nowSecond) })
        }
    }

    /// Of an error instead of an answer.
    static func of(_ error: any Error) -> WebhookOutcome {
        .failed("no answer (\(ConnectionWords.of(error)))", retryAfterSeconds: nil)
    }

    /// Seconds or a date (RFC 9110 §10.2.3).
    private static func seconds(_ text: String, nowSecond: Int) -> Int? {
        if !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) {
            return text.utf8.count > mostDigits ? .max : Int(text)
        }
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "GMT")
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        guard let date = formatter.date(from: text) else { return nil }
        return max(0, Int(date.timeIntervalSince1970) - nowSecond)
    }
}
