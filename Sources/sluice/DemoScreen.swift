// The screen of the demo: what runs, the versions side by side, and what is decided.

import Admin
import Foundation
import Plan

/// Lays the demo out, pure but for the time zone.
struct DemoScreen {
    private static let mostDecisions = 8
    /// So many are shown even if the help has to make room for them.
    private static let fewestDecisions = 3

    let folder: DemoFolder
    let rate: Int
    let listen: ListenAddress
    let admin: ListenAddress
    let routes: [DemoRoute]
    /// Where the candidates listen, in the order of `routes`.
    let candidatePorts: [Int]

    /// The whole page, with as much of the help and as many of the newest decisions as a terminal
    /// of this size has room for. Decisions are given in their order.
    func page(
        _ report: StatusReport, _ decisions: [DecisionDocument], size: (columns: Int, rows: Int)?
    ) -> String {
        let columns = size?.columns ?? .max
        // Cut rather than broken: a table in pieces cannot be read.
        let table = StatusTable.page(report).trimmingCharacters(in: .newlines)
            .components(separatedBy: "\n").map { String($0.prefix(columns)) }
        let ending = DemoEnding.lines(
            report.comparisons.compactMap(\.ramp), decisions, admin: admin)
        let newest = decisions.suffix(Self.mostDecisions).reversed().map { line($0, columns) }
        // The cursor takes a row too.
        let rows = size.map { $0.rows - 1 - Self.rows(title + table + ending, columns) } ?? .max
        let least = newest.prefix(Self.fewestDecisions)
        let needed = Self.rows(help + ["", ""] + least.joined(), columns)
        let help = needed <= rows ? help : []
        var left = rows - Self.rows(help + ["", ""], columns)
        let fitting = newest.prefix { lines in
            left -= lines.count
            return left >= 0
        }
        let shown = ["", "decisions, the newest last"] + fitting.reversed().joined()
        let lines = title + help + table + (fitting.isEmpty ? [] : shown) + ending
        return lines.joined(separator: "\n") + "\n"
    }

    private var title: [String] {
        let stories = routes.map { "\($0.name): \($0.story)" }.joined(separator: ", ")
        return [
            "sluice demo: \(rate) requests a second to three routes, each with a v2 on trial:",
            "  \(stories)", "",
        ]
    }

    private var help: [String] {
        let name = routes.first?.name ?? ""
        let curl = "curl --cacert \(folder.certificatePath) -H 'x-user-id: 42' -d '{}'"
        let behaviour = "http://127.0.0.1:\(candidatePorts.first ?? 0)/_behaviour"
        return [
            "  try    \(curl) \\",
            "           https://localhost:\(listen.port)\(routes.first?.path ?? "/")",
            "  look   http://\(admin)/",
            "  ask    sluice status --admin \(admin)   http://\(admin)/metrics",
            "         sluice explain --decision ID --admin \(admin)",
            "  edit   \(folder.routes)/\(name).yaml   (taken up within a second)",
            "  break  curl -X PUT \(behaviour) -d '{\"error_rate\": 1}'   (\(name) v2)",
            "  end    Ctrl-C", "",
        ]
    }

    /// A decision with its number, its time of day and its route; in several lines if need be.
    private func line(_ decision: DecisionDocument, _ columns: Int) -> [String] {
        let time = Date(timeIntervalSince1970: Double(decision.atMs) / 1_000)
        let route = Terminal.printable(decision.route)
        let width = routes.map(\.name.count).max() ?? 0
        let blanks = String(repeating: " ", count: max(0, width - route.count))
        let number = decision.id < 10 ? " \(decision.id)" : "\(decision.id)"
        return TextWrap.lines(
            Terminal.printable(decision.summary), columns: columns,
            first: "  \(number)  \(Self.clock.string(from: time))  \(route)\(blanks)  ")
    }

    private static let clock: DateFormatter = {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.dateFormat = "HH:mm:ss"
        return formatter
    }()

    /// How many rows of a terminal these lines take.
    private static func rows(_ lines: [String], _ columns: Int) -> Int {
        lines.reduce(0) { $0 + max(1, ($1.count - 1) / columns + 1) }
    }
}
