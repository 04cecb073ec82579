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
        /// All of it, in a content coding that cannot be undone here.
        case coded([UInt8], coding: String)
        /// It is not in the content coding that the answer names.
        case miscoded
        /// There is no answer: why, in a few words that show nothing of it.
        case missing(String)

        /// Whether there is no answer at all.
        package var isMissing: Bool {
            if case .missing = self { true } else { false }
        }
    }

    /// The status, such as 200; 0 if there is no answer.
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

    /// What stands in the place of an answer that did not come.
    package static func missing(_ why: String) -> Answer {
        Answer(status: 0, headers: [], body: .missing(why))
    }

    /// Whether there is no answer at all.
    package var isMissing: Bool { body.isMissing }
}
