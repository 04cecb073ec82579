// `sluice explain`: where a request would go and why, or why a ramp did what it did.

import Admin
import ArgumentParser
import Control
import DataPlane
import Foundation
import Journal
import Plan
import RouteFiles

/// Explains the route and the version of a request, or a decision on a ramp.
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract:
            "Says which version and which shadows a request gets, or why a ramp did what it did.",
        discussion: """
            Of a request it works on the files and the state directory; --live asks the running \
            gateway. A decision on a ramp is always asked of the gateway. Examples: \
            sluice explain -X POST https://models.example.com/v1/sentiment -H 'x-user-id: 42'; \
            sluice explain --decision 17
            """)

    @Option(help: "The number of a decision, from `sluice status`; in the place of a URL.")
    var decision: Int64?

    @Option(
        name: [.customShort("X"), .customLong("method")],
        help: "The method; GET if left out.")
    var method: String?

    @Option(name: [.customShort("H"), .customLong("header")], help: "A field, as 'name: value'.")
    var headers: [String] = []

    @Flag(help: "Asks the running gateway instead of reading the files.")
    var live = false

    @Flag(help: "Prints JSON.")
    var json = false

    @Option(help: "The folder of route files; Routes if left out.")
    var routes: String?

    @Option(help: "The state directory; goes before gateway.yaml.")
    var state: String?

    @OptionGroup var admin: AdminOptions

    @Argument(help: "The request's URL.")
    var url: String?

    func validate() throws {
        guard decision != nil else {
            if url == nil {
                throw ValidationError("a URL is missing, or --decision and the number of one")
            }
            return
        }
        if url != nil { throw ValidationError("either a URL or --decision, not both") }
        let others = [
            ("-X", method != nil), ("-H", !headers.isEmpty), ("--live", live),
            ("--routes", routes != nil), ("--state", state != nil),
        ]
        if let other = others.first(where: { $0.1 }) {
            throw ValidationError("\(other.0) belongs to a request and not to --decision")
        }
    }

    func run() async throws {
        if let decision { return try await explain(decision: decision) }
        let question = try makeQuestion(url ?? "")
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

    private func explain(decision id: Int64) async throws {
        let decision = try await AdminClient.use(admin.place) { client in
            try await client.get("/api/v1/decisions/\(id)", as: DecisionDocument.self)
        }
        if json { return try Terminal.show(AdminClient.text(decision) + "\n") }
        let lines = DecisionExplanation.lines(decision, now: Moment.now).map(Terminal.printable)
        try Terminal.show(lines.joined(separator: "\n") + "\n")
    }

    private func makeQuestion(_ url: String) throws -> ExplainQuestion {
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
            method: method ?? "GET", host: host + port, target: path + query, fields: fields)
    }

    private func answer(_ question: ExplainQuestion) throws -> Explanation {
        var source = GatewayFiles(routes: routes ?? "Routes")
        source.overrides.state = state
        let files = try source.load()
        let folder = files.gateway.state
        var start = try RampStart(files, nil)
        do {
            if Journal.exists(in: folder) { start = try RampStart(files, Journal(folder: folder)) }
        } catch {
            Terminal.complain("warning: \(error); explained as if nothing had ever been split")
        }
        let plan = start.plan(files)
        do {
            return try question.answer(plan)
        } catch {
            throw CommandFailure(
                code: CommandFailure.no,
                message: "the request would be refused with \(error.status): \(error.detail)")
        }
    }
}
