// Suggests what somebody may have meant.

/// The nearest of some known words.
enum NearestKey {
    /// The longest word that is compared: no key is so long.
    private static let mostCharacters = 64

    /// The known word that the fewest edits lead to, if they are few enough to be a slip.
    static func find(_ word: String, among known: [String]) -> String? {
        guard word.utf8.count <= mostCharacters else { return nil }
        let best = known.map { (word: $0, edits: edits(Array(word), Array($0))) }
            .min { ($0.edits, $0.word) < ($1.edits, $1.word) }
        guard let best, best.edits <= max(2, word.count / 3) else { return nil }
        return best.word
    }

    /// Insertions, deletions, replacements and swaps of neighbours between two words
    /// (optimal string alignment).
    static func edits(_ left: [Character], _ right: [Character]) -> Int {
        if left.isEmpty || right.isEmpty { return max(left.count, right.count) }
        var before: [Int] = []
        var previous = Array(0...right.count)
        for row in 1...left.count {
            var current = [row] + Array(repeating: 0, count: right.count)
            for column in 1...right.count {
                let isSame = left[row - 1] == right[column - 1]
                var least = previous[column - 1] + (isSame ? 0 : 1)
                least = min(least, previous[column] + 1, current[column - 1] + 1)
                if row > 1, column > 1, left[row - 1] == right[column - 2],
                    left[row - 2] == right[column - 1]
                {
                    least = min(least, before[column - 2] + 1)
                }
                current[column] = least
            }
            before = previous
            previous = current
        }
        return previous[right.count]
    }
}
