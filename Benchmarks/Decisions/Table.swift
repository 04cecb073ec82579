// A table for the terminal and for Markdown alike.

/// Rows of cells under a header.
struct Table {
    let title: String
    let header: [String]
    var rows: [[String]] = []

    /// Aligned columns; as Markdown with a heading and rules.
    func text(asMarkdown: Bool) -> String {
        let all = [header] + rows
        let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        func line(_ cells: [String]) -> String {
            let padded = zip(cells, widths).map { cell, width in
                cell + String(repeating: " ", count: width - cell.count)
            }
            return "| " + padded.joined(separator: " | ") + " |"
        }
        let rule =
            "|"
            + widths.map { String(repeating: "-", count: $0 + 2) }
            .joined(separator: "|") + "|"
        let heading = asMarkdown ? "### \(title)" : title
        return ([heading, "", line(header), rule] + rows.map(line)).joined(separator: "\n") + "\n"
    }
}
