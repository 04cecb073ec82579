// The text of /metrics: its grammar, its escaping, and its numbers.

import Control
import Plan
import Recording
import Testing

@testable import Admin

@Suite struct PrometheusTextTests {
    private func state(_ outcomes: [Outcome], route: String = "r") -> GatewayState {
        let registry = RecorderRegistry(workers: 2)
        for (index, outcome) in outcomes.enumerated() {
            let recorder = registry.version(worker: index % 2, route: route, version: "v1")
            recorder.began()
            recorder.finished(outcome)
        }
        return state(registry.snapshot())
    }

    private func state(_ snapshot: Snapshot) -> GatewayState {
        let good = ReloadResult(isSuccessful: true, second: 5, problems: [])
        return GatewayState(
            plan: Plan(revision: 3, gateway: GatewaySettings(), limits: Plan.Limits(), routes: []),
            reload: ReloadResult(isSuccessful: false, second: 9, problems: ["x"]),
            certificates: good, isDraining: false, startSecond: 1, snapshot: snapshot,
            certificateEnds: ["a": 77])
    }

    private func outcome(_ status: Int, _ kind: OutcomeKind, _ microseconds: Int) -> Outcome {
        Outcome(
            status: status, kind: kind, firstByteMicroseconds: microseconds / 2,
            totalMicroseconds: microseconds, receivedBytes: 10, sentBytes: 20, isOverride: false,
            retries: 0)
    }

