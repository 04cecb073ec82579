// Reads one route file: its name, its versions and how callers are shared out.

import Plan

/// Reads the mapping of a route file. Every reading reports its own problems; the route comes
/// about only if there were none.
struct RouteFile {
    static let keys = [
        "route", "match", "timeout", "versions", "sticky", "override", "salt", "split", "canary",
        "shadow", "version_header", "upgrade", "grpc",
    ]
    static let overrideKeys = ["header"]
    static let stickyKeys = ["header", "cookie"]
    /// The most versions of a route.
    static let mostVersions = 255

    let root: YAMLValue
    let defaults: Timeouts
    let limits: Plan.Limits
    let diagnostics: Diagnostics

    /// The route, or nil after reporting why not.
    func read() -> RouteDefinition? {
        let before = diagnostics.items.count { $0.severity == .error }
        guard let mapping = root.mapping("a route file", keys: Self.keys) else { return nil }
        let name = readName(mapping)
        let match = MatchReader.read(mapping["match"])
        var timeouts = defaults
        if let value = mapping["timeout"] { TimeoutKeys.read(value, into: &timeouts) }
        let versions = VersionReader.read(mapping)
        var shadows = ShadowReader(
            versions: versions, match: match, timeouts: timeouts, limits: limits)
        if let value = mapping["shadow"] { shadows.read(value) }
        let canary = mapping["canary"].flatMap { [shadows] in
            CanaryReader.read($0, versions, shadows)
        }
        let shares = readShares(mapping, versions, canary, shadows)
        if canary == nil { shadows.compare(with: shares) }
        let sticky = readSticky(mapping["sticky"])
        let header = readOverride(mapping["override"])
        let salt = mapping["salt"]?.text("salt", mend: "write any text") ?? name.text
        let showsVersion = mapping["version_header"]?.boolean("version_header") ?? true
        let allowsUpgrade = readUpgrade(mapping["upgrade"])
        let grpcErrors = GRPCReader.read(mapping["grpc"])
        guard diagnostics.items.count(where: { $0.severity == .error }) == before else {
            return nil
        }
        return RouteDefinition(
            name: name.text, file: root.file, place: (name.line, name.column), match: match,
            timeouts: timeouts, versions: versions, sticky: sticky, overrideHeader: header,
            salt: salt, shares: shares, canary: canary,
            canaryPlace: mapping["canary"].map { ($0.line, $0.column) },
            showsVersion: showsVersion, allowsUpgrade: allowsUpgrade, grpcErrors: grpcErrors,
            shadows: shadows.shadows)
    }

