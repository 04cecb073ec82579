// Of what an alert tells: a rule's name, and the route, version or certificate that it is about.

/// What tells one alert from another.
package struct AlertSubject: Sendable, Hashable, Codable, Comparable {
    /// The rule's name.
    package let alert: String
    /// The route; nil if it is about none.
    package let route: String?
    /// The version; nil if it is about none.
    package let version: String?
    /// The name of a certificate; nil if it is about none.
    package let certificate: String?

    /// Names a subject.
    package init(
        _ alert: String, route: String? = nil, version: String? = nil, certificate: String? = nil
    ) {
        self.alert = alert
        self.route = route
        self.version = version
        self.certificate = certificate
    }

    private var words: [String] { [alert, route ?? "", version ?? "", certificate ?? ""] }

    /// By rule, route, version and certificate.
    package static func < (left: AlertSubject, right: AlertSubject) -> Bool {
        left.words.lexicographicallyPrecedes(right.words)
    }
}
