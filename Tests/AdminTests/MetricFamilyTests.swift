// The table of metrics: what is exposed is in it, what is in it is exposed, and the page tells it.

import Control
import Foundation
import Plan
import Recording
import Testing
import Verdict

@testable import Admin

@Suite struct MetricFamilyTests {
    private static let families = MetricArea.all.flatMap(\.families)
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    /// An alert that is pending.
    private static func alerts() -> [ActiveAlert] {
        var engine = AlertEngine(nowMilliseconds: 0)
        var rule = AlertRule(name: "errors", condition: .errors(above: 0.05))
        rule.holdMilliseconds = 1_000
        let subject = AlertSubject("errors", route: "r", version: "v1")
        _ = engine.look(
            [AlertObservation(rule, subject, .holds(nil))], nowMilliseconds: 0, dayMilliseconds: 0)
        return engine.instances.map { ActiveAlert(subject: $0.key, instance: $0.value) }
    }

    /// A gateway in which everything has been seen that there are metrics of.
    private static func everything() -> String {
        let shadows = ShadowMaking()
        let made = shadows.made
        made.count(FiguresMaking.outcome(503))
        made.countCalls()
        made.countStreams()
        let good = ReloadResult(isSuccessful: true, second: 5, problems: [])
        var ramp = RampState(stable: "v1", candidate: "v2", digest: "d", stratum: 1)
        ramp.phase = .step
        ramp.share = 25_000
        let state = GatewayState(
            plan: Plan(
                revision: 3, gateway: GatewaySettings(), limits: Plan.Limits(),
                routes: [FiguresMaking.route]),
            reload: good, certificates: good, isDraining: false, startSecond: 1,
            snapshot: made.registry.snapshot(), certificateEnds: ["a": 77], ramps: ["r": ramp],
            decisions: ["r": [.started: 1]], shadows: shadows.states, alerts: alerts())
        return PrometheusText.make(
            MetricReading(
                state, webhooks: WebhookCounters(waiting: 0), process: ProcessFigures.now()))
    }

