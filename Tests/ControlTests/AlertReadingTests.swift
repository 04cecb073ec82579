// What rules see in figures: beyond a limit, within it, or nothing that can be said.

import Plan
import Recording
import Testing

@testable import Control
@testable import Verdict

@Suite struct AlertReadingTests {
    private static func figures(_ good: Int, failed: Int = 0, gone: Int = 0) -> VersionFigures {
        let registry = RecorderRegistry(workers: 1)
        let recorder = registry.version(worker: 0, route: "a", version: "v1")
        let all: [(Int, OutcomeKind, Int)] = [
            (200, .answered, good), (503, .answered, failed), (0, .clientGone, gone),
        ]
        for (status, kind, count) in all {
            for _ in 0..<count {
                recorder.began()
                recorder.finished(
                    Outcome(
                        status: status, kind: kind, firstByteMicroseconds: 2_000,
                        totalMicroseconds: 500_000, receivedBytes: 1, sentBytes: 1,
                        isOverride: false, retries: 0))
            }
        }
        return registry.snapshot().versions.values.first ?? VersionFigures()
    }

    private static func rule(_ least: Int = 20) -> AlertRule {
        var rule = AlertRule(name: "a", condition: .rollback)
        rule.minRequests = least
        return rule
    }

    /// `holds 9.1`, `clear 4`, `clear` or `unknown`.
    private static func words(_ reading: AlertReading) -> String {
        switch reading {
        case .holds(let figure): "holds" + (figure.map { " \(FigureText.decimal($0.value))" } ?? "")
        case .clear(let figure): "clear" + (figure.map { " \(FigureText.decimal($0.value))" } ?? "")
        case .unknown: "unknown"
        }
    }

    @Test(arguments: [
        (95, 5, 0, "clear 5"), (94, 6, 0, "holds 6"), (0, 20, 0, "holds 100"),
        // Too few to say so, also with clients that went away.
        (0, 19, 0, "clear"), (0, 10, 100, "clear"), (0, 0, 0, "clear"),
        // Clients that went away are nobody's errors.
        (95, 5, 900, "clear 5"), (100, 0, 0, "clear 0"),
    ])
    func errors(good: Int, failed: Int, gone: Int, wanted: String) {
        let figures = Self.figures(good, failed: failed, gone: gone)
        #expect(Self.words(AlertReadings.errors(Self.rule(), 0.05, figures)) == wanted)
    }

    @Test func latency() {
        let figures = Self.figures(60)
        func look(_ metric: Guard.Metric, _ above: Double, least: Int = 60) -> String {
            Self.words(AlertReadings.latency(Self.rule(least), metric, above, figures))
        }
        #expect(look(.latencyP99, 400_000).hasPrefix("holds 5"))
        #expect(look(.latencyP50, 600_000).hasPrefix("clear 5"))
        #expect(look(.firstByteP99, 400_000).hasPrefix("clear 2"))
        #expect(look(.latencyP99, 400_000, least: 61) == "clear")
        // There are no streams.
        #expect(look(.eventGapP99, 1, least: 1) == "clear")
    }

    @Test(arguments: [
        (1_000.0, 1_000.0, "clear 100"), (2_001, 1_000, "holds 200"), (2_000, 1_000, "clear 200"),
        (499, 1_000, "holds 49.9"), (0, 1_000, "holds 0"), (500, 1_000, "clear 50"),
        // Quiet then and now: chance does as much.
        (99, 10, "clear"), (100, 10, "holds 1000"), (0, 99, "clear"),
    ])
    func rate(requests: Double, usual: Double, wanted: String) {
        let reading = AlertReadings.rate(
            Self.rule(100), requests: requests, usual: usual, below: 0.5, above: 2)
        #expect(Self.words(reading) == wanted)
    }

    // MARK: The whole gateway

