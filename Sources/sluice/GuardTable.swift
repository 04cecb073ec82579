// Guards side by side with both versions' figures: pure.

import Verdict

/// Lays the answers of guards out, a line each.
enum GuardTable {
    /// A head and a line for each guard; nothing without guards.
    static func lines(_ guards: [GuardResult], stable: String, candidate: String) -> [String] {
        if guards.isEmpty { return [] }
        let head = ["GUARD", stable, candidate, "EFFECT (BETWEEN)", "ALLOWED", "VERDICT"]
        return TextTable.lines([head] + guards.map(row), left: [0, 3, 5])
    }

    private static func row(_ result: GuardResult) -> [String] {
        return [
            result.name,
            result.isRelative ? figure(result, result.stableEstimate) : "-",
            figure(result, result.candidateEstimate), effect(result),
            allowed(result), verdict(result.verdict),
        ]
    }

    private static func allowed(_ result: GuardResult) -> String {
        (result.limit == "min" ? "≥ " : "") + GuardWords.effect(result, result.margin)
    }

    private static func figure(_ result: GuardResult, _ value: Double?) -> String {
        value.map { GuardWords.figure(result.metric, $0) } ?? "-"
    }

    private static func effect(_ result: GuardResult) -> String {
        if result.verdict == .notComparable { return "-" }
        let estimate = result.effect.map { GuardWords.effect(result, $0) } ?? "-"
        return "\(estimate) (\(end(result, result.low)) to \(end(result, result.high)))"
    }

    /// An end of the interval; `…` where nothing is known.
    private static func end(_ result: GuardResult, _ value: Double?) -> String {
        guard let value else { return "…" }
        let text = GuardWords.effect(result, value)
        return text.hasSuffix(" times") ? String(text.dropLast(6)) : text
    }

    private static func verdict(_ verdict: GuardVerdict) -> String {
        verdict.rawValue.replacing("_", with: " ")
    }
}
