// Pairs the rows of a table with its columns so that they cost the least together.

/// The assignment problem, solved by the Hungarian method (Kuhn 1955, doi:10.1002/nav.3800020109)
/// in the form with potentials and shortest augmenting paths (Jonker and Volgenant 1987,
/// doi:10.1007/BF02278710): cubic in the number of rows.
enum Assignment {
    /// The pairs of row and column, by rows; as many as there are rows or columns, whichever is
    /// less. The table has as many costs in each row, none below 0.
    static func cheapest(_ costs: [[Int]]) -> [(Int, Int)] {
        let columns = costs.first?.count ?? 0
        if columns == 0 { return [] }
        if costs.count <= columns { return pairs(costs) }
        let turned = (0..<columns).map { column in costs.map { $0[column] } }
        return pairs(turned).map { ($0.1, $0.0) }.sorted { $0.0 < $1.0 }
    }

    /// The same for no more rows than columns. Place 0 stands for "none" in both directions.
    private static func pairs(_ costs: [[Int]]) -> [(Int, Int)] {
        let rows = costs.count
        let columns = costs[0].count
        var rowPotential = [Int](repeating: 0, count: rows + 1)
        var columnPotential = [Int](repeating: 0, count: columns + 1)
        var rowOfColumn = [Int](repeating: 0, count: columns + 1)
        for row in 1...rows {
            rowOfColumn[0] = row
            var column = 0
            var least = [Int](repeating: .max, count: columns + 1)
            var cameFrom = [Int](repeating: 0, count: columns + 1)
            var isReached = [Bool](repeating: false, count: columns + 1)
            repeat {
                isReached[column] = true
                let from = rowOfColumn[column]
                var step = Int.max
                var next = 0
                for other in 1...columns where !isReached[other] {
                    let cost =
                        costs[from - 1][other - 1] - rowPotential[from] - columnPotential[other]
                    if cost < least[other] {
                        least[other] = cost
                        cameFrom[other] = column
                    }
                    if least[other] < step {
                        step = least[other]
                        next = other
                    }
                }
                for other in 0...columns {
                    if isReached[other] {
                        rowPotential[rowOfColumn[other]] += step
                        columnPotential[other] -= step
                    } else if least[other] != .max {
                        least[other] -= step
                    }
                }
                column = next
            } while rowOfColumn[column] != 0
            while column != 0 {
                rowOfColumn[column] = rowOfColumn[cameFrom[column]]
                column = cameFrom[column]
            }
        }
        return (1...columns).filter { rowOfColumn[$0] != 0 }
            .map { (rowOfColumn[$0] - 1, $0 - 1) }.sorted { $0.0 < $1.0 }
    }
}
