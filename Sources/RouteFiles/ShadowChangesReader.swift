// Reads what a shadow's copy carries: which fields are left out, kept or set, and for which host.

import Comparison
import Plan

/// Reads `host`, `keep_credentials`, `strip` and `set` of a shadow.
enum ShadowChangesReader {
    static let keys = ["host", "keep_credentials", "strip", "set"]
    private static let mostFields = 64
    private static let mostValueBytes = 4_096

    static func read(_ mapping: YAMLMapping) -> Shadow.Changes {
        var changes = Shadow.Changes()
        changes.host = mapping["host"].flatMap(readHost)
        if let keeps = mapping["keep_credentials"]?.boolean("shadow.keep_credentials") {
            changes.keepsCredentials = keeps
        }
        if let value = mapping["set"] { readSet(value, into: &changes) }
        if let value = mapping["strip"] { readStrip(value, into: &changes) }
        return changes
    }

    private static func readHost(_ value: YAMLValue) -> String? {
        let mend = "write a name like models.example.com, or leave host out for the caller's"
        guard let text = value.text("shadow.host", mend: mend)?.lowercased() else { return nil }
        if let (host, port) = AddressText.split(text), port != 0,
            AddressText.isName(host) || AddressText.bytes(host) != nil
        {
            return text
        }
        value.error("shadow.host is \(value.shown)", "no host is called so", mend)
        return nil
    }

    // MARK: What is left out

    private static func readStrip(_ value: YAMLValue, into changes: inout Shadow.Changes) {
        let mend = "name header fields like [x-secret]"
        let members = value.list("shadow.strip", mend: mend) ?? []
        if members.count > mostFields {
            value.error(
                "shadow.strip has \(members.count) fields", "each is looked for in every copy",
                "use at most \(mostFields)")
        }
        for member in members {
            guard let name = fieldName(member, "strip", mend) else { continue }
            if changes.stripped.contains(name) {
                member.error("\(name) stands twice", "once is enough", "remove one of them")
            } else if changes.headers.contains(where: { $0.name == name }) {
                member.error(
                    "\(name) stands in strip and in set", "what is set replaces it anyway",
                    "remove it from strip")
            } else if Shadow.Changes.credentials.contains(name) && !changes.keepsCredentials {
                member.warning(
                    "shadow.strip names \(name)",
                    "it tells who the caller is and is not copied anyway",
                    "remove it, or write keep_credentials: true to copy the others")
            }
            changes.stripped.append(name)
        }
    }

    // MARK: What is set

    private static func readSet(_ value: YAMLValue, into changes: inout Shadow.Changes) {
        let mend = "write it like set: {x-env: shadow, $.model: v3}"
        let entries = value.entries("shadow.set", mend: mend) ?? []
        if entries.count > mostFields {
            value.error(
                "shadow.set has \(entries.count) fields", "each is written into every copy",
                "use at most \(mostFields)")
        }
        for (key, value) in entries {
            if key.scalarText.hasPrefix("$") {
                if let change = readField(key, value, changes.fields) {
                    changes.fields.append(change)
                }
            } else if let header = readHeader(key, value, changes.headers, mend) {
                changes.headers.append(header)
            }
        }
        changes.headers.sort { $0.name < $1.name }
    }

    private static func readHeader(
        _ key: YAMLValue, _ value: YAMLValue, _ known: [Shadow.Header], _ mend: String
    ) -> Shadow.Header? {
        guard let name = fieldName(key, "set", mend) else { return nil }
        if known.contains(where: { $0.name == name }) {
            key.error(
                "\(name) stands twice in shadow.set", "the case of names does not count",
                "remove one of them")
            return nil
        }
        // The value may be a secret, which no log is to show.
        let text = value.scalarText
        let isFit =
            !text.isEmpty && text.utf8.count <= mostValueBytes
            && text.utf8.allSatisfy { (0x20...0x7E).contains($0) } && !text.hasPrefix(" ")
            && !text.hasSuffix(" ")
        if isFit { return Shadow.Header(name: name, value: text) }
        value.error(
            "the value of \(name) in shadow.set cannot be sent",
            "a header's value is 1 to \(mostValueBytes) bytes of visible ASCII",
            "write other text, or name a field of the JSON body as $.NAME")
        return nil
    }

    private static func readField(
        _ key: YAMLValue, _ value: YAMLValue, _ known: [JSONFieldChange]
    ) -> JSONFieldChange? {
        guard let path = PathReader.read(key, "shadow.set") else { return nil }
        if let other = known.first(where: { overlap($0.path, path) }) {
            key.error(
                "\(path) and \(other.path) both stand in shadow.set",
                "one is inside of the other and would not be found any more",
                "write both in the value of the shorter one")
            return nil
        }
        guard let json = JSONValueText.of(value, "the value of \(path) in shadow.set") else {
            return nil
        }
        let change = JSONFieldChange(path: path, value: json)
        do {
            _ = try JSONRewrite([change])
            return change
        } catch {
            value.error(
                "\(error)", "the copies could not be written",
                "write a text, a number, true, false, null, a list or a mapping")
            return nil
        }
    }

    /// Whether one path is the other one, or inside of it.
    private static func overlap(_ left: JSONPath, _ right: JSONPath) -> Bool {
        let count = min(left.steps.count, right.steps.count)
        return left.steps.prefix(count) == right.steps.prefix(count)
    }

    // MARK: Names

    private static let framing: Set = ["content-length", "expect", "transfer-encoding", "trailer"]
    private static let hops: Set = [
        "connection", "http2-settings", "keep-alive", "proxy-authenticate", "proxy-connection",
        "te", "upgrade",
    ]
    private static let written: Set = ["forwarded", "via", "x-real-ip", "x-request-id"]

    /// A field that a file may change, in lowercase.
    private static func fieldName(_ value: YAMLValue, _ key: String, _ mend: String) -> String? {
        guard let text = value.text("a field of shadow.\(key)", mend: mend) else { return nil }
        let name = text.lowercased()
        guard FieldName.isToken(name) else {
            value.error(
                "shadow.\(key) names \(value.shown)", "no header field is called so", mend)
            return nil
        }
        guard let (reason, mend) = whyTaken(name) else { return name }
        value.error("shadow.\(key) names \(name)", reason, mend)
        return nil
    }

    private static func whyTaken(_ name: String) -> (reason: String, mend: String)? {
        if name == "host" {
            return ("every copy is for one host", "write host: NAME beside to, or leave it out")
        }
        let reason: String? =
            if framing.contains(name) {
                "the gateway frames the copy by itself"
            } else if hops.contains(name) {
                "it belongs to one connection and is never passed on"
            } else if name.hasPrefix("x-sluice-") {
                "such fields are the gateway's own"
            } else if written.contains(name) || name.hasPrefix("x-forwarded-") {
                "the gateway itself writes it into every copy"
            } else {
                nil
            }
        return reason.map { ($0, "remove it") }
    }
}
