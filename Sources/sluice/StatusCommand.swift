// `sluice status` and `sluice watch`: the versions side by side.

import Admin
import ArgumentParser
import Foundation

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
            for name in names where route == nil || name == route {
                let query = "?window=\(window.filter { $0.isLetter || $0.isNumber })"
                comparisons.append(
                    try await client.get(
                        "/api/v1/routes/\(name)/comparison\(query)", as: ComparisonDocument.self))
            }
            return StatusReport(gateway: gateway, comparisons: comparisons)
        }
    }
}

/// Everything that is known of the routes asked for.
struct StatusReport: Codable {
    let gateway: GatewayDocument
    let comparisons: [ComparisonDocument]
}

/// Shows the versions side by side once.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Shows the versions of each route side by side.")

    @OptionGroup var options: StatusOptions

    @Flag(help: "Prints JSON.")
    var json = false

    func run() async throws {
        let report = try await options.query.fetch()
        if json {
            try Terminal.show(AdminClient.text(report) + "\n")
        } else {
            try Terminal.show(StatusTable.page(report))
        }
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
