// Reads `gateway.yaml`: what belongs to the process and not to one route.

package import Plan

/// What flags say instead of the file.
package struct GatewayOverrides: Sendable {
    /// `--listen`.
    package var listen: ListenAddress?
    /// `--admin`.
    package var admin: ListenAddress?
    /// `--certs`.
    package var certificates: String?
    /// `--state`.
    package var state: String?
    /// `--workers`.
    package var workers: Int?

    /// No flags.
    package init() {}
}

/// The contents of `gateway.yaml`.
struct GatewayFile {
    static let name = "gateway.yaml"
    static let keys = [
        "listen", "admin", "admin_token_file", "admin_tokens", "admin_names",
        "webhook_secret_file", "workers", "certificates", "state", "trusted_proxies", "forwarded",
        "access_log", "log", "tracing", "dogstatsd", "defaults", "limits", "alerts",
    ]
    static let defaultKeys = ["timeout"]
    static let accessLogKeys = ["to", "sample", "errors_only"]

    var settings = GatewaySettings()
    var limits = Plan.Limits()
    /// What a route has that does not say otherwise.
    var timeouts = Timeouts()
    /// Where the admin listener is set, for a problem with it.
    private var adminPlace: YAMLValue?
    /// The routes that alerts name, with their places.
    private var alertRoutes: [(name: String, place: YAMLValue)] = []

    mutating func read(_ root: YAMLValue) {
        guard let mapping = root.mapping("gateway.yaml", keys: Self.keys) else { return }
        read(mapping["listen"], "listen") { settings.listen = $0 }
        read(mapping["admin"], "admin") { settings.admin = $0 }
        adminPlace = mapping["admin"]
        settings.adminTokenFile = SecretFile.read(
            mapping, "admin_token_file", least: AdminReader.leastCharacters,
            mayBeDigest: true)
        if let value = mapping["admin_tokens"] { settings.adminTokens = AdminReader.tokens(value) }
        if let value = mapping["admin_names"] { settings.adminNames = AdminReader.names(value) }
        settings.webhookSecretFile = SecretFile.read(mapping, "webhook_secret_file", least: 24)
        if let value = mapping["workers"]?.count("workers", 0...1_024) { settings.workers = value }
        if let value = mapping["certificates"]?.text("certificates", mend: "name a folder") {
            settings.certificates = value
        }
        if let value = mapping["state"]?.text("state", mend: "name a folder") {
            settings.state = value
        }
        if let value = mapping["forwarded"]?.boolean("forwarded") {
            settings.sendsForwarded = value
        }
        if let value = mapping["trusted_proxies"] { readTrusted(value) }
        if let value = mapping["access_log"] { readAccessLog(value) }
        if let value = mapping["log"] { settings.log = LogReader.read(value) }
        settings.tracing = mapping["tracing"].flatMap(TracingReader.read)
        settings.dogStatsD = mapping["dogstatsd"].flatMap(DogStatsDReader.read)
        let defaults = mapping["defaults"]?.mapping("defaults", keys: Self.defaultKeys)
        if let value = defaults?["timeout"] { TimeoutKeys.read(value, into: &timeouts) }
        if let value = mapping["limits"] { readLimits(value) }
        if let value = mapping["alerts"] {
            (settings.alerts, alertRoutes) = AlertReader.read(value)
        }
    }

    /// Puts flags in the place of what the file says.
    mutating func apply(_ overrides: GatewayOverrides) {
        settings.listen = overrides.listen ?? settings.listen
        settings.admin = overrides.admin ?? settings.admin
        settings.certificates = overrides.certificates ?? settings.certificates
        settings.state = overrides.state ?? settings.state
        settings.workers = overrides.workers ?? settings.workers
    }

