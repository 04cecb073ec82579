// What bounds the sending of messages.

/// Limits of the sender.
package struct WebhookLimits: Sendable {
    /// How often a message is sent before it is given up.
    package var attempts = WebhookBackoff.attempts
    /// How many messages may wait; beyond that the oldest are given up.
    package var waiting = 10_000
    /// How many messages are on their way at the same time, each to another URL.
    package var concurrent = 8
    /// How long a receiver may take to answer, in milliseconds.
    package var timeoutMilliseconds = 10_000
    /// How often the journal is looked at for messages that are due, in milliseconds.
    package var lookMilliseconds = 1_000

    /// The defaults.
    package init() {}
}
