// Somebody who may ask the admin listener, as the files say.

/// A token of the admin listener, with a name for the journal and a role.
package struct AdminToken: Sendable, Equatable {
    /// What its holder may do.
    package enum Role: String, Sendable, Equatable, CaseIterable {
        /// Look on.
        case viewer
        /// Look on, and move ramps by the operator's verbs.
        case `operator`
    }

    /// Where what is compared with comes from.
    package enum Secret: Sendable, Equatable {
        /// A file with the token, or with `sha256:` and its digest.
        case file(String)
        /// The token's SHA-256 digest: 32 bytes.
        case digest([UInt8])
    }

    /// Who it belongs to: what the journal calls whoever sends it.
    package let name: String
    package let role: Role
    package let secret: Secret

    /// Describes a token.
    package init(name: String, role: Role, secret: Secret) {
        self.name = name
        self.role = role
        self.secret = secret
    }
}
