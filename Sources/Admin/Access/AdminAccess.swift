// Who may ask the admin listener, and as whom.

import COpenSSL
package import Plan

/// The tokens that are known, by their digests only, and the names of the listener.
package struct AdminAccess: Sendable {
    /// A token with its digest.
    package struct Token: Sendable {
        /// Who it belongs to; nil for the one that says nothing of its holder.
        let name: String?
        let role: AdminToken.Role
        /// SHA-256, 32 bytes.
        let digest: [UInt8]

        /// A token that is known by its text.
        package init(name: String?, role: AdminToken.Role, text: String) {
            self.init(name: name, role: role, digest: AdminAccess.digest(text))
        }

        /// A token that is known by its digest alone.
        package init(name: String?, role: AdminToken.Role, digest: [UInt8]) {
            self.name = name
            self.role = role
            self.digest = digest
        }
    }

    /// Everybody who reaches the listener may do everything if there are none.
    let tokens: [Token]
    /// Names under which the listener may be called, in lowercase.
    let names: Set<String>

    /// Makes the rules of a listener.
    package init(tokens: [Token], names: [String] = []) {
        self.tokens = tokens
        self.names = Set(names)
    }

    /// Who sends this `authorization` field; nil if nobody who is known does.
    ///
    /// The digests of all tokens are compared to their end: how long that takes tells nothing.
    func caller(_ authorization: String?) -> Caller? {
        if tokens.isEmpty { return .anybody }
        let words = (authorization ?? "").split(separator: " ", maxSplits: 1)
        guard words.count == 2, words[0].lowercased() == "bearer" else { return nil }
        let given = Self.digest(String(words[1]))
        var found: Caller?
        for token in tokens where Self.isSame(given, token.digest) {
            found = Caller(name: token.name, role: token.role)
        }
        return found
    }

    /// Whether a request for this host may be meant for us: a page that has its own name point at
    /// this address (DNS rebinding) is told apart by it.
    func isOurs(host: String) -> Bool {
        let host = host.lowercased()
        if host.hasPrefix("[") { return true }
        let name = host.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)[0]
        if name == "localhost" || name.hasSuffix(".localhost") { return true }
        return names.contains(String(name)) || Self.isAddress(name)
    }

    /// Whether this is an IPv4 address: no name ends in a number (RFC 3696 §2).
    private static func isAddress(_ text: Substring) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }

    // MARK: Digests

    /// SHA-256 of a text.
    static func digest(_ text: String) -> [UInt8] {
        let input = Array(text.utf8)
        var output = [UInt8](repeating: 0, count: 32)
        unsafe output.withUnsafeMutableBufferPointer { output in
            _ = unsafe SHA256(input, input.count, output.baseAddress)
        }
        return output
    }

    /// Compares two digests in a time that does not tell where they differ.
    private static func isSame(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return unsafe CRYPTO_memcmp(left, right, left.count) == 0
    }
}

/// Who sent a request.
struct Caller: Sendable, Equatable {
    /// The token's name; nil if there is none.
    let name: String?
    let role: AdminToken.Role

    /// Whoever reaches a listener that asks for no token.
    static let anybody = Caller(name: nil, role: .operator)

    /// Whom the journal names: the token's holder, beside whoever the request says it is.
    func actor(saying said: String?) -> String {
        guard let name else { return said ?? "api" }
        guard let said, said != name else { return name }
        return "\(said) (token \(name))"
    }
}