    @Test func countsWhatWasRecorded() {
        let text = PrometheusText.make(
            MetricReading(
                state([
                    outcome(200, .answered, 900), outcome(200, .answered, 9_000),
                    outcome(500, .answered, 9_000), outcome(502, .connect, 10),
                    outcome(0, .clientGone, 10),
                ])))
        let wanted = [
            "sluice_requests_total{route=\"r\",version=\"v1\",status=\"2xx\"} 2",
            "sluice_requests_total{route=\"r\",version=\"v1\",status=\"5xx\"} 2",
            "sluice_requests_total{route=\"r\",version=\"v1\",status=\"none\"} 1",
            "sluice_errors_total{route=\"r\",version=\"v1\",kind=\"connect\"} 1",
            "sluice_errors_total{route=\"r\",version=\"v1\",kind=\"server_error\"} 1",
            "sluice_client_gone_total{route=\"r\",version=\"v1\"} 1",
            "sluice_received_bytes_total{route=\"r\",version=\"v1\"} 50",
            "sluice_request_duration_seconds_bucket{route=\"r\",version=\"v1\",le=\"0.001\"} 1",
            "sluice_request_duration_seconds_bucket{route=\"r\",version=\"v1\",le=\"+Inf\"} 3",
            "sluice_request_duration_seconds_count{route=\"r\",version=\"v1\"} 3",
            "sluice_request_duration_seconds_sum{route=\"r\",version=\"v1\"} 0.0189",
            "sluice_config_last_reload_successful 0", "sluice_config_revision 3",
            "sluice_certificate_expiry_timestamp_seconds{certificate=\"a\"} 77",
        ]
        let lines = Set(text.split(separator: "\n").map(String.init))
        for line in wanted { #expect(lines.contains(line), "\(line)") }
    }

    @Test func countsCallsAndStreams() {
        let made = FiguresMaking()
        made.countCalls()
        made.countStreams()
        made.count(FiguresMaking.outcome(), of: "v2")
        let text = PrometheusText.make(MetricReading(state(made.registry.snapshot())))
        let own = "route=\"r\",version=\"v1\""
        let wanted = [
            "sluice_grpc_requests_total{\(own),grpc_status=\"ok\"} 3",
            "sluice_grpc_requests_total{\(own),grpc_status=\"unavailable\"} 2",
            "sluice_grpc_requests_total{\(own),grpc_status=\"internal\"} 1",
            "sluice_errors_total{\(own),kind=\"grpc_error\"} 2",
            "sluice_errors_total{\(own),kind=\"server_error\"} 1",
            "sluice_streams_total{\(own),outcome=\"whole\"} 7",
            "sluice_streams_total{\(own),outcome=\"broken\"} 2",
            "sluice_streams_total{\(own),outcome=\"client_gone\"} 1",
            "sluice_stream_events_total{\(own)} 403",
            "sluice_stream_sent_bytes_total{\(own)} 40000",
            "sluice_stream_duration_seconds_total{\(own)} 20.0",
            "sluice_stream_event_gap_seconds_bucket{\(own),le=\"0.025\"} 2",
            "sluice_stream_event_gap_seconds_bucket{\(own),le=\"0.1\"} 402",
            "sluice_stream_event_gap_seconds_bucket{\(own),le=\"+Inf\"} 402",
            "sluice_stream_event_gap_seconds_sum{\(own)} 20.002",
            "sluice_stream_event_gap_seconds_count{\(own)} 402",
            // Of all answers with a first byte, broken streams among them.
            "sluice_first_byte_seconds_count{\(own)} 16",
            "sluice_request_duration_seconds_count{\(own)} 13",
        ]
        let lines = text.split(separator: "\n").map(String.init)
        for line in wanted { #expect(lines.contains(line), "\(line)") }
        // A version without either has no samples of them.
        let others = lines.filter { $0.contains("version=\"v2\"") }
        #expect(!others.isEmpty)
        #expect(others.allSatisfy { !$0.contains("grpc") && !$0.contains("sluice_stream") })
    }

    @Test func countsShadowsApart() {
        let made = ShadowMaking()
        let text = PrometheusText.make(MetricReading(made.state))
        let own = "route=\"r\",shadow=\"v2\""
        let wanted = [
            "sluice_shadow_requests_total{\(own)} 12", "sluice_shadow_in_flight{\(own)} 1",
            "sluice_shadow_held_bytes{\(own)} 4096",
            "sluice_shadow_dropped_total{\(own),reason=\"requests\"} 3",
            "sluice_shadow_dropped_total{\(own),reason=\"late\"} 0",
            "sluice_shadow_responses_total{\(own),role=\"shadow\",status=\"2xx\"} 1",
            "sluice_shadow_responses_total{\(own),role=\"primary\",status=\"2xx\"} 2",
            "sluice_shadow_errors_total{\(own),role=\"shadow\",kind=\"timeout\"} 1",
            "sluice_shadow_duration_seconds_bucket{\(own),role=\"shadow\",le=\"0.01\"} 0",
            "sluice_shadow_duration_seconds_bucket{\(own),role=\"primary\",le=\"0.01\"} 2",
            "sluice_shadow_duration_seconds_count{\(own),role=\"shadow\"} 1",
            "sluice_shadow_pairs_total{\(own),kind=\"shadow\",result=\"agrees\"} 8",
            "sluice_shadow_pairs_total{\(own),kind=\"shadow\",result=\"differs\"} 2",
            "sluice_shadow_pairs_total{\(own),kind=\"shadow\",result=\"not_comparable\"} 1",
            "sluice_shadow_pairs_total{\(own),kind=\"control\",result=\"differs\"} 1",
            "sluice_shadow_not_comparable_total{\(own),kind=\"shadow\",reason=\"too_large\"} 1",
            "sluice_shadow_agreement_ratio{\(own),kind=\"shadow\"} 0.8",
            "sluice_shadow_agreement_ratio{\(own),kind=\"control\"} 0.9",
            "sluice_shadow_examples_total{\(own),result=\"lost\"} 1",
            "sluice_shadow_pairs_waiting 5",
            // What callers asked of versions is counted without copies.
            "sluice_requests_total{route=\"r\",version=\"v1\",status=\"2xx\"} 1",
        ]
        let lines = text.split(separator: "\n").map(String.init)
        for line in wanted { #expect(lines.contains(line), "\(line)") }
        let versions = lines.filter {
            $0.hasPrefix("sluice_requests_total{") && !$0.hasSuffix(" 0")
        }
        #expect(versions.count == 1)
        // Nothing is said of the pairs of a shadow that is not compared, nor where there is none.
        #expect(!lines.contains { $0.contains("_pairs_total") && $0.contains("shadow=\"v3\"") })
        #expect(!PrometheusText.make(MetricReading(state([]))).contains("\nsluice_shadow"))
    }

    @Test(arguments: [false, true])
    func followsTheGrammar(hasEverything: Bool) {
        let shadows = ShadowMaking()
        let made = shadows.made
        made.count(FiguresMaking.outcome())
        if hasEverything {
            made.countCalls()
            made.countStreams()
        }
        let text = PrometheusText.make(
            MetricReading(hasEverything ? shadows.state : state(made.registry.snapshot())))
        var families: Set<String> = []
        var seen: Set<String> = []
        for line in text.split(separator: "\n") {
            if line.hasPrefix("# TYPE ") {
                let name = String(line.split(separator: " ")[2])
                #expect(families.insert(name).inserted, "\(name) twice")
            } else if !line.hasPrefix("#") {
                let series = String(line.prefix(upTo: line.lastIndex(of: " ") ?? line.endIndex))
                #expect(seen.insert(series).inserted, "\(series) twice")
                let name = String(series.prefix { $0 != "{" })
                #expect(name.hasPrefix("sluice_") || name.hasPrefix("process_"))
                let isKnown = families.contains { family in
                    name == family
                        || ["_bucket", "_sum", "_count"].contains { name == family + $0 }
                }
                #expect(isKnown, "\(name) without a type")
            }
        }
        #expect(text.hasSuffix("\n"))
    }

    @Test func escapesLabels() {
        let text = PrometheusText.make(
            MetricReading(state([outcome(200, .answered, 900)], route: "a\"b\\c\nd")))
        #expect(text.contains("route=\"a\\\"b\\\\c\\nd\""))
    }

    @Test(
        arguments: [
            (nil, 60), ("60s", 60), ("10m", 600), ("24h", 86_400), ("90", 90), ("25h", nil),
            ("0s", nil), ("-5s", nil), ("s", nil), ("", nil), ("1e3s", nil),
            ("99999999999999s", nil),
        ] as [(String?, Int?)])
    func readsWindows(text: String?, seconds: Int?) {
        #expect(AdminServer.seconds(text) == seconds)
    }
}
