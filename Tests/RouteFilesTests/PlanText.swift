// What was loaded, as text for a fixture's expected.txt.

import Plan

@testable import RouteFiles

/// Renders loaded files: routes in full, settings only where they differ from their defaults.
enum PlanText {
    static func text(_ files: LoadedFiles) -> String {
        var lines = gateway(files.gateway).map { "gateway \($0)" }
        let defaults = Plan.Limits()
        for key in LimitKey.all where key.text(in: files.limits) != key.text(in: defaults) {
            lines.append("limit \(key.name) \(key.text(in: files.limits))")
        }
        for route in files.routes {
            lines.append("route \(route.name)")
            lines += self.route(route).map { "  \($0)" }
        }
        lines += files.warnings.map(\.description)
        return lines.map { "\($0)\n" }.joined()
    }

    private static func gateway(_ settings: GatewaySettings) -> [String] {
        let plain = GatewaySettings()
        var lines: [String] = []
        func add(_ name: String, _ value: String, _ usual: String) {
            if value != usual { lines.append("\(name) \(value)") }
        }
        add("listen", "\(settings.listen)", "\(plain.listen)")
        add("admin", "\(settings.admin)", "\(plain.admin)")
        add("admin_token_file", settings.adminTokenFile ?? "", "")
        for token in settings.adminTokens {
            add("admin_token", "\(token.name) \(token.role.rawValue) \(token.secret)", "")
        }
        add("admin_names", settings.adminNames.joined(separator: " "), "")
        add("webhook_secret_file", settings.webhookSecretFile ?? "", "")
        add("certificates", settings.certificates, plain.certificates)
        add("state", settings.state, plain.state)
        add("workers", "\(settings.workers)", "\(plain.workers)")
        add("forwarded", "\(settings.sendsForwarded)", "\(plain.sendsForwarded)")
        lines += settings.trustedProxies.map { range in
            "trusted \(range.bytes.map { "\($0)" }.joined(separator: "."))/\(range.prefixBits)"
        }
        if let log = settings.accessLog {
            let place =
                switch log.destination {
                case .standardOutput: "stdout"
                case .file(let path): "file \(path)"
                }
            let sample = Quantities.percentage(log.sampleBuckets)
            lines.append("access_log \(place), \(sample)\(log.errorsOnly ? ", errors only" : "")")
        }
        if settings.log != plain.log {
            lines.append("log \(settings.log.format), from \(settings.log.level)")
        }
        lines += settings.alerts.notify.map { "alerts to \($0.form.rawValue) \($0.url)" }
        lines += settings.alerts.rules.map { rule in
            let times = [rule.holdMilliseconds, rule.calmMilliseconds, rule.windowMilliseconds]
            return "alert \(rule.name): \(rule.condition), for/resolve/over "
                + times.map(Quantities.duration).joined(separator: " ")
                + ", at least \(rule.minRequests), routes \(rule.routes)"
        }
        if let tracing = settings.tracing {
            let sample = Quantities.percentage(tracing.sampleBuckets)
            lines.append("tracing \(tracing.endpoint), \(sample), as \(tracing.service)")
            lines += tracing.headers.map { "tracing header \($0.name): \($0.value)" }
        }
        if let metrics = settings.dogStatsD {
            let every = Quantities.duration(metrics.intervalMilliseconds)
            lines.append("dogstatsd \(metrics.address), as \(metrics.prefix), every \(every)")
            lines += metrics.tags.map { "dogstatsd tag \($0.name):\($0.value)" }
        }
        return lines
    }