    private func read(_ value: YAMLValue?, _ what: String, _ use: (ListenAddress) -> Void) {
        let mend = "write it like 127.0.0.1:9901 or \"[::1]:9901\" in quotes"
        guard let value, let text = value.text(what, mend: mend) else { return }
        if let address = AddressText.listen(text) {
            use(address)
        } else {
            value.error("\(what) is \(value.shown)", "that is no address and port", mend)
        }
    }

    /// Reports an admin listener that anybody could reach.
    func checkAdmin(_ file: String, _ diagnostics: Diagnostics) {
        let isGuarded = settings.adminTokenFile != nil || !settings.adminTokens.isEmpty
        if settings.admin.isLoopback || isGuarded { return }
        diagnostics.add(
            Diagnostic(
                file: file, line: adminPlace?.line ?? 1, column: adminPlace?.column ?? 1,
                "admin listens on \(settings.admin), beyond this machine, without a token",
                "anybody could read how the gateway is doing",
                "name a file with a token in admin_token_file, or listen on 127.0.0.1"))
    }

    /// Reports alerts on routes that no file has: a slip, or a route that was taken away.
    func checkAlerts(_ routes: [String]) {
        for (name, place) in alertRoutes where !routes.isEmpty && !routes.contains(name) {
            place.warning(
                "an alert is on the route \(place.shown)", "no file has a route of this name",
                NearestKey.find(name, among: routes).map { "did you mean \($0)?" }
                    ?? "name a route that is served, or leave routes out for all of them")
        }
    }

    private mutating func readTrusted(_ value: YAMLValue) {
        let mend = "write addresses or blocks like 10.0.0.0/8"
        for member in value.list("trusted_proxies", mend: mend) ?? [] {
            guard let text = member.text("a trusted proxy", mend: mend) else { continue }
            if let range = AddressText.range(text) {
                settings.trustedProxies.append(range)
            } else {
                member.error("a trusted proxy is \(member.shown)", "that is no address", mend)
            }
        }
    }

    private mutating func readAccessLog(_ value: YAMLValue) {
        guard let mapping = value.mapping("access_log", keys: Self.accessLogKeys) else { return }
        var log = AccessLogSettings()
        if let to = mapping["to"]?.text("access_log.to", mend: "write stdout or a file's path"),
            to != "stdout"
        {
            if to == "stderr" {
                mapping["to"]?.error(
                    "access_log.to is stderr", "the gateway's own log is written there",
                    "write stdout or a file's path")
            }
            log.destination = .file(to)
        }
        if let sample = mapping["sample"]?.buckets("access_log.sample") {
            log.sampleBuckets = sample
        }
        if let only = mapping["errors_only"]?.boolean("access_log.errors_only") {
            log.errorsOnly = only
        }
        settings.accessLog = log
    }

    private mutating func readLimits(_ value: YAMLValue) {
        let keys = LimitKey.all.map(\.name)
        guard let mapping = value.mapping("limits", keys: keys) else { return }
        for key in LimitKey.all {
            if let value = mapping[key.name] { key.read(value, into: &limits) }
        }
        LimitKey.compare(limits, in: mapping)
    }
}

/// The keys of `timeout:`.
enum TimeoutKeys {
    static let all = ["connect", "first_byte", "idle", "total"]
    private static let range = 1...86_400_000

    /// Reads what is given; `what` is the key that it stands under.
    static func read(
        _ value: YAMLValue, into timeouts: inout Timeouts, _ what: String = "timeout"
    ) {
        guard let mapping = value.mapping(what, keys: all) else { return }
        if let time = mapping["connect"]?.milliseconds("\(what).connect", range) {
            timeouts.connectMilliseconds = time
        }
        if let time = mapping["first_byte"]?.milliseconds("\(what).first_byte", range) {
            timeouts.firstByteMilliseconds = time
        }
        if let time = mapping["idle"]?.milliseconds("\(what).idle", range) {
            timeouts.idleMilliseconds = time
        }
        if let time = mapping["total"]?.milliseconds("\(what).total", range) {
            timeouts.totalMilliseconds = time
        }
    }
}
