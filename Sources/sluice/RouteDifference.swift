// The differences between two sets of routes: pure.

import Admin
import Foundation
import Verdict

/// Compares what is served with what files would have served.
enum RouteDifference {
    /// A line for each difference: `+` new, `-` gone, `~` changed.
    static func lines(from old: [RouteDocument], to new: [RouteDocument]) -> [String] {
        let before = Dictionary(old.map { ($0.route, $0) }, uniquingKeysWith: { $1 })
        let after = Dictionary(new.map { ($0.route, $0) }, uniquingKeysWith: { $1 })
        return Set(before.keys).union(after.keys).sorted().flatMap { name -> [String] in
            switch (before[name], after[name]) {
            case (nil, let route?): ["+ \(name)  \(route.host)\(route.path)"]
            case (let route?, nil): ["- \(name)  \(route.host)\(route.path)"]
            case (let old?, let new?): changes(old, new).map { "~ \(name)  \($0)" }
            case (nil, nil): []
            }
        }
    }

    private static func changes(_ old: RouteDocument, _ new: RouteDocument) -> [String] {
        let before = facts(old)
        let after = facts(new)
        let lines = Set(before.keys).union(after.keys).sorted().compactMap { key -> String? in
            let was = before[key] ?? "nothing"
            let becomes = after[key] ?? "nothing"
            return was == becomes ? nil : "\(key): \(was) -> \(becomes)"
        }
        if let old = old.canary, let new = new.canary, old.digest == new.digest {
            return lines + sameRamp(old, new)
        }
        return lines + otherRamp(old, new)
    }

    /// What becomes of a ramp that goes on: whom it moves is the ramp's business.
    private static func sameRamp(_ old: CanaryDocument, _ new: CanaryDocument) -> [String] {
        if terms(old) == terms(new) { return [] }
        return [
            "a ramp under way would go on by these terms, on the highest step that gives "
                + "\(new.candidate) no more than now, with evidence from then on"
        ]
    }

    private static func otherRamp(_ old: RouteDocument, _ new: RouteDocument) -> [String] {
        var lines: [String] = []
        if let canary = new.canary {
            lines.append(
                old.canary == nil
                    ? "a ramp would begin: \(canary.candidate) at first gets "
                        + (canary.steps.first?.share == 0 ? "copies alone" : "nobody") + ", then "
                        + percent(canary.steps.first { $0.share > 0 }?.share ?? 0)
                    : "another candidate: the ramp would begin anew with \(canary.candidate)")
        } else if let canary = old.canary {
            lines.append("the ramp from \(canary.stable) to \(canary.candidate) would end")
        }
        let moved = movedShare(old, new)
        if moved > 0 {
            lines.append("\(String(format: "%g", moved)) % of the callers change version")
        }
        return lines
    }

    /// The share of callers, in percent, that the fewest moves give to another version.
    private static func movedShare(_ old: RouteDocument, _ new: RouteDocument) -> Double {
        let after = Dictionary(
            new.versions.map { ($0.version, $0.share) }, uniquingKeysWith: { $1 })
        return old.versions.reduce(0) { $0 + max(0, $1.share - (after[$1.version] ?? 0)) }
    }

    // MARK: Facts

    private static func facts(_ route: RouteDocument) -> [String: String] {
        var facts = [
            "host": route.host, "path": route.path,
            "methods": route.methods.joined(separator: ", "),
            "headers": route.headers.joined(separator: ", "),
            "sticky": route.sticky.joined(separator: ", "),
            "override": route.overrideHeader ?? "none", "salt": route.salt,
            "version_header": "\(route.versionHeader)", "upgrade": "\(route.upgrade)",
            "grpc.errors": listed(route.grpcErrors),
        ]
        for (name, milliseconds) in route.timeoutMs {
            facts["timeout.\(name)"] = "\(milliseconds)ms"
        }
        for version in route.versions {
            // The shares of a ramp are its own, and not the file's.
            if route.canary == nil {
                facts["split.\(version.version)"] = percent(version.share)
            }
            facts["versions.\(version.version)"] =
                listed(
                    version.endpoints + (version.trust.map { ["trust \($0)"] } ?? [])
                        + (version.protocol == "http1" ? [] : ["protocol \(version.protocol)"]))
        }
        for shadow in route.shadows {
            for (key, text) in shadow.terms { facts["shadow.\(shadow.to).\(key)"] = text }
        }
        guard let canary = route.canary else { return facts }
        facts["canary.candidate"] = canary.candidate
        facts["canary.notify"] = canary.notify.isEmpty ? nil : listed(canary.notify)
        return facts.merging(terms(canary)) { $1 }
    }

    /// What the evidence of a ramp depends on.
    private static func terms(_ canary: CanaryDocument) -> [String: String] {
        let holds = canary.steps.filter { $0.share > 0 }.map { FigureText.duration($0.holdMs) }
        let approved = canary.steps.filter(\.approve).map { percent($0.share) }
        let breaker = canary.breaker
        return [
            "canary.stable": canary.stable,
            "canary.steps": listed(canary.steps.filter { $0.share > 0 }.map { percent($0.share) }),
            "canary.after_shadow": shadow(canary),
            "canary.hold": Set(holds).count == 1 ? holds[0] : listed(holds),
            "canary.approve": approved.isEmpty ? "no step" : listed(approved),
            "canary.min_requests": "\(canary.minRequests)",
            "canary.bake": FigureText.duration(canary.bakeMs),
            "canary.guards": canary.guards.isEmpty ? "none" : listed(canary.guards),
            "canary.breaker": "\(breaker.consecutiveErrors) in a row, or "
                + "\(percent(breaker.errorRate)) of at least \(breaker.minRequests) "
                + "within \(FigureText.duration(breaker.withinMs))",
            "canary.on_inconclusive": canary.onInconclusive,
            "canary.deadline": FigureText.duration(canary.deadlineMs),
            "canary.false_rollback": percent(canary.falseRollback),
            "canary.missed_regression": percent(canary.missedRegression),
        ]
    }

    private static func shadow(_ canary: CanaryDocument) -> String {
        guard let step = canary.steps.first, step.share == 0 else { return "none" }
        let least = step.minPairs.map { "\($0) pairs" } ?? "\(step.minCopies ?? 0) copies"
        return "\(least), \(FigureText.duration(step.holdMs))"
    }

    private static func listed(_ parts: [String]) -> String { parts.joined(separator: ", ") }

    private static func percent(_ value: Double) -> String { "\(String(format: "%g", value))%" }
}
