// Proves: promtool finds nothing to say of the metrics, and the rules do what they are tested for.

import Foundation
import Testing
import Waiting

@Suite struct PrometheusRulesTests {
    private static let folder = "\(PrometheusStage.folder)/prometheus"

    @Test func theMetricsOfARunningGatewayAreClean() async throws {
        try await Scenario.run { scenario in
            let stage = try await PrometheusStage(scenario)
            _ = try await scenario.curl(stage.gateway, "/v1/sentiment", ["-d", "{}"])
            try await stage.streamAndCall()
            let text = try await Wait.value("the metrics with a stream and a call") {
                () -> String? in
                let text = try await stage.metrics()
                let isWhole =
                    text.contains("sluice_stream_event_gap_seconds_count")
                    && text.contains("sluice_grpc_requests_total{")
                return isWhole ? text : nil
            }
            #expect(Metrics(text).faults == [])
            try scenario.write("metrics", text)
            let check = try await scenario.promtool(
                ["check", "metrics"], input: "\(scenario.folder)/metrics")
            #expect(check.end == .exit(0))
            #expect(check.output + check.errors == "")
            // It would have found something.
            try scenario.write("metrics", "# TYPE sluice_wrong counter\nsluice_wrong 1\n")
            let wrong = try await scenario.promtool(
                ["check", "metrics"], input: "\(scenario.folder)/metrics")
            #expect(wrong.end != .exit(0))
        }
    }

    /// What `docs/metrics.md` says of native histograms: Prometheus 2 does not know the key.
    @Test func histogramsAreMadeNativeByPrometheus3Alone() async throws {
        try await Scenario.run { scenario in
            let version = try await scenario.promtool(["--version"]).output
            let major = try #require(
                version.firstMatch(of: /version (\d+)\./).flatMap { Int($0.1) })
            try scenario.write(
                "prometheus.yml",
                """
                scrape_configs:
                  - job_name: sluice
                    convert_classic_histograms_to_nhcb: true
                    always_scrape_classic_histograms: true
                    static_configs: [{targets: ["127.0.0.1:9901"]}]

                """)
            let check = try await scenario.promtool(["check", "config", "prometheus.yml"])
            #expect((check.end == .exit(0)) == (major >= 3), "\(version)\(check.errors)")
            if major < 3 {
                #expect(check.errors.contains("field convert_classic_histograms_to_nhcb not found"))
            }
        }
    }

    @Test func theExampleAndItsRulesAreValid() async throws {
        try await Scenario.run { scenario in
            let check = try await scenario.promtool(
                ["check", "config", "--lint-fatal", "\(Self.folder)/prometheus.yml"])
            #expect(check.end == .exit(0), "\(check.errors)")
            #expect(check.output.contains("3 rule files found"), "\(check.output)")
        }
    }

    @Test(arguments: ["certificates", "gateway", "pattern", "versions"])
    func alertsFireWhenTheyMustAndOnlyThen(file: String) async throws {
        try await Scenario.run { scenario in
            let test = try await scenario.promtool(
                ["test", "rules", "\(Self.folder)/tests/\(file).yaml"])
            #expect(test.end == .exit(0), "\(test.output)\(test.errors)")
            #expect(test.output.contains("SUCCESS"))
        }
    }

    @Test func everyFileOfTestsIsRun() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: "\(Self.folder)/tests")
        #expect(
            names.sorted()
                == ["certificates", "gateway", "pattern", "versions"].map { "\($0).yaml" })
    }
}