    /// The samples of a text by the name of their family, each as its labels.
    private static func samples(_ text: String) -> [(family: String, labels: [(String, String)])] {
        var family = ""
        var samples: [(family: String, labels: [(String, String)])] = []
        for line in text.split(separator: "\n") {
            if let type = line.wholeMatch(of: /# TYPE (\S+) \S+/) {
                family = String(type.1)
            } else if !line.hasPrefix("#") {
                let labels = line.matches(of: /([a-z_]+)="([^"]*)"/)
                samples.append((family, labels.map { (String($0.1), String($0.2)) }))
            }
        }
        return samples
    }

    @Test func whatIsExposedIsTheTable() {
        let heads = Self.everything().split(separator: "\n").filter { $0.hasPrefix("#") }
        let wanted = Self.families.flatMap {
            ["# HELP \($0.name) \($0.help)", "# TYPE \($0.name) \($0.kind.rawValue)"]
        }
        #expect(heads.map(String.init) == wanted)
        #expect(Set(Self.families.map(\.name)).count == Self.families.count)
    }

    @Test func everyFamilyHasSamplesWithItsLabels() {
        let samples = Self.samples(Self.everything())
        for family in Self.families {
            let own = samples.filter { $0.family == family.name }
            #expect(!own.isEmpty, "\(family.name)")
            for sample in own {
                let labels = sample.labels.filter { $0.0 != "le" }
                #expect(labels.map(\.0) == family.labels.map(\.name), "\(family.name)")
                for (label, shown) in zip(family.labels, labels) where !label.values.isEmpty {
                    #expect(label.values.contains(shown.1), "\(family.name): \(shown.1)")
                }
            }
        }
    }

    @Test func namesEndInTheirUnits() {
        let units = ["_seconds", "_bytes", "_ratio"]
        for family in Self.families {
            #expect((family.kind == .counter) == family.name.hasSuffix("_total"), "\(family.name)")
            let base = family.name.replacing("_total", with: "")
            for unit in units where base.contains(unit) {
                #expect(base.hasSuffix(unit), "\(family.name)")
            }
            #expect(family.kind != .histogram || base.hasSuffix("_seconds"))
            #expect(family.help.hasSuffix("."), "\(family.name)")
            #expect(!family.help.contains { "\\\n|".contains($0) }, "\(family.name)")
        }
    }

    /// A counter that is seen at 0 first shows how it grew.
    @Test func whatWasNeverCountedIsSeenAtZero() {
        let lines = Set(Self.everything().split(separator: "\n").map(String.init))
        for line in [
            "sluice_decisions_total{route=\"r\",kind=\"rolling_back\"} 0",
            "sluice_decisions_total{route=\"r\",kind=\"started\"} 1",
            "sluice_requests_total{route=\"r\",version=\"v1\",status=\"4xx\"} 0",
            "sluice_requests_total{route=\"r\",version=\"v2\",status=\"2xx\"} 0",
            "sluice_errors_total{route=\"r\",version=\"v2\",kind=\"server_error\"} 0",
            "sluice_request_duration_seconds_count{route=\"r\",version=\"v2\"} 0",
        ] {
            #expect(lines.contains(line), "\(line)")
        }
    }

    /// Ten thousand routes that nobody asks for must not make the answer long.
    @Test func routesThatNobodyAsksForHaveTheirSharesAlone() {
        let good = ReloadResult(isSuccessful: true, second: 5, problems: [])
        let state = GatewayState(
            plan: Plan(
                revision: 1, gateway: GatewaySettings(), limits: Plan.Limits(),
                routes: [FiguresMaking.route]),
            reload: good, certificates: good, isDraining: false, startSecond: 1,
            snapshot: RecorderRegistry(workers: 1).snapshot(), certificateEnds: [:])
        let lines = PrometheusText.make(MetricReading(state)).split(separator: "\n")
        #expect(
            lines.filter { $0.contains("route=") } == [
                "sluice_share_wanted_ratio{route=\"r\",version=\"v1\"} 0.75",
                "sluice_share_wanted_ratio{route=\"r\",version=\"v2\"} 0.25",
            ])
    }

    /// Copies of requests that shadows got are no requests of the version.
    @Test func copiesAreNotCountedAmongRequests() {
        let registry = RecorderRegistry(workers: 1)
        for role in [RequestRole.shadow, .mirrored] {
            registry.version(worker: 0, route: "r", version: "v1", role: role)
                .finished(FiguresMaking.outcome())
        }
        let good = ReloadResult(isSuccessful: true, second: 5, problems: [])
        let text = PrometheusText.make(
            MetricReading(
                GatewayState(
                    plan: Plan(
                        revision: 1, gateway: GatewaySettings(), limits: Plan.Limits(), routes: []),
                    reload: good, certificates: good, isDraining: false, startSecond: 1,
                    snapshot: registry.snapshot(), certificateEnds: [:])))
        #expect(!text.contains("sluice_requests_total{"))
    }

    @Test func theProcessIsThisOne() throws {
        let figures = ProcessFigures.now()
        #expect(try #require(figures.cpuSeconds) > 0)
        let resident = try #require(figures.residentBytes)
        #expect(resident > 1_000_000)
        #expect(try #require(figures.virtualBytes) >= resident)
        let now = Date().timeIntervalSince1970
        #expect((now - 86_400...now + 2).contains(try #require(figures.startSecond)))
        // Another one is open while this is.
        let most = try #require(figures.mostDescriptors)
        #expect((3...most).contains(try #require(figures.openDescriptors)))
    }

    @Test func thePageIsTheTable() throws {
        let page = try String(contentsOfFile: "\(Self.root)/docs/metrics.md", encoding: .utf8)
        let marker = try #require(page.firstRange(of: /<!-- made by make metrics [^\n]*\n/))
        #expect(
            page[marker.upperBound...] == MetricsPage.text,
            "`make metrics` writes what the program says into docs/metrics.md")
    }

    @Test func theReleaseIsThatOfTheChangelog() throws {
        let text = try String(contentsOfFile: "\(Self.root)/CHANGELOG.md", encoding: .utf8)
        let newest = try #require(text.firstMatch(of: /\n## (\S+)/))
        #expect(BuildInfo.version == newest.1.lowercased())
        #expect(BuildInfo.openSSL.hasPrefix("3."))
    }
}
