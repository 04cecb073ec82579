// What `sluice diffs --pair` shows: two answers to one request, and where they part. Pure.

import Admin
import Comparison
import Verdict

/// Lays a kept pair out: side by side where there is room, else one under the other.
struct PairPage {
    /// From so many columns on, answers stand side by side.
    static let leastColumnsBeside = 120

    private let document: PairDocument
    private let columns: Int
    private let left: String
    private let right: String

    /// The lines; `now` is the time of day in milliseconds since 1970.
    static func lines(_ document: PairDocument, now: Int, columns: Int) -> [String] {
        PairPage(document, columns: columns).lines(now: now)
    }

    private init(_ document: PairDocument, columns: Int) {
        self.document = document
        self.columns = columns
        left = Self.escaped(document.primary.version)
        right = Self.escaped(document.shadow.version)
    }

    private func lines(now: Int) -> [String] {
        let pair = document.pair
        let route = Self.escaped(document.route)
        var lines = [
            "pair \(pair.id) of \(route), \(Moment.ago(pair.atMs, now: now)): \(left) answered the "
                + "caller, \(right) is the shadow"
        ]
        lines += row("request", "\(Self.escaped(pair.request)) (\(Self.escaped(pair.requestId)))")
        lines += row(left, side(document.primary))
        lines += row(right, side(document.shadow))
        lines += ["", differenceTitle]
        for difference in document.differences { lines += told(difference) }
        let rows = AlignedLine.shortened(
            AlignedLine.rows(
                BodyLines.of(document.primary.body).map(Self.escaped),
                BodyLines.of(document.shadow.body).map(Self.escaped)))
        if rows.isEmpty { return lines }
        lines += [""]
        return lines + (columns >= Self.leastColumnsBeside ? beside(rows) : below(rows))
    }

    // MARK: In words

    private func side(_ side: PairDocument.SideDocument) -> String {
        let status = side.status == 0 ? "no answer" : "status \(side.status)"
        let endpoint = side.endpoint.isEmpty ? "" : " from \(Self.escaped(side.endpoint))"
        return "\(status)\(endpoint) in \(FigureText.latency(side.totalMs * 1_000))"
    }

    private var differenceTitle: String {
        let all = document.pair.differenceCount
        let told = document.differences.count
        let noun = all == 1 ? "1 difference" : "\(FigureText.count(all)) differences"
        return all > told ? "\(noun), the first \(told) of them" : noun
    }

    private func told(_ difference: PairDocument.DifferenceDocument) -> [String] {
        let name = max(CellText.width(left), CellText.width(right))
        func value(_ version: String, _ text: String?) -> [String] {
            let start = "    \(CellText.filled(version, columns: name))  "
            let pad = String(repeating: " ", count: CellText.width(start))
            let shown = text.map(Self.escaped) ?? "-"
            return CellText.lines(shown, columns: max(20, columns - pad.count)).enumerated().map {
                ($0.offset == 0 ? start : pad) + $0.element
            }
        }
        let place = "  \(Self.escaped(difference.path)) (\(Self.escaped(difference.kind)))"
        return CellText.lines(place, columns: columns) + value(left, difference.primary)
            + value(right, difference.shadow)
    }

    private func row(_ label: String, _ text: String) -> [String] {
        let start = "  \(CellText.filled(label, columns: 8))  "
        let pad = String(repeating: " ", count: CellText.width(start))
        return CellText.lines(text, columns: max(20, columns - pad.count)).enumerated().map {
            ($0.offset == 0 ? start : pad) + $0.element
        }
    }

    // MARK: Both bodies

    /// Marked as `diff --side-by-side` does: `|` changed, `<` and `>` only on this side.
    private func beside(_ rows: [AlignedLine]) -> [String] {
        let width = (columns - 3) / 2
        func line(_ own: String, _ mark: String, _ other: String) -> String {
            var line = "\(CellText.filled(own, columns: width)) \(mark) \(other)"
            while line.hasSuffix(" ") { line.removeLast() }
            return line
        }
        var lines = [line(left, " ", right)]
        for row in rows {
            switch row {
            case .same(let text):
                lines += CellText.lines(text, columns: width).map { line($0, " ", $0) }
            case .onlyLeft(let text):
                lines += CellText.lines(text, columns: width).map { line($0, "<", "") }
            case .onlyRight(let text):
                lines += CellText.lines(text, columns: width).map { line("", ">", $0) }
            case .changed(let own, let other):
                let own = CellText.lines(own, columns: width)
                let other = CellText.lines(other, columns: width)
                for place in 0..<max(own.count, other.count) {
                    let parts = [own, other].map { place < $0.count ? $0[place] : "" }
                    // The beginning of a long value may be the same.
                    lines.append(line(parts[0], parts[0] == parts[1] ? " " : "|", parts[1]))
                }
            case .leftOut(let count): lines.append(Self.leftOut(count))
            }
        }
        return lines
    }

    /// Marked as `diff --unified` does: `-` what the caller got, `+` what the shadow answered.
    private func below(_ rows: [AlignedLine]) -> [String] {
        var lines = ["- \(left)", "+ \(right)"]
        func add(_ mark: String, _ text: String) {
            lines += CellText.lines(text, columns: max(20, columns - 2)).map { "\(mark) \($0)" }
        }
        var waiting: [String] = []
        func addWaiting() {
            for text in waiting { add("+", text) }
            waiting = []
        }
        for row in rows {
            switch row {
            case .changed(let own, let other):
                add("-", own)
                waiting.append(other)
                continue
            case .onlyLeft(let text):
                add("-", text)
                continue
            case .onlyRight(let text):
                waiting.append(text)
                continue
            case .same(let text):
                addWaiting()
                add(" ", text)
            case .leftOut(let count):
                addWaiting()
                lines.append(Self.leftOut(count))
            }
        }
        addWaiting()
        return lines
    }

    private static func leftOut(_ count: Int) -> String { "  … \(count) lines are the same" }

    private static func escaped(_ text: String) -> String { TerminalText.escaped(text) }
}
