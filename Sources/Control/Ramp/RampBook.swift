// What has been decided but could not be written down, and what is known of the journal's health.

import Journal

/// Decisions that took effect without the journal, because nobody may wait for a full disk to be
/// rid of a bad candidate. They are written, in their order, as soon as that is possible.
struct RampBook: Sendable {
    /// Decisions that may wait; beyond them the oldest are lost, and said to be.
    private static let mostWaiting = 10_000
    /// Between two tries to write.
    private static let pauseMilliseconds = 1_000

    private(set) var waiting: [JournalEntry] = []
    /// What is wrong with the journal, in words for people; nil while it can be written.
    private(set) var problem: String?
    private var nextTryMilliseconds = 0

    /// Whether it is time to try again.
    func isDue(_ nowMilliseconds: Int) -> Bool {
        problem == nil || nowMilliseconds >= nextTryMilliseconds
    }

    mutating func wrote() {
        waiting.removeAll()
        problem = nil
    }

    /// Something else was written: if nothing waits, all is well again.
    mutating func worked() {
        if waiting.isEmpty { problem = nil }
    }

    mutating func failed(_ error: JournalError, nowMilliseconds: Int) {
        problem = error.description
        nextTryMilliseconds = nowMilliseconds + Self.pauseMilliseconds
    }

    /// Keeps an entry until it can be written; returns the oldest one if that is lost for it.
    mutating func wait(for entry: JournalEntry) -> JournalEntry? {
        waiting.append(entry)
        return waiting.count > Self.mostWaiting ? waiting.removeFirst() : nil
    }
}
