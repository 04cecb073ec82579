// The figures in Prometheus' text format, version 0.0.4.

import Control
import Plan
import Recording
import Verdict

/// Builds the answer of `/metrics`. Every name begins with `sluice_` and ends in its unit.
struct PrometheusText {
    /// Upper bounds of the histograms' buckets, in microseconds.
    private static let bounds = [
        500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000,
        2_500_000, 5_000_000, 10_000_000, 30_000_000, 60_000_000, 300_000_000,
    ]

    private var text = ""

    static func make(_ state: GatewayState, webhooks: WebhookCounters? = nil) -> String {
        var writer = PrometheusText()
        writer.writeProcess(state)
        writer.writeWorkers(state.snapshot.workers)
        let versions = state.snapshot.versions.sorted { $0.key < $1.key }
        writer.writeVersions(versions)
        writer.writeCalls(versions)
        writer.writeStreams(versions)
        writer.writeShares(state.plan)
        writer.writeRamps(state)
        if let webhooks { writer.writeWebhooks(webhooks) }
        return writer.text
    }

    private mutating func writeProcess(_ state: GatewayState) {
        family("sluice_config_last_reload_successful", "gauge", "Whether the files are served.")
        sample("sluice_config_last_reload_successful", [], state.reload.isSuccessful ? 1 : 0)
        family("sluice_config_last_reload_timestamp_seconds", "gauge", "When they were read.")
        sample("sluice_config_last_reload_timestamp_seconds", [], state.reload.second)
        family("sluice_config_revision", "gauge", "Counts configurations that were served.")
        sample("sluice_config_revision", [], Int(clamping: state.plan.revision))
        family(
            "sluice_certificates_last_reload_successful", "gauge",
            "Whether the certificates on disk are used.")
        sample(
            "sluice_certificates_last_reload_successful", [],
            state.certificates.isSuccessful ? 1 : 0)
        family("sluice_certificate_expiry_timestamp_seconds", "gauge", "When it ends.")
        for (label, end) in state.certificateEnds.sorted(by: { $0.key < $1.key }) {
            sample("sluice_certificate_expiry_timestamp_seconds", [("certificate", label)], end)
        }
        family("sluice_start_timestamp_seconds", "gauge", "When the gateway started.")
        sample("sluice_start_timestamp_seconds", [], state.startSecond)
        family("sluice_draining", "gauge", "Whether the gateway is shutting down.")
        sample("sluice_draining", [], state.isDraining ? 1 : 0)
    }

    private mutating func writeWorkers(_ figures: WorkerFigures) {
        family("sluice_connections", "gauge", "Open client connections.")
        sample("sluice_connections", [], figures.openConnections)
        let counters: [(String, String, WorkerCounter)] = [
            ("sluice_connections_total", "Client connections accepted.", .connectionsAccepted),
            ("sluice_connections_refused_total", "Refused for a limit.", .connectionsRefused),
            ("sluice_tls_handshakes_total", "Handshakes finished.", .handshakes),
            ("sluice_tls_handshakes_resumed_total", "Of these resumed.", .handshakesResumed),
            ("sluice_tls_handshakes_failed_total", "Handshakes failed.", .handshakesFailed),
            ("sluice_retries_total", "Requests sent again.", .retries),
            ("sluice_tunnels_total", "Connections upgraded to tunnels.", .tunnels),
            ("sluice_http2_connections_total", "Connections with HTTP/2.", .http2Connections),
            ("sluice_access_log_dropped_total", "Log lines dropped.", .accessLogDropped),
        ]
        for (name, help, counter) in counters {
            family(name, "counter", help)
            sample(name, [], figures.count(counter))
        }
        family("sluice_problems_total", "counter", "Answers of the gateway's own, by error.")
        for error in GatewayError.allCases {
            sample("sluice_problems_total", [("error", "\(error.slug)")], figures.count(error))
        }
        writeAbuse(figures)
    }

    private mutating func writeAbuse(_ figures: WorkerFigures) {
        let name = "sluice_http2_abuse_total"
        family(name, "counter", "Connections and streams ended for a misuse of HTTP/2, by reason.")
        for abuse in HTTP2Abuse.allCases {
            sample(name, [("reason", abuse.name)], figures.count(abuse))
        }
    }

