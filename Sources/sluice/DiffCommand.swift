// `sluice diff`: what the files as they are now would change.

import Admin
import ArgumentParser
import Control
import Foundation
import Plan

/// Compares the files with what the running gateway serves.
struct DiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Shows what would change if the files as they are now were loaded.")

    @Option(help: "The folder of route files.")
    var routes = "Routes"

    @OptionGroup var admin: AdminOptions

    func run() async throws {
        let files = try GatewayFiles(routes: routes).load()
        let served = try await AdminClient.use(admin.place) { client in
            try await client.get("/api/v1/routes", as: GatewayDocument.self)
        }
        let plan = PlanBuilder.plan(files, revision: 1, ownerships: OwnershipKeeper([:]))
        let lines = RouteDifference.lines(
            from: served.routes, to: plan.routes.map(RouteDocument.init))
        if lines.isEmpty {
            try Terminal.show("no difference\n")
        } else {
            try Terminal.show(lines.map(Terminal.printable).joined(separator: "\n") + "\n")
        }
    }
}

/// The differences between two sets of routes: pure.
enum RouteDifference {
    /// A line for each difference: `+` new, `-` gone, `~` changed.
    static func lines(from old: [RouteDocument], to new: [RouteDocument]) -> [String] {
        let before = Dictionary(old.map { ($0.route, $0) }, uniquingKeysWith: { $1 })
        let after = Dictionary(new.map { ($0.route, $0) }, uniquingKeysWith: { $1 })
        return Set(before.keys).union(after.keys).sorted().flatMap { name -> [String] in
            switch (before[name], after[name]) {
            case (nil, let route?): ["+ \(name)  \(route.host)\(route.path)"]
            case (let route?, nil): ["- \(name)  \(route.host)\(route.path)"]
            case (let old?, let new?): changes(name, old, new)
            case (nil, nil): []
            }
        }
    }

    private static func changes(
        _ name: String, _ old: RouteDocument, _ new: RouteDocument
    ) -> [String] {
        let before = facts(old)
        let after = facts(new)
        var lines = Set(before.keys).union(after.keys).sorted().compactMap { key -> String? in
            let was = before[key] ?? "nothing"
            let becomes = after[key] ?? "nothing"
            return was == becomes ? nil : "~ \(name)  \(key): \(was) -> \(becomes)"
        }
        let moved = movedShare(old, new)
        if moved > 0 {
            lines.append(
                "~ \(name)  \(String(format: "%g", moved)) % of the callers change version")
        }
        return lines
    }

    /// The share of callers, in percent, that the fewest moves give to another version.
    private static func movedShare(_ old: RouteDocument, _ new: RouteDocument) -> Double {
        let after = Dictionary(
            new.versions.map { ($0.version, $0.share) }, uniquingKeysWith: { $1 })
        return old.versions.reduce(0) { $0 + max(0, $1.share - (after[$1.version] ?? 0)) }
    }

    private static func facts(_ route: RouteDocument) -> [String: String] {
        var facts = [
            "host": route.host, "path": route.path,
            "methods": route.methods.joined(separator: ", "),
            "headers": route.headers.joined(separator: ", "),
            "sticky": route.sticky.joined(separator: ", "),
            "override": route.overrideHeader ?? "none", "salt": route.salt,
            "version_header": "\(route.versionHeader)", "upgrade": "\(route.upgrade)",
        ]
        for (name, milliseconds) in route.timeoutMs {
            facts["timeout.\(name)"] = "\(milliseconds)ms"
        }
        for version in route.versions {
            facts["split.\(version.version)"] = "\(String(format: "%g", version.share))%"
            facts["versions.\(version.version)"] =
                (version.endpoints + (version.trust.map { ["trust \($0)"] } ?? []))
                .joined(separator: ", ")
        }
        return facts
    }
}
