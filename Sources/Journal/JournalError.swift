// Why lasting state could not be read or written, in words for people.

/// A failure of the journal.
package struct JournalError: Error, Sendable, CustomStringConvertible {
    /// One sentence: what, why, and how to mend it.
    package let description: String
}
