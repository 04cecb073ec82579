// `sluice diffs`: where the answers of a shadow differ from those that callers got.

import Admin
import ArgumentParser
import Comparison
import Foundation

/// Shows where answers differ, and pairs that do.
struct DiffsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diffs",
        abstract: "Shows where a shadow's answers differ from those that callers got.",
        discussion: """
            Without --pair: a line for each group of paths, those first of which it is surest that \
            they differ by more than two answers of one version do, and the newest pairs that are \
            kept. With --pair: both answers of one of them. The exit code is 1 if no answers have \
            been compared.
            """)

    @Argument(help: "The route.")
    var route: String

    @Option(help: "The shadow's version; all shadows of the route if left out.")
    var shadow: String?

    @Option(help: "Only what differs in this group of paths, such as '$.choices[*].text'.")
    var group: String?

    @Option(help: "How many kept pairs are listed.")
    var limit = 10

    @Option(help: "The number of a kept pair, whose answers are shown.")
    var pair: Int64?

    @Flag(help: "Prints JSON.")
    var json = false

    @Option(help: "How wide the page is; as wide as the terminal if left out.")
    var columns: Int?

    @OptionGroup var admin: AdminOptions

    func validate() throws {
        guard (1...1_000).contains(limit) else {
            throw ValidationError("--limit must be 1 to 1000")
        }
        guard columns.map((20...1_000).contains) != false else {
            throw ValidationError("--columns must be 20 to 1000")
        }
        if let pair, pair < 1 { throw ValidationError("--pair is the number of a pair") }
        if pair != nil && group != nil {
            throw ValidationError("either --pair or --group, not both")
        }
    }

    func run() async throws {
        let query = DiffsQuery(
            route: route, shadow: shadow, group: group, limit: limit, admin: admin.place)
        if let pair { return try show(try await query.fetch(pair: pair)) }
        let report = try await query.fetch()
        try show(report)
        let compared = report.shadows.shadows.compactMap(\.summary.agreement?.compared)
        if compared.reduce(0, +) == 0 { throw ExitCode(CommandFailure.no) }
    }

    private func show(_ report: DiffsReport) throws {
        if json { return try Terminal.show(AdminClient.text(report) + "\n") }
        var lines: [String] = []
        for (shadow, kept) in zip(report.shadows.shadows, report.pairs) {
            lines += DiffsTable.lines(
                shadow, route: route, pairs: kept.pairs, group: group, now: Moment.now,
                columns: width)
            lines.append("")
        }
        try show(lines.dropLast())
    }

    private func show(_ document: PairDocument) throws {
        if json { return try Terminal.show(AdminClient.text(document) + "\n") }
        try show(PairPage.lines(document, now: Moment.now, columns: width)[...])
    }

    /// Whatever came from elsewhere is escaped, if it is not already.
    private func show(_ lines: ArraySlice<String>) throws {
        try Terminal.show(lines.map(TerminalText.escaped).joined(separator: "\n") + "\n")
    }

    private var width: Int { columns ?? Terminal.size?.columns ?? LabelledText.columns }
}

/// What is asked of a running gateway.
struct DiffsQuery {
    let route: String
    let shadow: String?
    let group: String?
    let limit: Int
    let admin: AdminPlace

    private var path: String { "/api/v1/routes/\(OperationOptions.escaped(route))/shadows" }

    /// What is known of the shadows asked for, with the newest kept pairs of each.
    func fetch() async throws -> DiffsReport {
        try await AdminClient.use(admin) { client in
            let all = try await client.get(path, as: ShadowsDocument.self)
            let chosen = try choose(all)
            var pairs: [PairsDocument] = []
            for name in chosen.shadows.map(\.summary.shadow) {
                let only = group.map { "&group=\(OperationOptions.escaped($0))" } ?? ""
                pairs.append(
                    try await client.get(
                        "\(path)/\(OperationOptions.escaped(name))/pairs?limit=\(limit)\(only)",
                        as: PairsDocument.self))
            }
            return DiffsReport(shadows: chosen, pairs: pairs)
        }
    }

    /// A kept pair of one of the shadows asked for.
    func fetch(pair: Int64) async throws -> PairDocument {
        try await AdminClient.use(admin) { client in
            let all = try await client.get(path, as: ShadowsDocument.self)
            let names = try choose(all).shadows.map(\.summary.shadow)
            var failure: CommandFailure?
            for name in names {
                do {
                    return try await client.get(
                        "\(path)/\(OperationOptions.escaped(name))/pairs/\(pair)",
                        as: PairDocument.self)
                } catch let found as CommandFailure where found.code == CommandFailure.no {
                    failure = found
                }
            }
            throw failure ?? no("no pair \(pair)")
        }
    }

    /// The shadows asked for, if there are any and they have something to show.
    private func choose(_ all: ShadowsDocument) throws -> ShadowsDocument {
        let names = all.shadows.map(\.summary.shadow)
        if names.isEmpty { throw no("the route \(route) has no shadow in its file") }
        if let shadow, !names.contains(shadow) {
            throw no("no shadow \(shadow); the route has: \(names.joined(separator: ", "))")
        }
        let chosen = all.with(all.shadows.filter { shadow == nil || $0.summary.shadow == shadow })
        let groups = chosen.shadows.flatMap { $0.details.groups.map(\.group) }
        if let group, !groups.contains(group) {
            throw no("no pair differs in \(group); leave --group out to see where they do")
        }
        return chosen
    }

    private func no(_ words: String) -> CommandFailure {
        CommandFailure(
            code: CommandFailure.no, message: "error: \(TerminalText.escaped(words))")
    }
}

/// Everything that is known of the shadows asked for.
struct DiffsReport: Codable {
    let shadows: ShadowsDocument
    /// The newest kept pairs of each.
    let pairs: [PairsDocument]
}
