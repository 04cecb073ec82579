// Where an input is cut in tests of any cut.

import SeededRandom

extension SeededGenerator {
    /// Up to so many offsets within an input, in order, where it is cut.
    mutating func cuts(of count: Int, atMost most: Int) -> [Int] {
        guard count > 0 else { return [] }
        let wanted = Int.random(in: 1...most, using: &self)
        return (0..<wanted).map { _ in Int.random(in: 0...count, using: &self) }.sorted()
    }
}
