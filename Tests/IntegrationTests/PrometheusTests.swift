// Proves: a real Prometheus scrapes a running gateway, answers the dashboard's panels, and alerts.

import Foundation
import Testing
import Waiting

// One after the other: each runs a Prometheus that evaluates every rule each second.
@Suite(.serialized) struct PrometheusTests {
    /// `/api/v1/routes/{route}`, as far as metrics tell the same.
    private struct RouteState: Decodable {
        let total: ComparisonDocument
        let ramp: RampDocument
    }

    // MARK: The panels

    @Test func everyPanelOfTheDashboardIsAnswered() async throws {
        try await Scenario.run { scenario in
            let stage = try await PrometheusStage(scenario, history: 2.5)
            let dashboard = try GrafanaDashboard.read()
            #expect(dashboard.queries.count > 50)
            try await stage.gateway.underLoad(.users(200, rate: 100)) { load in
                try await load.waitForMore(100)
                try await stage.waitForScrape()
                // What is decided from now on shows as an increase.
                try await stage.act("pause")
                for (title, expression) in dashboard.queries {
                    try await Wait.until("an answer to \(title): \(expression)") {
                        let samples = try await stage.prometheus.query(expression)
                        if samples.contains(where: { $0.value.isFinite }) { return true }
                        try await stage.streamAndCall()
                        return false
                    }
                }
            }
            try await self.expectVariables(stage, dashboard)
            try await self.expectTheApiSaysTheSame(stage, dashboard)
            try await self.expectCertificate(stage, dashboard)
            try await self.expectFamiliesOfThePage(stage)
            try await self.expectHistograms(stage)
        }
    }

