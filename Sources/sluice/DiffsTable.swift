// What `sluice diffs` says of a shadow: where answers differ, and which pairs are kept. Pure.

import Admin
import Comparison
import Verdict

/// Lays groups and pairs out.
enum DiffsTable {
    private static let groupHeads = ["DIFFER", "NOISE", "BEYOND NOISE (95 %)", "PAIRS", "WHERE"]
    private static let pairHeads = ["PAIR", "WHEN", "ANSWERED", "STATUSES", "DIFFERENCES", "WHERE"]
    /// Groups of a pair that are named in its line.
    private static let namedGroups = 2

    /// The page of one shadow; `group` is the only one that is shown, if it is given.
    static func lines(
        _ shadow: ShadowsDocument.ShadowDocument, route: String, pairs: [PairLineDocument],
        group: String?, now: Int, columns: Int
    ) -> [String] {
        let summary = shadow.summary
        var lines = ["\(route) -> \(summary.shadow)"]
        lines += indented(ShadowBlock.copies(summary), columns)
        lines += indented(ShadowBlock.agreement(summary) + since(summary, now), columns)
        if let latency = summary.pairedLatency {
            lines += indented(ShadowBlock.latency(latency), columns)
        }
        let groups = shadow.details.groups.filter { group == nil || $0.group == group }
        lines += [""] + groupLines(groups, shadow.details)
        lines += [""] + pairLines(pairs, shadow, route: route, now: now, columns: columns)
        return lines
    }

    private static func since(_ summary: ShadowSummaryDocument, _ now: Int) -> String {
        guard let since = summary.comparedSinceMs, summary.agreement?.rate != nil else {
            return ""
        }
        return "; counted for \(FigureText.duration(max(0, now - since)))"
    }

    private static func groupLines(
        _ groups: [ShadowsDocument.GroupDocument], _ details: ShadowsDocument.DetailsDocument
    ) -> [String] {
        if groups.isEmpty { return ["  no differences"] }
        let rows = groups.map { group in
            [
                differ(group), group.noiseRate.map(FigureText.percent) ?? "-", beyond(group),
                group.examples.isEmpty
                    ? "-" : group.examples.map { "\($0)" }.joined(separator: ", "),
                group.group,
            ]
        }
        var lines = TextTable.lines([groupHeads] + rows, left: [3, 4])
        if details.otherGroups.shadow > 0 {
            lines.append("and \(details.otherGroups.shadow) differences elsewhere")
        }
        return lines.map { "  \($0)" }
    }

    /// With an interval of its own if there is none beyond noise.
    private static func differ(_ group: ShadowsDocument.GroupDocument) -> String {
        guard let rate = group.rate else { return "-" }
        if group.excess != nil { return FigureText.percent(rate) }
        let ends = [group.low, group.high].map { FigureText.decimal($0 * 100) }
        return "\(FigureText.percent(rate)) (\(ends[0])–\(ends[1]))"
    }

    /// Without control pairs nothing is known of noise.
    private static func beyond(_ group: ShadowsDocument.GroupDocument) -> String {
        guard let excess = group.excess else { return "-" }
        func signed(_ rate: Double) -> String {
            (rate < 0 ? "" : "+") + FigureText.decimal(rate * 100)
        }
        return "\(signed(excess)) % (\(signed(group.low)) to \(signed(group.high)))"
    }

    private static func pairLines(
        _ pairs: [PairLineDocument], _ shadow: ShadowsDocument.ShadowDocument, route: String,
        now: Int, columns: Int
    ) -> [String] {
        guard let newest = pairs.first else {
            return indented(
                shadow.details.keptPairs == 0
                    ? "no pairs are kept: the route's file does not ask for it"
                    : "no pairs are kept", columns)
        }
        let rows = pairs.map { pair in
            let statuses = [pair.primaryStatus, pair.shadowStatus].map { $0 == 0 ? "-" : "\($0)" }
            let named = pair.groups.prefix(namedGroups).joined(separator: ", ")
            let rest = pair.groups.count - namedGroups
            return [
                "\(pair.id)", Moment.ago(pair.atMs, now: now), pair.version,
                statuses.joined(separator: " / "), "\(pair.differenceCount)",
                named + (rest > 0 ? " and \(rest) more" : ""),
            ]
        }
        let names = "--shadow \(shadow.summary.shadow) --pair \(newest.id)"
        return TextTable.lines([pairHeads] + rows, left: [1, 2, 3, 5]).map { "  \($0)" }
            + ["", "  `sluice diffs \(route) \(names)` shows both answers"]
    }

    private static func indented(_ text: String, _ columns: Int) -> [String] {
        TextWrap.lines(text, columns: columns, first: "  ")
    }
}
