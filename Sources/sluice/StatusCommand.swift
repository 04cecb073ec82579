// `sluice status` and `sluice watch`: the versions side by side.

import Admin
import ArgumentParser
import Foundation
import Verdict

/// What status and watch have in common.
struct StatusOptions: ParsableArguments {
    @Argument(help: "The route; all of them if left out.")
    var route: String?

    @Option(help: "The stretch of time that is compared, like 60s, 10m or 1h.")
    var window = "60s"

    @OptionGroup var admin: AdminOptions

    var query: StatusQuery { StatusQuery(route: route, window: window, admin: admin.place) }
}

/// What is asked of a running gateway.
struct StatusQuery {
    var route: String?
    var window: String
    var admin: AdminPlace

    /// Asks the gateway for everything that the table shows.
    func fetch() async throws -> StatusReport {
        try await AdminClient.use(admin) { client in
            let gateway = try await client.get("/api/v1/routes", as: GatewayDocument.self)
            let names = gateway.routes.map(\.route)
            if let route, !names.contains(route) {
                let known = names.isEmpty ? "there are none" : names.joined(separator: ", ")
                throw CommandFailure(
                    code: CommandFailure.no, message: "error: no route \(route); known: \(known)")
            }
            var comparisons: [ComparisonDocument] = []
            var rollbacks: [DecisionDocument] = []
            for name in names where route == nil || name == route {
                let query = "?window=\(window.filter { $0.isLetter || $0.isNumber })"
                let comparison = try await client.get(
                    "/api/v1/routes/\(name)/comparison\(query)", as: ComparisonDocument.self)
                comparisons.append(comparison)
                guard let ramp = comparison.ramp, ramp.latched else { continue }
                // The newest decision is only that nothing is under way there any more.
                let decisions = try? await client.get(
                    "/api/v1/decisions?route=\(name)&limit=100", as: DecisionsDocument.self)
                rollbacks += [decisions?.rollback(of: ramp)].compactMap(\.self)
            }
            let alerts = try await client.get("/api/v1/alerts?limit=1", as: AlertsDocument.self)
            return StatusReport(
                atMs: Moment.now, gateway: gateway, comparisons: comparisons, rollbacks: rollbacks,
                alerts: alerts.active.filter { route == nil || [nil, route].contains($0.route) })
        }
    }
}

extension DecisionsDocument {
    /// The decision that took a ramp's candidate out, if it is in the journal: the newest that is
    /// not older than a new beginning.
    func rollback(of ramp: RampDocument) -> DecisionDocument? {
        let telling: [DecisionKind] = [.rollingBack, .retried, .started]
        let newest = decisions.first {
            $0.route == ramp.route && $0.digest == ramp.digest && telling.contains($0.kind)
        }
        return newest?.kind == .rollingBack ? newest : nil
    }
}

/// Everything that is known of the routes asked for.
struct StatusReport: Codable {
    /// When it was asked for, in milliseconds since 1970.
    let atMs: Int
    let gateway: GatewayDocument
    let comparisons: [ComparisonDocument]
    /// What took the candidates of these routes out that may not be tried again.
    let rollbacks: [DecisionDocument]
    /// Alerts that are pending or fire, of these routes and of the gateway.
    let alerts: [AlertDocument]
}

/// Shows the versions side by side once.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Shows the versions of each route side by side, and how its ramp is doing.",
        discussion: """
            --wait prints each decision on the route's ramp as it comes, and ends with it: with \
            code 0 if the ramp succeeded, and 1 if it was rolled back or aborted, or the time is \
            over.
            """)

    @OptionGroup var options: StatusOptions

    @Flag(help: "Prints JSON.")
    var json = false

    @Flag(help: "Waits until the route's ramp is over.")
    var wait = false

    @Option(help: "Waits no longer than this, like 90s or 30m.")
    var timeout: WaitingTime?

    func validate() throws {
        if wait && options.route == nil {
            throw ValidationError("--wait needs the route whose ramp is waited for")
        }
        if timeout != nil && !wait { throw ValidationError("--timeout goes only with --wait") }
    }

    func run() async throws {
        var hasSucceeded = true
        if wait, let route = options.route {
            hasSucceeded = try await RampWaiting(
                route: route, place: options.admin.place, timeout: timeout?.duration
            ) { line in
                // The JSON of the end is all that a program reads.
                if !json { try Terminal.show(Terminal.printable(line) + "\n") }
            }.run()
        }
        if json {
            try Terminal.show(AdminClient.text(try await options.query.fetch()) + "\n")
        } else if !wait {
            try Terminal.show(StatusTable.page(try await options.query.fetch()))
        }
        if !hasSucceeded { throw ExitCode(CommandFailure.no) }
    }
}

/// Shows the same, again every second.
struct WatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Shows the versions side by side, again every second.")

    @OptionGroup var options: StatusOptions

    @Option(help: "Ends after so many seconds.")
    var seconds: Int?

    func run() async throws {
        var left = seconds ?? .max
        while left > 0 {
            try await Terminal.refresh(StatusTable.page(options.query.fetch()))
            left -= 1
            if left > 0 { try await Task.sleep(for: .seconds(1)) }
        }
    }
}
