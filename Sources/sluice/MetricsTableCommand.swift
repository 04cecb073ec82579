// `sluice metrics-table`: the metrics as tables, for docs/metrics.md.

import Admin
import ArgumentParser

/// Prints every metric that `/metrics` knows; `make metrics` writes it into the page.
struct MetricsTableCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics-table", abstract: "Prints the metrics as tables in Markdown.",
        shouldDisplay: false)

    func run() throws {
        try Terminal.show(MetricsPage.text)
    }
}
