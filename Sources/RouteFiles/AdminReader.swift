// Reads who may ask the admin listener: tokens with roles, and the names it is called by.

import Plan

/// Reads `admin_tokens` and `admin_names`.
package enum AdminReader {
    static let tokenKeys = ["name", "role", "file", "sha256"]
    /// Characters that a token has at least.
    static let leastCharacters = 16
    static let digestMend = "write sha256: and the 64 digits of printf %s TOKEN | sha256sum"
    private static let digestPrefix = "sha256:"
    private static let digestBytes = 32
    private static let mostTokens = 100
    private static let mostNames = 32
    private static let mostNameBytes = 64

    // MARK: Tokens

    static func tokens(_ value: YAMLValue) -> [AdminToken] {
        let mend = "write entries like {name: ann, role: operator, file: secrets/ann}"
        let members = value.members("admin_tokens", mend: mend) ?? []
        if members.count > mostTokens {
            value.error(
                "admin_tokens has \(members.count) entries", "each request is compared with all",
                "use at most \(mostTokens)")
        }
        var names: Set<String> = []
        return members.compactMap { member in
            guard let token = token(member) else { return nil }
            if names.insert(token.name).inserted { return token }
            member.error(
                "two tokens are named \(token.name)", "the journal could not tell them apart",
                "give one of them another name")
            return nil
        }
    }

    private static func token(_ value: YAMLValue) -> AdminToken? {
        guard let mapping = value.mapping("a token", keys: tokenKeys) else { return nil }
        let name = name(value, mapping["name"])
        let role = role(value, mapping["role"])
        let secret = secret(value, mapping)
        guard let name, let role, let secret else { return nil }
        return AdminToken(name: name, role: role, secret: secret)
    }

    private static func name(_ token: YAMLValue, _ value: YAMLValue?) -> String? {
        let mend = "use 1 to \(mostNameBytes) letters, digits and . _ @ -"
        guard let value else {
            token.error("a token has no name", "the journal names whoever sends it", mend)
            return nil
        }
        let text = value.scalarText
        let isPlain = text.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte)
                || (0x30...0x39).contains(byte) || [0x2D, 0x2E, 0x40, 0x5F].contains(byte)
        }
        if isPlain && (1...mostNameBytes).contains(text.utf8.count) { return text }
        value.error("the token's name is \(value.shown)", "it stands in the journal", mend)
        return nil
    }

    private static func role(_ token: YAMLValue, _ value: YAMLValue?) -> AdminToken.Role? {
        let mend = "write role: viewer to look on, or role: operator to move ramps as well"
        guard let value else {
            token.error("a token has no role", "it must be said what it allows", mend)
            return nil
        }
        if let role = AdminToken.Role(rawValue: value.scalarText) { return role }
        value.error("the token's role is \(value.shown)", "there is no such role", mend)
        return nil
    }

    private static func secret(
        _ token: YAMLValue, _ mapping: YAMLMapping
    ) -> AdminToken.Secret? {
        switch (mapping["file"], mapping["sha256"]) {
        case (let file?, nil):
            let path = SecretFile.path(
                file, "the token's file", least: leastCharacters, mayBeDigest: true)
            return path.map { .file($0) }
        case (nil, let digits?):
            if let digest = digest(digits.scalarText) { return .digest(digest) }
            digits.error(
                "the token's sha256 is \(digits.shown)", "that is no SHA-256 digest",
                "write the 64 digits of printf %s TOKEN | sha256sum")
            return nil
        default:
            let has = mapping["file"] == nil ? "neither file nor" : "both file and"
            token.error(
                "a token has \(has) sha256",
                "it must be said once what is compared with", "write file: PATH or sha256: DIGITS")
            return nil
        }
    }

    // MARK: Digests

    /// The digest that a secret's text names with `sha256:`; nil if it is a token itself.
    package static func digest(inFile text: String) -> [UInt8]? {
        text.hasPrefix(digestPrefix) ? digest(String(text.dropFirst(digestPrefix.count))) : nil
    }

    /// What is wrong with a text that begins like a digest; nil if nothing is.
    static func digestProblem(_ text: String) -> String? {
        let words = text.split(whereSeparator: \.isWhitespace)
        guard let word = words.first, word.hasPrefix(digestPrefix) else { return nil }
        return words.count == 1 && digest(inFile: String(word)) != nil
            ? nil : "what follows sha256: in it is no SHA-256 digest"
    }

    /// 64 hexadecimal digits as bytes.
    private static func digest(_ text: String) -> [UInt8]? {
        let digits = text.utf8.compactMap { byte -> UInt8? in
            switch byte {
            case 0x30...0x39: byte - 0x30
            case 0x61...0x66: byte - 0x61 + 10
            case 0x41...0x46: byte - 0x41 + 10
            default: nil
            }
        }
        guard text.utf8.count == 2 * digestBytes, digits.count == 2 * digestBytes else {
            return nil
        }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    // MARK: Names

    static func names(_ value: YAMLValue) -> [String] {
        let mend = "write names like sluice.example.com, without a port"
        let members = value.list("admin_names", mend: mend) ?? []
        if members.count > mostNames {
            value.error(
                "admin_names has \(members.count) names", "each request is compared with all",
                "use at most \(mostNames)")
        }
        return members.compactMap { member in
            guard let text = member.text("a name of the admin listener", mend: mend) else {
                return nil
            }
            if AddressText.isName(text.lowercased()) { return text.lowercased() }
            member.error("a name of the admin listener is \(member.shown)", "that is no name", mend)
            return nil
        }
    }
}