    private static func sources(
        _ rules: [AlertRule], age: Int = 1_000, isLoaded: Bool = true,
        counts: [VersionKey: VersionFigures] = [:], ramp: RampPhase? = nil
    ) -> AlertSources {
        let route = Route(
            name: "a", match: RouteMatch(host: .any, path: .prefix("/"), methods: [], headers: []),
            timeouts: Timeouts(), versions: ["v1", "v2"].map { Version(name: $0, endpoints: []) },
            sticky: [], overrideHeader: nil, salt: "a", shares: [100_000, 0],
            buckets: BucketTable(ranges: [.init(start: 0, version: 0)]), showsVersion: false,
            allowsUpgrade: false)
        var gateway = GatewaySettings()
        gateway.alerts.rules = rules
        let load = ReloadResult(isSuccessful: isLoaded, second: 5, problems: [])
        var state = RampState(stable: "v1", candidate: "v2", digest: "d", stratum: 1)
        state.phase = ramp ?? .step
        var history = FigureHistory()
        history.add(counts, second: 500)
        return AlertSources(
            state: GatewayState(
                plan: Plan(revision: 1, gateway: gateway, limits: Plan.Limits(), routes: [route]),
                reload: load, certificates: load, isDraining: false, startSecond: 2_000_000 - age,
                snapshot: Snapshot(versions: [:], workers: WorkerFigures()),
                certificateEnds: ["old": 2_000_000 + 86_400, "new": 2_000_000 + 90 * 86_400],
                ramps: ramp == nil ? [:] : ["a": state]),
            history: history, second: 500, dayMilliseconds: 2_000_000_000)
    }

    private static func seen(
        _ sources: AlertSources, usual: [String: Double] = [:]
    ) -> [String] {
        AlertReadings.all(sources, usual: usual).map { seen in
            let place = [seen.subject.route, seen.subject.version, seen.subject.certificate]
            return (place.compactMap(\.self) + [words(seen.reading)]).joined(separator: " ")
        }.sorted()
    }

    private static func rule(_ condition: AlertRule.Condition, over seconds: Int = 60) -> AlertRule
    {
        var rule = AlertRule(name: "x", condition: condition)
        rule.windowMilliseconds = seconds * 1_000
        rule.minRequests = 10
        return rule
    }

    @Test func filesAndCertificates() {
        for (condition, isLoaded, wanted) in [
            (AlertRule.Condition.reloadFailed, true, "clear"), (.reloadFailed, false, "holds"),
            (.certificatesFailed, true, "clear"), (.certificatesFailed, false, "holds"),
        ] {
            #expect(
                Self.seen(Self.sources([Self.rule(condition)], isLoaded: isLoaded)) == [wanted])
        }
        let expiry = Self.sources([Self.rule(.certificateExpires(within: 14 * 86_400))])
        #expect(Self.seen(expiry) == ["new clear 90", "old holds 1"])
    }

    @Test func aRollbackHoldsUntilTheRampBeginsAnew() {
        for (phase, wanted) in [
            (RampPhase.step, "clear"), (.rollingBack, "holds"), (.rolledBack, "holds"),
            (.aborted, "clear"), (.succeeded, "clear"),
        ] {
            #expect(
                Self.seen(Self.sources([Self.rule(.rollback)], ramp: phase)) == ["a v2 \(wanted)"])
        }
        #expect(Self.seen(Self.sources([Self.rule(.rollback)])).isEmpty)
    }

    @Test func aYoungGatewayKnowsOnlyWhatIsBad() {
        let counts = [VersionKey(route: "a", version: "v1"): Self.figures(10, failed: 10)]
        let rule = Self.rule(.errors(above: 0.05))
        #expect(
            Self.seen(Self.sources([rule], age: 59, counts: counts))
                == ["a v1 holds 50", "a v2 unknown"])
        #expect(
            Self.seen(Self.sources([rule], age: 60, counts: counts))
                == ["a v1 holds 50", "a v2 clear"])
        let rate = Self.rule(.requestRate(below: 0.5, above: nil))
        #expect(Self.seen(Self.sources([rate], age: 59), usual: ["a": 1]) == ["a unknown"])
        #expect(Self.seen(Self.sources([rate]), usual: ["a": 1]) == ["a holds 0"])
        // Without a past there is nothing to say.
        #expect(Self.seen(Self.sources([rate])) == ["a unknown"])
    }

    @Test func otherRoutesAreLeftAlone() {
        var rule = Self.rule(.errors(above: 0.05))
        rule.routes = ["b"]
        #expect(Self.seen(Self.sources([rule])).isEmpty)
    }
}
