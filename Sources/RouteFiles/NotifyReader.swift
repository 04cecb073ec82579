// Reads `notify:` of a ramp: where its decisions are posted.

/// Reads the URLs of webhooks. Their paths are often secret, so that no message repeats them.
enum NotifyReader {
    private static let mostURLs = 16
    private static let mostBytes = 2_048

    static func read(_ value: YAMLValue) -> [String] {
        let mend = "write URLs like https://hooks.example.com/sluice"
        let members = value.list("canary.notify", mend: mend) ?? []
        if members.count > mostURLs {
            value.error(
                "canary.notify has \(members.count) URLs", "each decision is posted to all of them",
                "use at most \(mostURLs)")
        }
        var seen: Set<String> = []
        return members.compactMap { member in
            let text = member.scalarText
            if let reason = problem(text) {
                member.error("a URL of notify cannot be used", reason, mend)
                return nil
            }
            if seen.insert(text).inserted { return text }
            member.error("a URL of notify stands twice", "once is enough", "remove one of them")
            return nil
        }
    }

    /// What is wrong with a URL; nil if nothing is.
    static func problem(_ text: String) -> String? {
        let scheme = ["https://", "http://"].first { text.hasPrefix($0) }
        guard let scheme else { return "it does not begin with https:// or http://" }
        if text.utf8.count > mostBytes { return "it has more than \(mostBytes) bytes" }
        if !text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) {
            return "there is a blank, a control character or a letter beyond ASCII in it"
        }
        let authority = text.dropFirst(scheme.count).prefix { !"/?#".contains($0) }
        if authority.contains("@") { return "user names are not sent" }
        guard let (host, port) = AddressText.split(authority.lowercased()), port != 0,
            AddressText.isName(host) || AddressText.bytes(host) != nil
        else { return "it needs a host, and a port from 1 to 65535 if any, IPv6 in [brackets]" }
        return nil
    }
}
