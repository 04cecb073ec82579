// One raw request and what a strict server must make of it.

/// A complete request, byte for byte, and the verdict it must lead to.
///
/// Good cases ask for `/cases` or something below it at `localhost` wherever the case allows it,
/// so that one route and one development certificate serve them all.
package struct RequestCase: Sendable, CustomStringConvertible {
    /// The case's name, in snake_case.
    package let name: String
    /// The request as it is sent.
    package let bytes: [UInt8]
    /// What must come of it.
    package let expected: Expectation

    package var description: String { name }

    /// What must come of a request.
    package enum Expectation: Equatable, Sendable {
        /// It is answered with this status, for the fault of this lasting name.
        case refused(status: Int, fault: String)
        /// It is taken.
        case accepted(AcceptedRequest)
    }

    /// Whether the head is taken and only the body refused.
    package var isRefusedInBody: Bool {
        guard case .refused(_, let fault) = expected else { return false }
        return fault.contains("chunk") || fault.contains("trailer")
    }
}

/// What must have been understood of a request that is taken.
package struct AcceptedRequest: Equatable, Sendable {
    /// The method as it was sent.
    package var method: String
    /// The path without its query; empty for `*`.
    package var path: String
    /// The host in lowercase, without port and last dot; empty if none was named.
    package var host: String
    /// `none`, `length N` or `chunked`.
    package var framing: String
    /// Whether the client wants to send more requests on the connection.
    package var keepsAlive: Bool
    /// The body without its framing.
    package var body: [UInt8]

    /// Makes what must have been understood.
    package init(
        method: String, path: String, host: String, framing: String, keepsAlive: Bool,
        body: [UInt8]
    ) {
        self.method = method
        self.path = path
        self.host = host
        self.framing = framing
        self.keepsAlive = keepsAlive
        self.body = body
    }
}