    private mutating func writeVersions(_ versions: [(key: VersionKey, value: VersionFigures)]) {
        family("sluice_requests_total", "counter", "Ended requests by class of status.")
        for (key, figures) in versions {
            for (name, count) in zip(StatusClass.names, figures.statuses) where count > 0 {
                sample("sluice_requests_total", labels(key) + [("status", name)], count)
            }
        }
        family("sluice_errors_total", "counter", "Failed requests by kind.")
        for (key, figures) in versions {
            for kind in OutcomeKind.failures {
                let kindLabel = [("kind", kind.description)]
                sample("sluice_errors_total", labels(key) + kindLabel, figures.count(kind))
            }
            let kindLabel = [("kind", "server_error")]
            sample("sluice_errors_total", labels(key) + kindLabel, figures.serverErrors)
            if figures.grpc != nil {
                let kindLabel = [("kind", "grpc_error")]
                sample("sluice_errors_total", labels(key) + kindLabel, figures.grpcErrors)
            }
        }
        let counters: [(String, String, (VersionFigures) -> Int)] = [
            (
                "sluice_client_gone_total", "Clients that went away.",
                { $0.count(.clientGone) }
            ),
            ("sluice_override_requests_total", "Requests of testers.", \.overrides),
            ("sluice_request_retries_total", "Times that requests were sent again.", \.retries),
            ("sluice_received_bytes_total", "Bytes from clients.", \.receivedBytes),
            ("sluice_sent_bytes_total", "Bytes to clients.", \.sentBytes),
        ]
        for (name, help, read) in counters {
            family(name, "counter", help)
            for (key, figures) in versions { sample(name, labels(key), read(figures)) }
        }
        family("sluice_requests_in_flight", "gauge", "Requests under way.")
        for (key, figures) in versions {
            sample("sluice_requests_in_flight", labels(key), figures.inFlight)
        }
        family("sluice_first_byte_seconds", "histogram", "Time to the first byte.")
        for (key, figures) in versions {
            histogram("sluice_first_byte_seconds", labels(key), figures.firstByte)
        }
        family("sluice_request_duration_seconds", "histogram", "Time to the last byte.")
        for (key, figures) in versions {
            histogram("sluice_request_duration_seconds", labels(key), figures.total)
        }
    }

    private mutating func writeCalls(_ versions: [(key: VersionKey, value: VersionFigures)]) {
        let name = "sluice_grpc_requests_total"
        family(name, "counter", "Ended calls of gRPC by status.")
        for (key, figures) in versions {
            guard let calls = figures.grpc else { continue }
            for status in CallStatus.named(calls) where status.count > 0 {
                sample(name, labels(key) + [("grpc_status", status.name)], status.count)
            }
        }
    }

    /// Versions without streams have no samples here.
    private mutating func writeStreams(_ versions: [(key: VersionKey, value: VersionFigures)]) {
        let streaming = versions.compactMap { key, figures in
            figures.streams.map { (key: key, value: $0) }
        }
        family("sluice_streams_total", "counter", "Ended streams of events by their end.")
        for (key, figures) in streaming {
            let ends = [
                ("whole", figures.whole), ("broken", figures.broken),
                ("client_gone", figures.clientGone),
            ]
            for (end, count) in ends {
                sample("sluice_streams_total", labels(key) + [("outcome", end)], count)
            }
        }
        let counters: [(String, String, (StreamFigures) -> Int)] = [
            ("sluice_stream_events_total", "Events passed on.", \.events),
            ("sluice_stream_sent_bytes_total", "Bytes of ended streams to clients.", \.bytes),
        ]
        for (name, help, read) in counters {
            family(name, "counter", help)
            for (key, figures) in streaming { sample(name, labels(key), read(figures)) }
        }
        family("sluice_stream_duration_seconds_total", "counter", "Time of ended streams.")
        for (key, figures) in streaming {
            let seconds = Double(figures.microseconds) / 1_000_000
            line("sluice_stream_duration_seconds_total", labels(key), "\(seconds)")
        }
        let gaps = "sluice_stream_event_gap_seconds"
        family(gaps, "histogram", "Time between two events.")
        for (key, figures) in streaming { histogram(gaps, labels(key), figures.gaps) }
    }

