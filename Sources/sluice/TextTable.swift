// Rows of cells as aligned lines: pure.

/// Lays cells out in columns.
enum TextTable {
    /// A line for each row; every row has as many cells as the first. Columns stand on the right,
    /// but for those named.
    static func lines(_ rows: [[String]], left: Set<Int> = [0]) -> [String] {
        let widths = (rows.first ?? []).indices.map { column in
            rows.map { $0[column].count }.max() ?? 0
        }
        return rows.map { cells in
            var line = cells.indices.map { column in
                let blanks = String(repeating: " ", count: widths[column] - cells[column].count)
                return left.contains(column) ? cells[column] + blanks : blanks + cells[column]
            }.joined(separator: "  ")
            while line.hasSuffix(" ") { line.removeLast() }
            return line
        }
    }
}