    private func expectVariables(
        _ stage: PrometheusStage, _ dashboard: GrafanaDashboard
    ) async throws {
        var found: [String: [String]] = [:]
        for (name, label, selector) in dashboard.variables {
            found[name] = try await stage.prometheus.labelValues(label, of: selector)
        }
        #expect(
            found == [
                "instance": [stage.gateway.admin], "route": ["sentiment", "told"],
                "version": ["v1", "v2"],
            ])
    }

    /// Once all requests have ended, everything that was counted is in both.
    private func expectTheApiSaysTheSame(
        _ stage: PrometheusStage, _ dashboard: GrafanaDashboard
    ) async throws {
        let prometheus = stage.prometheus
        let own = "route=\"sentiment\""
        let state = try await Wait.value("Prometheus to have all requests") {
            () -> RouteState? in
            let state = try await stage.document("/api/v1/routes/sentiment", as: RouteState.self)
            let seen = try await prometheus.value("sum(sluice_requests_total{\(own)})")
            let isOver = state.total.versions.allSatisfy { $0.inFlight == 0 }
            let all = state.total.versions.map(\.requests).reduce(0, +)
            return isOver && seen == Double(all) ? state : nil
        }
        for version in state.total.versions {
            let selector = "{\(own), version=\"\(version.version)\"}"
            #expect(version.requests > 0)
            #expect(
                try await prometheus.values("sluice_requests_total\(selector)", by: "status")
                    == version.statuses.mapValues(Double.init))
            #expect(
                try await prometheus.values("sluice_errors_total\(selector)", by: "kind")
                    == version.errors.mapValues(Double.init))
            let wanted = try #require(dashboard.queries("Shares wanted and achieved").first)
            let shares = try await prometheus.query(wanted).filter {
                $0.labels == ["route": "sentiment", "version": version.version]
            }
            #expect(shares.map(\.value) == [version.shareWanted / 100])
            try await expectQuantiles(version, prometheus, selector)
        }
        #expect(state.ramp.phase == "paused")
        for (title, value) in [
            ("Step", Double(state.ramp.step)), ("Candidate's share", state.ramp.share / 100),
            // The third of all phases.
            ("Phase", 3), ("Ramps under way", 1), ("Files", 1), ("Journal writable", 1),
        ] {
            let expression = try #require(dashboard.queries(title).first, "\(title)")
            #expect(try await prometheus.value(expression) == value, "\(title)")
        }
        let usual = try #require(dashboard.queries("Beside what is usual").last)
        #expect(try await prometheus.values(usual, by: "route") == ["sentiment": 2.5])
        let decisions = try await stage.document("/api/v1/decisions", as: DecisionList.self)
        let kinds = Dictionary(grouping: decisions.decisions, by: \.kind)
        #expect(
            try await prometheus.values("sluice_decisions_total > 0", by: "kind")
                == kinds.mapValues { Double($0.count) })
    }

    /// A quantile of Prometheus lies in the bucket in which the API has it.
    private func expectQuantiles(
        _ version: ComparisonDocument.Version, _ prometheus: Prometheus, _ selector: String
    ) async throws {
        let name = "sluice_request_duration_seconds_bucket\(selector)"
        let bounds = try await prometheus.query(name).compactMap {
            $0.labels["le"].flatMap(Double.init)
        }.sorted()
        #expect(bounds.count == 18)
        for (quantile, rank) in [("p50", "0.5"), ("p90", "0.9"), ("p99", "0.99")] {
            let told = try #require(version.latencyMs[quantile]).value / 1_000
            let seen = try #require(
                try await prometheus.value("histogram_quantile(\(rank), sum by (le) (\(name)))"))
            // The API's is the middle of a bucket that is 1 % wide.
            let isThere = zip([0] + bounds, bounds).contains { low, high in
                (low...high).contains(seen) && (low * 0.98...high * 1.02).contains(told)
            }
            #expect(isThere, "\(quantile) is \(told) here and \(seen) there")
        }
    }

    private func expectCertificate(
        _ stage: PrometheusStage, _ dashboard: GrafanaDashboard
    ) async throws {
        let read = try await stage.scenario.openssl(
            "x509", "-in", stage.scenario.certificate, "-noout", "-enddate", "-dateopt", "iso_8601")
        let text = try #require(read.output.firstMatch(of: /notAfter=(\S+) (\S+)Z/))
        let end = try Date("\(text.1)T\(text.2)Z", strategy: .iso8601).timeIntervalSince1970
        let expression = "sluice_certificate_expiry_timestamp_seconds"
        #expect(
            try await stage.prometheus.values(expression, by: "certificate") == [
                "development": end
            ])
    }

    /// `docs/metrics.md` tells of each family what Prometheus was told.
    private func expectFamiliesOfThePage(_ stage: PrometheusStage) async throws {
        let page = try String(
            contentsOfFile: "\(Scenario.packageRoot)/docs/metrics.md", encoding: .utf8)
        let rows = page.matches(
            of: /\| `([a-z_0-9]+)` \| (counter|gauge|histogram) \| .*\| (.+) \|\n/)
        let families = try await stage.prometheus.families()
        #expect(Set(rows.map { String($0.1) }) == Set(families.keys))
        let queries = page.matches(of: /\| [^|`]+ \| `([^`]+)` \|\n/)
        #expect(queries.count == 5)
        for query in queries {
            let samples = try await stage.prometheus.query(String(query.1))
            #expect(samples.contains { $0.value.isFinite }, "\(query.1)")
        }
        for row in rows {
            #expect(families[String(row.1)]?.type == String(row.2), "\(row.1)")
            #expect(families[String(row.1)]?.help == String(row.3), "\(row.1)")
        }
    }

    /// Every series of every histogram has the buckets of the page, each with all that is in those
    /// before it, and the last with all that was counted: what Prometheus 3 makes native ones of.
    private func expectHistograms(_ stage: PrometheusStage) async throws {
        let page = try String(
            contentsOfFile: "\(Scenario.packageRoot)/docs/metrics.md", encoding: .utf8)
        let list = try #require(page.firstMatch(of: /end at these seconds \(`le`\):\n(.+)\n/)).1
        let wanted = list.matches(of: /`([^`]+)`/).compactMap { Double($0.1) }
        #expect(wanted.count == 18 && wanted == wanted.sorted() && wanted.last == .infinity)
        let names = try await stage.prometheus.families().filter { $0.value.type == "histogram" }
            .keys.sorted()
        var seen: Set<String> = []
        for name in names {
            let series = Dictionary(
                grouping: try await stage.prometheus.query("\(name)_bucket")
            ) { sample in sample.labels.filter { !["__name__", "le"].contains($0.key) } }
            for (labels, buckets) in series {
                let all = try buckets.map { bucket in
                    (end: try #require(bucket.labels["le"].flatMap(Double.init)), bucket.value)
                }.sorted { $0.end < $1.end }
                #expect(all.map(\.end) == wanted, "\(name) \(labels)")
                #expect(zip(all, all.dropFirst()).allSatisfy { $0.1 <= $1.1 }, "\(name) \(all)")
                let counts = try await stage.prometheus.query("\(name)_count")
                let own = counts.filter {
                    $0.labels.filter { $0.key != "__name__" } == labels
                }
                #expect(own.map(\.value) == [all.last?.1].compactMap(\.self), "\(name) \(labels)")
                if own.first?.value ?? 0 > 0 { seen.insert(name) }
            }
        }
        #expect(
            seen.isSuperset(of: [
                "sluice_first_byte_seconds", "sluice_request_duration_seconds",
                "sluice_stream_event_gap_seconds",
            ]), "\(seen)")
    }

    // MARK: The alerts

    @Test func aRollbackAndABrokenFileAreAlerted() async throws {
        try await Scenario.run { scenario in
            let stage = try await PrometheusStage(scenario)
            try await stage.gateway.underLoad(.users(200)) { load in
                try await load.waitForMore(100)
                let counter = "sluice_decisions_total{route=\"sentiment\", kind=\"rolled_back\"}"
                try await Wait.until("the counter at 0") {
                    try await stage.prometheus.value(counter) == 0
                }
                try await scenario.change(stage.candidate, ["error_rate": 1])
                try await Wait.until("the alert on the rollback", seconds: 90) {
                    try await stage.alerts("SluiceRollback", "firing") == ["sentiment"]
                }
                #expect(try await stage.prometheus.value(counter) == 1)
            }
            try scenario.write("Routes/broken.yaml", "route: [\n")
            let name = "SluiceConfigReloadFailed"
            try await Wait.until("the alert on the files") {
                try await stage.alerts(name, "pending") == [""]
            }
            try scenario.remove("Routes/broken.yaml")
            try await Wait.until("the end of the alert") {
                try await stage.alerts(name, "pending").isEmpty
            }
            try await Wait.until("every rule to be evaluated") {
                try await stage.prometheus.rules().allSatisfy { $0.health != "unknown" }
            }
            let rules = try await stage.prometheus.rules()
            #expect(rules.count > 50)
            for rule in rules { #expect(rule.health == "ok", "\(rule.name)") }
        }
    }
}

extension PrometheusStage {
    /// The routes of the alerts of a name that are in a state.
    fileprivate func alerts(_ name: String, _ state: String) async throws -> [String] {
        let selector = "{alertname=\"\(name)\", alertstate=\"\(state)\"}"
        return try await prometheus.query("ALERTS\(selector)").map { $0.labels["route"] ?? "" }
    }
}
