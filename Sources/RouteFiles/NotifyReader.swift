// Reads `notify:` of a ramp and of alerts: where messages are posted, and in which form.

import Plan

/// Reads receivers: URLs, or `{slack: URL}`. Paths are often secret: no message repeats them.
enum NotifyReader {
    static let targetKeys = ["slack"]
    private static let mend = "write URLs like https://hooks.example.com/sluice, or {slack: URL}"
    private static let mostTargets = 16
    private static let mostBytes = 2_048

    /// The receivers under `key`; `told` is what they are told of, in the plural.
    static func read(_ value: YAMLValue, _ key: String, of told: String) -> [NotifyTarget] {
        let members = value.members(key, mend: mend) ?? []
        if members.count > mostTargets {
            value.error(
                "\(key) has \(members.count) receivers", "\(told) are posted to all of them",
                "use at most \(mostTargets)")
        }
        var seen: Set<NotifyTarget> = []
        return members.compactMap { member in
            guard let target = target(member, of: told) else { return nil }
            if seen.insert(target).inserted { return target }
            member.error("a URL of notify stands twice", "once is enough", "remove one of them")
            return nil
        }
    }

    private static func target(_ member: YAMLValue, of told: String) -> NotifyTarget? {
        var text = member.scalarText
        var form = NotifyTarget.Form.event
        if member.isMapping {
            let mapping = member.mapping("a receiver of \(told)", keys: targetKeys)
            guard let url = mapping?["slack"] else {
                if mapping != nil {
                    member.error("a receiver of \(told) has no URL", "nobody is told", mend)
                }
                return nil
            }
            text = url.scalarText
            form = .slack
        }
        guard let reason = problem(text) else { return NotifyTarget(url: text, form: form) }
        member.error("a URL of notify cannot be used", reason, mend)
        return nil
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