    private func readName(_ mapping: YAMLMapping) -> (text: String, line: Int, column: Int) {
        let mend = "write 1 to 63 of a-z, 0-9, - _ and ., not beginning with ."
        guard let value = mapping["route"] else {
            root.error(
                "route is missing", "figures and operators could not name the route",
                "begin the file with route: NAME")
            return ("", 1, 1)
        }
        let text = value.text("route", mend: mend) ?? ""
        let isFit = text.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
                || [0x2D, 0x5F, 0x2E].contains(byte)
        }
        if !text.isEmpty && (!isFit || text.utf8.count > 63 || text.hasPrefix(".")) {
            value.error("the route's name is \(value.shown)", "it stands in URLs and labels", mend)
        }
        return (text, value.line, value.column)
    }

    // MARK: Shares

    private func readShares(
        _ mapping: YAMLMapping, _ versions: [Version], _ canary: Canary?, _ shadows: ShadowReader
    ) -> [Int] {
        if let value = mapping["canary"] {
            if mapping["split"] != nil {
                value.error(
                    "split and canary are both given", "shares are either fixed or rise by steps",
                    "remove one of them")
            }
            // Until a ramp begins, everybody is on the stable version.
            return versions.indices.map { $0 == canary?.stable ? BucketTable.bucketCount : 0 }
        }
        guard let value = mapping["split"] else {
            if versions.count == 1 { return [BucketTable.bucketCount] }
            // A version that only gets copies leaves all callers to the other one.
            let answering = versions.indices.filter { !shadows.targets.contains($0) }
            if answering.count == 1 {
                return versions.indices.map { $0 == answering[0] ? BucketTable.bucketCount : 0 }
            }
            if !versions.isEmpty && shadows.isWhole { reportNoShares(versions, answering) }
            return []
        }
        return readSplit(value, versions)
    }

    private func reportNoShares(_ versions: [Version], _ answering: [Int]) {
        let names = versions.map { YAMLValue.shortened($0.name) }
        let example = names.prefix(4).enumerated().map { index, name in
            "\(name): \(index == 0 ? "100%" : "0%")"
        }.joined(separator: ", ")
        let reason =
            answering.isEmpty
            ? "every version gets copies, and none is said to answer"
            : answering.count == names.count
                ? "there are \(names.count) versions and no shares"
                : "\(answering.count) versions get no copies, and there are no shares"
        root.error(
            "split or canary is missing", reason,
            "write split: {\(example)}, or canary: {stable: \(names[0]), candidate: \(names[1])}")
    }

    private func readSplit(_ value: YAMLValue, _ versions: [Version]) -> [Int] {
        let mend = "write it like split: {v1: 90%, v2: 10%}"
        var shares = [Int](repeating: 0, count: versions.count)
        var isWhole = true
        guard let entries = value.entries("split", mend: mend) else { return shares }
        for (key, share) in entries {
            // Without versions there is nothing to compare with, and that is reported already.
            if versions.isEmpty { continue }
            guard let index = VersionReader.index(of: key, in: versions, "split") else {
                isWhole = false
                continue
            }
            if let buckets = share.buckets("the share of \(key.shown)") {
                shares[index] = buckets
            } else {
                isWhole = false
            }
        }
        let sum = shares.reduce(0, +)
        if isWhole && !versions.isEmpty && sum != BucketTable.bucketCount {
            let rest = BucketTable.bucketCount - sum
            let verb = rest > 0 ? "add" : "take away"
            value.error(
                "the shares add up to \(Quantities.percentage(sum))",
                "every caller must belong to exactly one version",
                "\(verb) \(Quantities.percentage(abs(rest))) to make 100%")
        }
        return shares
    }

    // MARK: Who is who

    private func readSticky(_ value: YAMLValue?) -> [StickySource] {
        let mend = "write a list like [{header: x-user-id}, {cookie: session}]"
        guard let value, let members = value.members("sticky", mend: mend) else { return [] }
        return members.compactMap { member in
            guard let mapping = member.mapping("a sticky source", keys: Self.stickyKeys) else {
                return nil
            }
            switch (mapping["header"], mapping["cookie"]) {
            case (let header?, nil):
                return FieldName.read(header, "sticky").map(StickySource.header)
            case (nil, let cookie?): return readCookie(cookie)
            default:
                member.error(
                    "a sticky source needs either header or cookie",
                    "it would not be clear where the key stands", mend)
                return nil
            }
        }
    }

    private func readCookie(_ value: YAMLValue) -> StickySource? {
        let mend = "name the cookie in letters, digits, - and _"
        guard let name = value.text("the sticky cookie", mend: mend) else { return nil }
        guard FieldName.isToken(name) else {
            value.error("the sticky cookie is \(value.shown)", "no cookie has such a name", mend)
            return nil
        }
        return .cookie(name)
    }

    private func readOverride(_ value: YAMLValue?) -> String? {
        guard let mapping = value?.mapping("override", keys: Self.overrideKeys) else { return nil }
        guard let header = mapping["header"] else {
            mapping.value.error(
                "override.header is missing", "a tester could not ask for a version",
                "write override: {header: x-use-version}")
            return nil
        }
        return FieldName.read(header, "override")
    }

    private func readUpgrade(_ value: YAMLValue?) -> Bool {
        let mend = "write upgrade: [websocket], or leave it out"
        guard let value, let members = value.list("upgrade", mend: mend) else { return false }
        for member in members where member.scalarText != "websocket" {
            member.error("upgrade names \(member.shown)", "only websocket can be tunnelled", mend)
        }
        return true
    }
}

/// Names of header fields.
enum FieldName {
    /// Fields that frame or route a message, which are not there for anybody else to read.
    private static let taken: Set<String> = [
        "host", "connection", "content-length", "transfer-encoding", "te", "trailer", "upgrade",
        "expect", "cookie",
    ]

    /// A field's name in lowercase.
    static func read(_ value: YAMLValue, _ what: String) -> String? {
        let mend = "name a header field like x-user-id"
        guard let text = value.text("the header of \(what)", mend: mend) else { return nil }
        let name = text.lowercased()
        let isToken = isToken(name)
        if isToken && !taken.contains(name) { return name }
        let reason =
            isToken ? "the gateway itself reads it on the way" : "no header field is called so"
        value.error("the header of \(what) is \(value.shown)", reason, mend)
        return nil
    }

    /// Whether this is a token (RFC 9110 §5.6.2).
    static func isToken(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 128
            && text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                    || (0x61...0x7A).contains(byte) || Array("!#$%&'*+-.^_`|~".utf8).contains(byte)
            }
    }
}
