// From two answers as workers kept them to the result of their comparison: pure.

import Comparison
import Plan
import Recording

/// Reads pairs by one rule.
struct PairReading: Sendable {
    /// What came of a pair.
    struct Found {
        let result: PairResult
        let primary: Answer
        let other: Answer
    }

    /// How much longer a stream may be than what it says.
    private static let streamFactor = 8
    private static let coding = "content-encoding"

    let comparison: PairComparison
    private let wanted: Set<String>
    private let mostBytes: Int

    init(_ rule: ComparisonRule) {
        comparison = PairComparison(rule)
        wanted = Set(rule.headers.map { $0.lowercased() } + [Self.coding])
        let most = rule.limits.bodyBytes
        mostBytes =
            rule.mode == .sse && most < .max / Self.streamFactor
            ? most * Self.streamFactor : most
    }

    /// Compares the answers of a pair.
    func read(_ pair: MirroredPair) -> Found {
        let primary = answer(pair.primary)
        let other = answer(pair.other)
        let result =
            Self.obstacle(pair).map(PairResult.notComparable)
            ?? comparison.compare(primary: primary, shadow: other)
        return Found(result: result, primary: primary, other: other)
    }

    /// Why a pair is no evidence: a caller went away, or the caller's own answer did not come, so
    /// that there is nothing to compare with. That only the other one did not come is a difference.
    private static func obstacle(_ pair: MirroredPair) -> NotComparable? {
        let kinds = [pair.primary.outcome.kind, pair.other.outcome.kind]
        guard kinds[0] != .answered || kinds[1] == .clientGone else { return nil }
        let sides = kinds.map { kind -> BodyObstacle.Kind? in
            switch kind {
            case .answered: nil
            case .clientGone: .callerGone
            case .connect, .reset, .timeout, .protocolError, .unavailable: .noAnswer
            }
        }
        return NotComparable(primary: sides[0], shadow: sides[1])
    }

    /// One answer as it is compared.
    func answer(_ side: PairedAnswer) -> Answer {
        guard side.outcome.kind == .answered else { return .missing("\(side.outcome.kind)") }
        let headers = FieldLines.fields(side.fields, named: wanted)
        return Answer(
            status: side.outcome.status, headers: headers, body: body(side, headers))
    }

    private func body(_ side: PairedAnswer, _ headers: [Answer.Header]) -> Answer.Body {
        if side.isTooLarge { return .tooLarge }
        if comparison.rule.mode == .none { return .whole([]) }
        let codings = headers.filter { $0.name == Self.coding }.map(\.value)
            .joined(separator: ",")
        switch ContentDecoding.decode(side.body, codings: codings, most: mostBytes) {
        case .decoded(let content): return .whole(content)
        case .tooLarge: return .tooLarge
        case .broken: return .miscoded
        case .unknown: return .coded(side.body, coding: codings.lowercased())
        }
    }
}