    private mutating func writeShares(_ plan: Plan) {
        family("sluice_share_wanted_ratio", "gauge", "The share of callers wanted.")
        for route in plan.routes {
            for (version, share) in zip(route.versions, route.shares) {
                let key = VersionKey(route: route.name, version: version.name)
                let ratio = Double(share) / Double(BucketTable.bucketCount)
                line("sluice_share_wanted_ratio", labels(key), "\(ratio)")
            }
        }
    }

    private mutating func writeRamps(_ state: GatewayState) {
        family("sluice_journal_writable", "gauge", "Whether decisions can be written.")
        sample("sluice_journal_writable", [], state.journalProblem == nil ? 1 : 0)
        let ramps = state.ramps.sorted { $0.key < $1.key }
        family("sluice_ramp_phase", "gauge", "1 for the phase in which a ramp is.")
        for (route, ramp) in ramps {
            for phase in RampPhase.allCases {
                let labels = [("route", route), ("phase", phase.rawValue)]
                sample("sluice_ramp_phase", labels, ramp.phase == phase ? 1 : 0)
            }
        }
        family("sluice_ramp_step", "gauge", "The step of a ramp, counted from 1.")
        for (route, ramp) in ramps {
            sample("sluice_ramp_step", [("route", route)], ramp.step + 1)
        }
        family("sluice_ramp_share_ratio", "gauge", "The share of a ramp's candidate.")
        for (route, ramp) in ramps {
            let ratio = Double(ramp.share) / Double(BucketTable.bucketCount)
            line("sluice_ramp_share_ratio", [("route", route)], "\(ratio)")
        }
        family("sluice_decisions_total", "counter", "Decisions on ramps, by kind.")
        for (route, counts) in state.decisions.sorted(by: { $0.key < $1.key }) {
            for (kind, count) in counts.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                let labels = [("route", route), ("kind", kind.rawValue)]
                sample("sluice_decisions_total", labels, count)
            }
        }
    }

    private mutating func writeWebhooks(_ counters: WebhookCounters) {
        family("sluice_webhooks_total", "counter", "Webhooks, by what became of them.")
        let results = [
            ("delivered", counters.delivered), ("failed", counters.failed),
            ("dropped", counters.dropped),
        ]
        for (result, count) in results {
            sample("sluice_webhooks_total", [("result", result)], count)
        }
        family("sluice_webhooks_waiting", "gauge", "Webhooks that are yet to be delivered.")
        if let waiting = counters.waiting { sample("sluice_webhooks_waiting", [], waiting) }
    }

    // MARK: Lines

    private func labels(_ key: VersionKey) -> [(String, String)] {
        [("route", key.route), ("version", key.version)]
    }

    private mutating func family(_ name: String, _ kind: String, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n"
    }

    private mutating func histogram(
        _ name: String, _ labels: [(String, String)], _ figures: LatencyFigures
    ) {
        for bound in Self.bounds {
            let label = [("le", "\(Double(bound) / 1_000_000)")]
            sample(name + "_bucket", labels + label, figures.count(below: bound))
        }
        sample(name + "_bucket", labels + [("le", "+Inf")], figures.count)
        line(name + "_sum", labels, "\(Double(figures.sumMicroseconds) / 1_000_000)")
        sample(name + "_count", labels, figures.count)
    }

    private mutating func sample(_ name: String, _ labels: [(String, String)], _ value: Int) {
        line(name, labels, "\(value)")
    }

    private mutating func line(_ name: String, _ labels: [(String, String)], _ value: String) {
        let shown = labels.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
        text += shown.isEmpty ? "\(name) \(value)\n" : "\(name){\(shown)} \(value)\n"
    }

    private static func escaped(_ value: String) -> String {
        value.reduce(into: "") { text, character in
            switch character {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.append(character)
            }
        }
    }
}
