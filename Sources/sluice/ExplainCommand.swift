// `sluice explain`: where a request would go, and why.

import Admin
import ArgumentParser
import Control
import DataPlane
import Foundation
import Journal
import Plan
import RouteFiles

/// Explains the route and the version of a request.
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Says which route and version a request gets, and why.",
        discussion: """
            Works on the files and the state directory; --live asks the running gateway. Example: \
            sluice explain -X POST https://models.example.com/v1/sentiment -H 'x-user-id: 42'
            """)

    @Option(name: [.customShort("X"), .customLong("method")], help: "The method.")
    var method = "GET"

    @Option(name: [.customShort("H"), .customLong("header")], help: "A field, as 'name: value'.")
    var headers: [String] = []

    @Flag(help: "Asks the running gateway instead of reading the files.")
    var live = false

    @Flag(help: "Prints JSON.")
    var json = false

    @Option(help: "The folder of route files.")
    var routes = "Routes"

    @Option(help: "The state directory; goes before gateway.yaml.")
    var state: String?

    @OptionGroup var admin: AdminOptions

    @Argument(help: "The request's URL.")
    var url: String

    func run() async throws {
        let question = try makeQuestion()
        let explanation: Explanation
        if live {
            explanation = try await AdminClient.use(admin.place) { client in
                try await client.post("/api/v1/explain", question, as: Explanation.self)
            }
        } else {
            explanation = try answer(question)
        }
        if json {
            try Terminal.show(AdminClient.text(explanation) + "\n")
        } else {
            try Terminal.show(
                explanation.lines.map(Terminal.printable).joined(separator: "\n") + "\n")
        }
        if explanation.route == nil || explanation.reason == "unknown_version" {
            throw ExitCode(CommandFailure.no)
        }
    }

    private func makeQuestion() throws -> ExplainQuestion {
        guard let parts = URLComponents(string: url), let host = parts.percentEncodedHost,
            let scheme = parts.scheme, ["http", "https"].contains(scheme), !host.isEmpty
        else {
            throw ValidationError("\(url) is no URL like https://models.example.com/v1/sentiment")
        }
        let path = parts.percentEncodedPath.isEmpty ? "/" : parts.percentEncodedPath
        let query = parts.percentEncodedQuery.map { "?\($0)" } ?? ""
        let port = parts.port.map { ":\($0)" } ?? ""
        let fields = try headers.map { header in
            guard let colon = header.firstIndex(of: ":"), colon > header.startIndex else {
                throw ValidationError("-H '\(header)' is no field like 'x-user-id: 42'")
            }
            let value = header[header.index(after: colon)...]
            return ExplainQuestion.Field(
                name: String(header[..<colon]),
                value: value.trimmingCharacters(in: .whitespaces))
        }
        return ExplainQuestion(
            method: method, host: host + port, target: path + query, fields: fields)
    }

    private func answer(_ question: ExplainQuestion) throws -> Explanation {
        var source = GatewayFiles(routes: routes)
        source.overrides.state = state
        let files = try source.load()
        let folder = files.gateway.state
        var keeper = OwnershipKeeper([:])
        do {
            if Journal.exists(in: folder) {
                keeper = OwnershipKeeper(try Journal(folder: folder).ownerships())
            }
        } catch {
            Terminal.complain("warning: \(error); explained as if nothing had ever been split")
        }
        keeper.apply(keeper.changes(for: files.routes))
        let plan = PlanBuilder.plan(files, revision: 1, ownerships: keeper)
        do {
            return try question.answer(plan)
        } catch {
            throw CommandFailure(
                code: CommandFailure.no,
                message: "the request would be refused with \(error.status): \(error.detail)")
        }
    }
}
