// Two texts line by line beside each other: what is the same, and what is not. Pure.

/// One row of two texts beside each other.
enum AlignedLine: Equatable {
    case same(String)
    case changed(String, String)
    case onlyLeft(String)
    case onlyRight(String)
    /// So many lines that are the same, left out.
    case leftOut(Int)

    /// Lines beyond these are not looked at: what is kept of a body has fewer.
    private static let mostLines = 2_000
    /// Lines that are the same which are shown before and after others.
    private static let context = 3

    /// The fewest changes that make the left lines the right ones (Myers 1986, as the standard
    /// library has it). A comma at the end only says that something follows.
    static func rows(_ left: [String], _ right: [String]) -> [AlignedLine] {
        let left = Array(left.prefix(mostLines))
        let right = Array(right.prefix(mostLines))
        let changes = right.difference(from: left) { withoutComma($0) == withoutComma($1) }
        var removed: Set<Int> = []
        var inserted: Set<Int> = []
        for change in changes {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): inserted.insert(offset)
            }
        }
        var rows: [AlignedLine] = []
        var own = 0
        var other = 0
        while own < left.count || other < right.count {
            var gone: [String] = []
            var new: [String] = []
            while removed.contains(own) {
                gone.append(left[own])
                own += 1
            }
            while inserted.contains(other) {
                new.append(right[other])
                other += 1
            }
            rows += zip(gone, new).map { .changed($0, $1) }
            rows += gone.dropFirst(new.count).map { .onlyLeft($0) }
            rows += new.dropFirst(gone.count).map { .onlyRight($0) }
            guard own < left.count, other < right.count else { continue }
            rows.append(.same(left[own]))
            own += 1
            other += 1
        }
        return rows
    }

    private static func withoutComma(_ line: String) -> Substring {
        line.hasSuffix(",") ? line.dropLast() : line[...]
    }

    /// The same without the middle of what is long and the same.
    static func shortened(_ rows: [AlignedLine]) -> [AlignedLine] {
        var result: [AlignedLine] = []
        var run: [AlignedLine] = []
        func close(isLast: Bool) {
            let head = result.isEmpty ? 0 : context
            let tail = isLast ? 0 : context
            let hidden = run.count - head - tail
            if hidden > 1 {
                result += run.prefix(head) + [.leftOut(hidden)] + run.suffix(tail)
            } else {
                result += run
            }
            run = []
        }
        for row in rows {
            if case .same = row {
                run.append(row)
            } else {
                close(isLast: false)
                result.append(row)
            }
        }
        if result.isEmpty { return run }
        close(isLast: true)
        return result
    }
}
