// Why there is no secret to sign messages with, in words for people.

/// A failure to read or to make the secret.
package struct WebhookSecretError: Error, Sendable, CustomStringConvertible {
    /// One sentence: what, why, and how to mend it.
    package let description: String
}
