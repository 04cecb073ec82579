// Reads `shadow:`: which versions get copies of requests, and of which.

import Plan

/// Reads the shadows of a route. What is left out has its default.
struct ShadowReader {
    static let keys =
        ["to", "sample", "methods", "headers", "max_body"] + ComparisonReader.keys
        + ShadowChangesReader.keys
        + ["timeout", "concurrency", "buffer", "end_with_caller"]
    static let concurrencyRange = 1...1_000_000
    private static let mostShadows = 16
    private static let bufferRange = 65_536...68_719_476_736
    private static let bodyRange = 0...68_719_476_736
    private static let mend = "write entries like {to: v2, sample: 10%, compare: json}"

    let versions: [Version]
    let match: RouteMatch
    /// What an entry has that does not say otherwise.
    let timeouts: Timeouts
    /// What all shadows of the gateway together may use.
    let limits: Plan.Limits
    /// What has been read.
    private(set) var shadows: [Shadow] = []
    /// Whether every entry names a version of the route.
    private(set) var isWhole = true
    /// Where each shadow names its version.
    private var places: [YAMLValue] = []

    init(versions: [Version], match: RouteMatch, timeouts: Timeouts, limits: Plan.Limits) {
        self.versions = versions
        self.match = match
        self.timeouts = timeouts
        self.limits = limits
    }

    /// The versions that get copies.
    var targets: Set<Int> { Set(shadows.map(\.version)) }

    /// What is known of a shadow to a version.
    func shadow(to version: Int) -> CandidateShadow {
        let name = versions[version].name
        if let shadow = shadows.first(where: { $0.version == version }) {
            return .found(shadow, name)
        }
        return isWhole ? .missing(name) : .unknown
    }

    /// Reads all entries, and reports what is wrong with each.
    mutating func read(_ value: YAMLValue) {
        guard let members = value.members("shadow", mend: Self.mend) else {
            isWhole = false
            return
        }
        if members.count > Self.mostShadows {
            value.error(
                "shadow has \(members.count) entries", "each of them may double the work",
                "use at most \(Self.mostShadows)")
        }
        for member in members { readEntry(member) }
    }

    /// Reports shadows to which nothing could ever be mirrored, given the shares.
    func compare(with shares: [Int]) {
        for (shadow, place) in zip(shadows, places)
        where shares.indices.contains(shadow.version)
            && shares[shadow.version] == BucketTable.bucketCount
        {
            place.error(
                "the shadow \(place.shown) answers every request itself",
                "no request is mirrored to the version that answers it",
                "name another version in to, or give another one a share in split")
        }
    }

    // MARK: One entry

    private mutating func readEntry(_ value: YAMLValue) {
        guard let mapping = value.mapping("a shadow", keys: Self.keys) else {
            isWhole = false
            return
        }
        let target = readTarget(mapping)
        var shadow = Shadow(version: target ?? 0)
        if let sample = mapping["sample"]?.buckets("shadow.sample", 1...BucketTable.bucketCount) {
            shadow.sample = sample
        }
        shadow.methods = mapping["methods"].map(readMethods) ?? []
        shadow.headers = mapping["headers"].map { MatchReader.readHeaders($0, "shadow") } ?? []
        if let bytes = mapping["max_body"]?.bytes("shadow.max_body", Self.bodyRange) {
            shadow.mostBodyBytes = bytes
        }
        shadow.changes = ShadowChangesReader.read(mapping)
        let comparison = ComparisonReader.read(mapping)
        shadow.comparison = comparison.rule
        shadow.noiseControl = comparison.noiseControl
        shadow.keptPairs = comparison.keptPairs
        readLimits(mapping, into: &shadow)
        guard let target, let place = mapping["to"] else {
            isWhole = false
            return
        }
        if targets.contains(target) {
            place.error(
                "two shadows go to \(place.shown)", "their figures could not be told apart",
                "make one entry of both")
            return
        }
        shadows.append(shadow)
        places.append(place)
    }

    private func readTarget(_ mapping: YAMLMapping) -> Int? {
        guard let value = mapping["to"] else {
            mapping.value.error(
                "a shadow has no to", "the copies would have nowhere to go", Self.mend)
            return nil
        }
        // Without versions there is nothing to compare with, and that is reported already.
        guard value.text("shadow.to", mend: "name a version of this route") != nil,
            !versions.isEmpty
        else { return nil }
        return VersionReader.index(of: value, in: versions, "shadow.to")
    }

    private func readMethods(_ value: YAMLValue) -> [String] {
        let methods = MatchReader.readMethods(value, "shadow")
        if match.methods.isEmpty { return methods }
        let strangers = methods.filter { !match.methods.contains($0) }
        if let stranger = strangers.first {
            value.error(
                "shadow.methods names \(stranger)",
                "the route takes only \(match.methods.joined(separator: ", "))",
                "remove it, or add it to match.methods")
        }
        return methods
    }

    private func readLimits(_ mapping: YAMLMapping, into shadow: inout Shadow) {
        shadow.timeouts = timeouts
        if let value = mapping["timeout"] {
            TimeoutKeys.read(value, into: &shadow.timeouts, "shadow.timeout")
        }
        if let value = mapping["concurrency"],
            let most = value.count("shadow.concurrency", Self.concurrencyRange)
        {
            shadow.mostRequests = most
            warn(value, "shadow.concurrency", most, "shadow_requests", limits.shadowRequests) {
                "\($0)"
            }
        }
        if let value = mapping["buffer"],
            let most = value.bytes("shadow.buffer", Self.bufferRange)
        {
            shadow.mostBytes = most
            warn(
                value, "shadow.buffer", most, "shadow_bytes", limits.shadowBytes, Quantities.size)
        }
        if let ends = mapping["end_with_caller"]?.boolean("shadow.end_with_caller") {
            shadow.endsWithCaller = ends
        }
    }

    private func warn(
        _ value: YAMLValue, _ what: String, _ most: Int, _ limit: String, _ all: Int,
        _ shown: (Int) -> String
    ) {
        if most <= all { return }
        value.warning(
            "\(what) (\(shown(most))) is above the limit \(limit) (\(shown(all)))",
            "all shadows together may have no more",
            "lower it, or raise \(limit) in gateway.yaml")
    }
}
