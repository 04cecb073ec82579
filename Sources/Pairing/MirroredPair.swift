// Two answers to one request, as workers hand them over to be compared.

package import Comparison
package import Recording

/// What came of one side of a pair.
package struct PairedAnswer: Sendable {
    /// How it ended: an answer, or why there is none.
    package let outcome: Outcome
    /// The fields of the head as they came, line by line, without the status line.
    package let fields: [UInt8]
    /// The body as it came, without transfer codings, as far as it was kept.
    package let body: [UInt8]
    /// Whether more of the body came than may be kept.
    package let isTooLarge: Bool
    /// Which endpoint answered, as a URL; empty if none was asked.
    package let endpoint: String

    /// Makes one side of a pair.
    package init(
        outcome: Outcome, fields: [UInt8], body: [UInt8], isTooLarge: Bool, endpoint: String
    ) {
        self.outcome = outcome
        self.fields = fields
        self.body = body
        self.isTooLarge = isTooLarge
        self.endpoint = endpoint
    }
}

/// A request that was mirrored, with both answers.
package struct MirroredPair: Sendable {
    /// The route's name.
    package let route: String
    /// The name of the version that is the shadow.
    package let shadow: String
    /// The name of the version that answered the caller.
    package let version: String
    /// Whether the second answer is the shadow's, or another one of the same version.
    package let kind: DifferenceTally.Kind
    /// The stratum of evidence that the request belongs to.
    package let stratum: Int
    /// The request's id.
    package let identifier: String
    /// The method and target of the request.
    package let requestLine: String
    /// What the caller was answered.
    package let primary: PairedAnswer
    /// What the other one answered.
    package let other: PairedAnswer

    /// Makes a pair.
    package init(
        route: String, shadow: String, version: String, kind: DifferenceTally.Kind, stratum: Int,
        identifier: String, requestLine: String, primary: PairedAnswer, other: PairedAnswer
    ) {
        self.route = route
        self.shadow = shadow
        self.version = version
        self.kind = kind
        self.stratum = stratum
        self.identifier = identifier
        self.requestLine = requestLine
        self.primary = primary
        self.other = other
    }
}

/// Where workers leave pairs: returns whether there was room. `done` is called once, on any
/// thread, when the bytes of the pair are no longer held; not if there was no room.
package protocol PairInbox: AnyObject, Sendable {
    /// Takes a pair to compare it later.
    func offer(_ pair: MirroredPair, done: @escaping @Sendable () -> Void) -> Bool
}
