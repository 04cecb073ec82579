// A version of a model, and the endpoints that serve it.

/// One version of a route's model.
package struct Version: Sendable, Equatable {
    /// The version's name, unique in its route: `[A-Za-z0-9]` and `-_.`, at most 63 bytes.
    package let name: String
    /// Where it is served; at least one.
    package let endpoints: [Endpoint]

    /// Makes a version served at these endpoints.
    package init(name: String, endpoints: [Endpoint]) {
        self.name = name
        self.endpoints = endpoints
    }
}

/// One address at which a version is served. Equal endpoints share their connections.
package struct Endpoint: Sendable, Hashable {
    /// The host: a name, an IPv4 address, or an IPv6 address without brackets.
    package let host: String
    /// The TCP port, 1 to 65535.
    package let port: Int
    /// How the connection is secured; nil means cleartext.
    package let security: EndpointSecurity?
    /// What is spoken there.
    package let wire: EndpointProtocol

    /// Makes an endpoint.
    package init(
        host: String, port: Int, security: EndpointSecurity?, wire: EndpointProtocol = .http1
    ) {
        self.host = host
        self.port = port
        self.security = security
        self.wire = wire
    }

    /// The endpoint as a URL, for people and for labels.
    package var url: String {
        let shownHost = host.contains(":") ? "[\(host)]" : host
        return "\(security == nil ? "http" : "https")://\(shownHost):\(port)"
    }
}

/// What is spoken with an endpoint; the raw value is how a file names it.
package enum EndpointProtocol: String, Sendable, Hashable, CaseIterable {
    /// HTTP/1.1.
    case http1
    /// HTTP/2: over TLS by ALPN, in cleartext by prior knowledge (RFC 9113 §3.3).
    case http2
    /// Over TLS what the endpoint prefers by ALPN; in cleartext HTTP/1.1.
    case auto
}

/// How a TLS connection to an endpoint is verified.
package struct EndpointSecurity: Sendable, Hashable {
    /// Whom to trust.
    package enum Trust: Sendable, Hashable {
        /// The authorities that the system trusts.
        case system
        /// The authorities in this PEM file.
        case file(String)
        /// Anybody: for tests only, and `sluice check` warns of it.
        case anybody
    }

    /// Whom to trust.
    package let trust: Trust
    /// The name that the certificate must hold and that SNI sends; the host unless said otherwise.
    package let serverName: String

    /// Makes the security of an endpoint.
    package init(trust: Trust, serverName: String) {
        self.trust = trust
        self.serverName = serverName
    }
}
