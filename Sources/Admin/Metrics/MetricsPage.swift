// All metrics as the part of `docs/metrics.md` that is not written by hand.

/// Writes the tables of metrics for people.
package enum MetricsPage {
    /// The tables, a heading for each area.
    package static var text: String {
        let areas = MetricArea.all.map { "\n" + text($0) }.joined()
        let bounds = PrometheusText.bounds.map { "`\(PrometheusText.seconds($0))`" }
        return areas + """

            ## Values of labels

            `route` and `version` are names from the route files, `certificate` the name of a file.
            Of these labels the values are known:

            | label | of | values |
            |---|---|---|
            \(labelRows.joined(separator: "\n"))

            Buckets of histograms end at these seconds (`le`):
            \(bounds.joined(separator: " ")) and `+Inf`.

            """
    }

    private static func text(_ area: MetricArea) -> String {
        var lines = ["## \(area.title)", ""]
        if !area.note.isEmpty { lines += [area.note, ""] }
        lines += ["| metric | kind | labels | tells |", "|---|---|---|---|"]
        lines += area.families.map { family in
            let labels = family.labels.map { "`\($0.name)`" }.joined(separator: " ")
            return "| `\(family.name)` | \(family.kind.rawValue) | \(labels) | \(family.help) |"
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static var labelRows: [String] {
        MetricArea.all.flatMap(\.families).flatMap { family in
            family.labels.filter { !$0.values.isEmpty }.map { label in
                let values = label.values.map { "`\($0)`" }.joined(separator: " ")
                return "| `\(label.name)` | `\(family.name)` | \(values) |"
            }
        }
    }
}
