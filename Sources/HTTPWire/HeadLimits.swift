// How long a head may be.

/// The limits of one head; what is longer is refused with 431, or 414 for the target.
package struct HeadLimits: Sendable, Equatable {
    /// Bytes of the head, its last empty line included.
    package var headBytes: Int
    /// Fields of the head.
    package var headFields: Int
    /// Bytes of a request's target.
    package var targetBytes: Int

    /// Makes limits; each is at least 1.
    package init(headBytes: Int, headFields: Int, targetBytes: Int) {
        self.headBytes = max(1, headBytes)
        self.headFields = max(1, headFields)
        self.targetBytes = max(1, targetBytes)
    }
}
