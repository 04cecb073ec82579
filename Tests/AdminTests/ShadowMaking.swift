// A route with two shadows, and what is known of them.

import Comparison
import Control
import Pairing
import Plan
import Recording

/// The route `r` mirrors to `v2`, which is compared, and to `v3`, which is not.
struct ShadowMaking {
    static let key = PairKey(route: "r", shadow: "v2")

    let made = FiguresMaking()
    private let ledger = ShadowLedger()
    private var tally = ShadowTally(sinceMilliseconds: 1_000, mostGroups: 200)

    static var route: Route {
        var compared = Shadow(version: 1)
        compared.sample = 10_000
        compared.noiseControl = 1_000
        compared.comparison = ComparisonRule(mode: .json)
        compared.keptPairs = 50
        let versions = ["v1", "v2", "v3"].map { Version(name: $0, endpoints: []) }
        return Route(
            name: "r", match: RouteMatch(host: .any, path: .prefix(""), methods: [], headers: []),
            timeouts: Timeouts(), versions: versions, sticky: [], overrideHeader: nil, salt: "r",
            shares: [BucketTable.bucketCount, 0, 0],
            buckets: BucketTable(ranges: [.init(start: 0, version: 0)]), showsVersion: true,
            allowsUpgrade: false, shadows: [compared, Shadow(version: 2)])
    }

    /// Eight pairs agree, two differ, one is not comparable; of ten control pairs one differs.
    init() {
        for number in 0..<10 { add(number < 8 ? #"{"a":1}"# : #"{"a":2,"b":"x"}"#) }
        add(nil)
        for number in 0..<10 { add(number < 9 ? #"{"a":1}"# : #"{"a":3}"#, .control) }
        for _ in 0..<12 { ledger.began() }
        ledger.hold(4_096)
        _ = ledger.take(atMost: 1)
        for _ in 0..<3 { ledger.dropped(.requests) }
        ledger.dropped(.comparisons)
        count(FiguresMaking.outcome(total: 12_000), .shadow)
        count(FiguresMaking.outcome(504, .timeout), .shadow)
        for _ in 0..<2 { count(FiguresMaking.outcome(total: 9_000), .mirrored) }
        made.count(FiguresMaking.outcome())
    }

    private func count(_ outcome: Outcome, _ role: RequestRole) {
        let recorder = made.registry.version(worker: 0, route: "r", version: "v2", role: role)
        recorder.began()
        recorder.finished(outcome)
    }

    private mutating func add(_ body: String?, _ kind: DifferenceTally.Kind = .shadow) {
        let comparison = PairComparison(ComparisonRule(mode: .json))
        func answer(_ body: String?) -> Answer {
            Answer(
                status: 200, headers: [],
                body: body.map { .whole(Array($0.utf8)) } ?? .tooLarge)
        }
        func side(_ microseconds: Int) -> PairedAnswer {
            PairedAnswer(
                outcome: FiguresMaking.outcome(total: microseconds), fields: [], body: [],
                isTooLarge: false, endpoint: "")
        }
        let result = comparison.compare(primary: answer(#"{"a":1}"#), shadow: answer(body))
        tally.add(
            result,
            of: MirroredPair(
                route: "r", shadow: "v2", version: "v1", kind: kind, stratum: 0, identifier: "",
                requestLine: "", primary: side(9_000), other: side(12_000)))
    }

    var states: ShadowStates {
        var examples = ExampleCounts()
        examples.kept = 2
        examples.lost = 1
        let report = ShadowReport(digest: "d", keptPairs: 50, tally: tally, examples: examples)
        let none = PairKey(route: "r", shadow: "v3")
        return ShadowStates(
            each: [
                Self.key: ShadowState(figures: ShadowFigures(ledger), report: report),
                none: ShadowState(figures: ShadowFigures(), report: nil),
            ], waitingPairs: 5)
    }

    var state: GatewayState {
        let good = ReloadResult(isSuccessful: true, second: 5, problems: [])
        return GatewayState(
            plan: Plan(
                revision: 3, gateway: GatewaySettings(), limits: Plan.Limits(),
                routes: [Self.route]),
            reload: good, certificates: good, isDraining: false, startSecond: 1,
            snapshot: made.registry.snapshot(), certificateEnds: [:], shadows: states)
    }
}
