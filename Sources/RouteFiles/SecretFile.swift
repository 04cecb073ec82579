// Checks the files that hold secrets, without repeating what is in them.

/// A file whose text is a secret.
enum SecretFile {
    /// The path of a file with a secret of at least so many characters, if the key is there.
    static func read(
        _ mapping: YAMLMapping, _ key: String, least: Int, mayBeDigest: Bool = false
    ) -> String? {
        mapping[key].flatMap { path($0, key, least: least, mayBeDigest: mayBeDigest) }
    }

    /// The path of a file with a secret of at least so many characters.
    static func path(
        _ value: YAMLValue, _ what: String, least: Int, mayBeDigest: Bool
    ) -> String? {
        let mend = "name a file that holds at least \(least) characters and that others cannot read"
        guard let path = value.text(what, mend: mend) else { return nil }
        if let bytes = FileCheck.read(path) {
            let secret = String(decoding: bytes, as: UTF8.self)
            if secret.count(where: { !$0.isWhitespace }) < least {
                value.error(
                    "\(what) is \(value.shown)", "it holds fewer than \(least) characters", mend)
            } else if mayBeDigest, let problem = AdminReader.digestProblem(secret) {
                value.error("\(what) is \(value.shown)", problem, AdminReader.digestMend)
            }
        } else {
            value.error(
                "\(what) is \(value.shown)", "it cannot be read (\(FileCheck.lastError))", mend)
        }
        return path
    }
}
