// An answer as it is given to a comparison.

/// One of the two answers of a pair.
package struct Answer: Sendable {
    /// One header; a name may come more than once.
    package struct Header: Sendable, Equatable {
        /// The name, in any case.
        package let name: String
        /// The value.
        package let value: String

        /// Makes a header.
        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// What there is of the body.
    package enum Body: Sendable {
        /// All of it, without transfer and content codings.
        case whole([UInt8])
        /// A stream of events that was put together while it came.
        case stream(AssembledStream)
        /// More than may be kept.
        case tooLarge
        /// It ended before its end.
        case cutOff
    }

    /// The status, such as 200.
    package let status: Int
    /// The headers in their order.
    package let headers: [Header]
    /// The body.
    package let body: Body

    /// Makes an answer.
    package init(status: Int, headers: [Header], body: Body) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}
