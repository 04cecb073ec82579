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
        let plan = try RampStart(files, nil).plan(files)
        let lines = RouteDifference.lines(
            from: served.routes, to: plan.routes.map(RouteDocument.init))
        if lines.isEmpty {
            try Terminal.show("no difference\n")
        } else {
            try Terminal.show(lines.map(Terminal.printable).joined(separator: "\n") + "\n")
        }
    }
}
