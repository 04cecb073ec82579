// `sluice replay`: what a ramp would have decided on recorded outcomes.

import Admin
import ArgumentParser
import Control
import Foundation
import Journal
import Plan
import RouteFiles
import Verdict

/// Runs a trace through the ramp of a route file.
struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Runs recorded outcomes through a ramp and prints what it would have decided.",
        discussion: """
            The trace holds one JSON object a line, in the order of time: at_ms, version, \
            status (0 without an answer, or without all of it) and latency_ms; for guards on \
            ttfb also ttfb_ms, and for guards on streams stream: true and event_gap_ms, one \
            drawn time between two events. Time is the trace's own. The shares of \
            callers are those under which it was recorded: whether they are as wanted is not \
            checked. Ends with code 1 if the candidate was taken out.
            """)

    @Argument(help: "The trace.")
    var trace: String

    @Option(help: "The route file, or the folder of route files.")
    var routes = "Routes"

    @Option(help: "The route, if several have a canary.")
    var route: String?

    @Flag(help: "Prints JSON.")
    var json = false

    func run() throws {
        let route = try chooseRoute()
        guard let canary = route.canary else { return }
        var run = ReplayRun(route: route, canary: canary, trace: TraceFile(path: trace))
        try run.replay { line in
            if !json { try Terminal.show(Terminal.printable(line) + "\n") }
        }
        let report = run.report
        if json {
            try Terminal.show(AdminClient.text(report) + "\n")
        } else {
            let lines = report.lines.map(Terminal.printable)
            try Terminal.show(lines.joined(separator: "\n") + "\n")
        }
        if [.rollingBack, .rolledBack].contains(report.ramp.phase) {
            throw ExitCode(CommandFailure.no)
        }
    }

    private func chooseRoute() throws -> RouteDefinition {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: routes, isDirectory: &isFolder)
        let loaded: LoadedFiles
        do {
            loaded =
                exists && !isFolder.boolValue
                ? try RouteFolder.load(files: [routes]) : try RouteFolder.load(folder: routes)
        } catch {
            throw CommandFailure(code: CommandFailure.no, message: "\(error)")
        }
        let ramps = loaded.routes.filter { $0.canary != nil }
        let names = ramps.map(\.name).joined(separator: ", ")
        if let route {
            if let found = ramps.first(where: { $0.name == route }) { return found }
            throw CommandFailure(
                code: CommandFailure.no,
                message: Terminal.printable(
                    "error: no route \(route) with a canary in \(routes); "
                        + (names.isEmpty ? "there is none" : "there are: \(names)")))
        }
        guard let first = ramps.first else {
            throw CommandFailure(
                code: CommandFailure.no,
                message: Terminal.printable(
                    "error: no route in \(routes) has a canary; there is no ramp to replay; "
                        + "name a file that has one with --routes"))
        }
        if ramps.count > 1 {
            throw ValidationError("several routes have a canary: \(names); name one with --route")
        }
        return first
    }
}