    private static func route(_ route: RouteDefinition) -> [String] {
        var lines = match(route.match)
        for (version, share) in zip(route.versions, route.shares) {
            lines.append("version \(version.name) \(Quantities.percentage(share))")
            lines += version.endpoints.map { "  \(endpoint($0))" }
        }
        let sticky = route.sticky.map { source in
            switch source {
            case .header(let name): "header \(name)"
            case .cookie(let name): "cookie \(name)"
            }
        }
        if !sticky.isEmpty { lines.append("sticky \(sticky.joined(separator: ", "))") }
        if let header = route.overrideHeader { lines.append("override header \(header)") }
        if route.salt != route.name { lines.append("salt \(route.salt)") }
        lines += timeouts(route.timeouts)
        lines += route.canary.map { canary($0, route.versions) } ?? []
        for shadow in route.shadows { lines += ShadowText.lines(shadow, of: route) }
        if !route.showsVersion { lines.append("without version header") }
        if route.allowsUpgrade { lines.append("with upgrade") }
        if route.grpcErrors != .serverFaults {
            let names = route.grpcErrors.statuses.map(\.name)
            lines.append("grpc errors \(names.joined(separator: ", "))")
        }
        return lines
    }

    private static func canary(_ canary: Canary, _ versions: [Version]) -> [String] {
        let names = [canary.stable, canary.candidate].map { versions[$0].name }
        let bake = Quantities.duration(canary.bakeMilliseconds)
        var lines = ["\(names[0]) to \(names[1]), min_requests \(canary.minRequests), bake \(bake)"]
        lines += canary.steps.map { step in
            let hold = Quantities.duration(step.holdMilliseconds)
            let approve = step.needsApproval ? ", approve" : ""
            if step.isMirrored {
                let least = "\(step.minRequests ?? 0) \(step.countsPairs ? "pairs" : "copies")"
                return "step in the shadow, hold \(hold), \(least)"
            }
            return "step \(Quantities.percentage(step.share)), hold \(hold)\(approve)"
        }
        lines += canary.guards.map { rule in
            "guard \(rule.name) \(rule.limit.value)\(rule.isControlled ? " beside noise" : "")"
        }
        let breaker = canary.breaker
        lines.append(
            "breaker \(breaker.consecutiveErrors) in a row, or \(breaker.errorRate) "
                + "of \(breaker.minRequests) in \(Quantities.duration(breaker.withinMilliseconds))")
        let deadline = Quantities.duration(canary.deadlineMilliseconds)
        lines.append("\(canary.onInconclusive.rawValue) after \(deadline)")
        lines.append(
            "false_rollback \(canary.falseRollback), missed_regression \(canary.missedRegression)")
        lines += canary.notify.map {
            "notify \($0.form == .event ? "" : "\($0.form.rawValue) ")\($0.url)"
        }
        return ["canary \(lines[0])"] + lines.dropFirst().map { "  \($0)" }
    }

    private static func match(_ match: RouteMatch) -> [String] {
        let host =
            switch match.host {
            case .any: "any host"
            case .exact(let name): "host \(name)"
            case .wildcard(let suffix): "host *.\(suffix)"
            }
        let path =
            switch match.path {
            case .exact(let path): path
            case .prefix(let path): "\(path)/**"
            }
        let methods = match.methods.isEmpty ? "any method" : match.methods.joined(separator: ", ")
        return ["match \(host), path \(path), \(methods)"]
            + match.headers.map { condition in
                switch condition.value {
                case .exact(let value): "  header \(condition.name) is \(value)"
                case .regex(let pattern): "  header \(condition.name) matches \(pattern)"
                }
            }
    }

    private static func endpoint(_ endpoint: Endpoint) -> String {
        let wire = endpoint.wire == .http1 ? "" : " over \(endpoint.wire.rawValue)"
        guard let security = endpoint.security else { return endpoint.url + wire }
        let trust =
            switch security.trust {
            case .system: "the system"
            case .file(let path): path
            case .anybody: "anybody"
            }
        return "\(endpoint.url)\(wire) as \(security.serverName), trusting \(trust)"
    }

    private static func timeouts(_ timeouts: Timeouts) -> [String] {
        let plain = Timeouts()
        let all = [
            ("connect", timeouts.connectMilliseconds, plain.connectMilliseconds),
            ("first_byte", timeouts.firstByteMilliseconds, plain.firstByteMilliseconds),
            ("idle", timeouts.idleMilliseconds, plain.idleMilliseconds),
            ("total", timeouts.totalMilliseconds, plain.totalMilliseconds),
        ]
        return all.filter { $0.1 != $0.2 }.map { "timeout \($0.0) \(Quantities.duration($0.1))" }
    }
}
