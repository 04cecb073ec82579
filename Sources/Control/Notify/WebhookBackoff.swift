// When a message that was not taken is sent again: pure.

import Journal

/// The schedule that Standard Webhooks proposes.
enum WebhookBackoff {
    /// After the first failure, the second, and so on; then always the last.
    private static let pausesSeconds = [
        5, 5 * 60, 30 * 60, 2 * 3_600, 5 * 3_600, 10 * 3_600, 14 * 3_600, 20 * 3_600, 24 * 3_600,
    ]
    /// By how much of itself a pause is shortened at most.
    private static let jitter = 0.2

    /// How often a message is sent in this schedule.
    static let attempts = pausesSeconds.count + 1

    /// The pause after so many failures, the last included. It is up to a fifth shorter than the
    /// schedule says, by the message's identifier, so that messages that failed together do not
    /// come back together; and as long as the receiver asked for, within a day.
    static func pauseMilliseconds(
        failures: Int, messageID: String, retryAfterSeconds: Int? = nil
    ) -> Int {
        let index = min(max(1, failures), pausesSeconds.count) - 1
        let full = Double(pausesSeconds[index] * 1_000)
        let scheduled = Int(full * (1 - jitter * fraction(messageID, failures)))
        let longest = Delivery.longestPauseMilliseconds
        let asked = min(max(0, retryAfterSeconds ?? 0), longest / 1_000) * 1_000
        return min(max(scheduled, asked), longest)
    }

    /// A number 0 ..< 1 that looks random, always the same for the same message and failure
    /// (FNV-1a).
    private static func fraction(_ messageID: String, _ failures: Int) -> Double {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in "\(messageID).\(failures)".utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
        }
        return Double(hash >> 11) / Double(1 << 53)
    }
}
