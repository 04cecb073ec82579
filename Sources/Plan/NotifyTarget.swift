// Where messages are posted, and in which form.

/// A receiver of messages.
package struct NotifyTarget: Sendable, Hashable {
    /// What a message looks like.
    package enum Form: String, Sendable, Codable {
        /// Every figure, as JSON of its own.
        case event
        /// `{"text": …}`, which Slack and those that imitate it show.
        case slack
    }

    /// An http or https URL.
    package let url: String
    /// What it is sent.
    package let form: Form

    /// Makes a receiver.
    package init(url: String, form: Form = .event) {
        self.url = url
        self.form = form
    }
}
