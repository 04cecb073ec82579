// What all judges have in common: they look at the same ticks and say what is to be done.

/// What a judge says after a tick.
enum Judgement: Sendable {
    /// The candidate keeps its share.
    case goOn
    /// The candidate is taken out.
    case rollback
    /// The candidate is found good at this share.
    case pass
}

/// A rule that decides about a candidate at a fixed share.
protocol Judge {
    /// How often it looks; finer ticks tell it nothing more.
    var lookMilliseconds: Int { get }

    /// Looks at the counts so far.
    mutating func observe(_ tick: Tick) -> Judgement
}

/// The judges of the comparison, in the order of the tables.
enum Contender: String, CaseIterable, Sendable {
    case sluice = "Sluice"
    case flagger = "Flagger"
    case argo = "Argo Rollouts"
    case kayenta = "Kayenta"

    /// The rule in a sentence, for those who read the tables.
    var rule: String {
        switch self {
        case .sluice:
            "the gateway's engine on one step of five, with its α there: errors at most 0.5 points "
                + "and p99 at most 1.1 times the stable version's, hold 10 minutes"
        case .flagger:
            "each minute: errors at most 0.75 points above the usual, p99 at most 1.2 times the "
                + "usual; out at the 10th failed check, passed at the 25th good one"
        case .argo:
            "every 5 minutes: errors at most 0.5 points above the usual, p99 at most 1.1 times "
                + "the usual; out at the 4th failure, passed after 8 measurements"
        case .kayenta:
            "Mann-Whitney at 98 % of error rate and p99 of each minute, beside a baseline of equal "
                + "size; judged after 1, 2 and 3 hours, out at a score of 75 or less"
        }
    }

    /// A judge that knows the stable version's figures, as its operator does.
    func judge(of scenario: Scenario, share: Double, lookMilliseconds: Int) -> any Judge {
        switch self {
        case .sluice: return OurJudge(share: share, lookMilliseconds: lookMilliseconds)
        case .flagger: return FlaggerJudge(scenario)
        case .argo: return ArgoJudge(scenario)
        case .kayenta: return KayentaJudge()
        }
    }
}
