// The metrics of the gateway itself: what runs, its files, its connections, its process.

import Recording
import Verdict

extension MetricFamily {
    static let buildInfo = MetricFamily(
        "sluice_build_info", .gauge, by: [Label("version"), Label("openssl")],
        "1; the labels say which release runs, with which OpenSSL.")
    static let startTimestamp = MetricFamily(
        "sluice_start_timestamp_seconds", .gauge,
        "When the gateway started, in seconds since 1970.")
    static let draining = MetricFamily(
        "sluice_draining", .gauge, "1 while the gateway finishes requests before its end.")
    static let reloadSuccessful = MetricFamily(
        "sluice_config_last_reload_successful", .gauge,
        "1 if what is served is what the files say, 0 if they could not be loaded.")
    static let reloadTimestamp = MetricFamily(
        "sluice_config_last_reload_timestamp_seconds", .gauge,
        "When the files were read last, in seconds since 1970.")
    static let revision = MetricFamily(
        "sluice_config_revision", .gauge,
        "Counts the configurations that were served since the start.")
    static let certificatesSuccessful = MetricFamily(
        "sluice_certificates_last_reload_successful", .gauge,
        "1 if the certificates on disk are used, 0 if they could not be loaded.")
    static let certificateExpiry = MetricFamily(
        "sluice_certificate_expiry_timestamp_seconds", .gauge, by: [Label("certificate")],
        "When a certificate ends, in seconds since 1970, by the name of its file.")
    static let journalWritable = MetricFamily(
        "sluice_journal_writable", .gauge,
        "1 while decisions can be written; 0 keeps shares from being raised.")
    static let alerts = MetricFamily(
        "sluice_alerts", .gauge,
        by: [
            Label("alert"), .route, .version,
            Label("state", AlertInstance.Phase.allCases.map(\.rawValue)),
        ],
        "Built-in alerts that are pending or fire; without any, there are no samples.")

    static let openConnections = MetricFamily(
        "sluice_connections", .gauge, "Client connections that are open.")
    static let connections = MetricFamily(
        "sluice_connections_total", .counter, "Client connections that were accepted.")
    static let connectionsRefused = MetricFamily(
        "sluice_connections_refused_total", .counter,
        "Client connections that were closed at once for a limit.")
    static let handshakes = MetricFamily(
        "sluice_tls_handshakes_total", .counter, "TLS handshakes that were finished.")
    static let handshakesResumed = MetricFamily(
        "sluice_tls_handshakes_resumed_total", .counter,
        "TLS handshakes that resumed a session, of those that were finished.")
    static let handshakesFailed = MetricFamily(
        "sluice_tls_handshakes_failed_total", .counter, "TLS handshakes that failed.")
    static let http2Connections = MetricFamily(
        "sluice_http2_connections_total", .counter, "Client connections that chose HTTP/2.")
    static let http2Abuse = MetricFamily(
        "sluice_http2_abuse_total", .counter,
        by: [Label("reason", HTTP2Abuse.allCases.map(\.name))],
        "Connections and streams that were ended for a misuse of HTTP/2.")
    static let tunnels = MetricFamily(
        "sluice_tunnels_total", .counter, "Connections that became tunnels, as WebSocket does.")
    static let problems = MetricFamily(
        "sluice_problems_total", .counter,
        by: [Label("error", GatewayError.allCases.map { "\($0.slug)" })],
        "Answers of the gateway's own, by the error that x-sluice-error names.")
    static let retries = MetricFamily(
        "sluice_retries_total", .counter, "Times that requests were sent again, of all routes.")
    static let accessLogDropped = MetricFamily(
        "sluice_access_log_dropped_total", .counter,
        "Lines of the access log that could not be written, or not fast enough, and were dropped.")
    static let logDropped = MetricFamily(
        "sluice_log_dropped_total", .counter,
        "Lines of the gateway's own log that were lost because nobody read standard error.")
    static let traceSpansExported = MetricFamily(
        "sluice_trace_spans_exported_total", .counter,
        "Spans of traces that the collector has taken.")
    static let traceSpansDropped = MetricFamily(
        "sluice_trace_spans_dropped_total", .counter,
        by: [Label("reason", ["full", "failed", "rejected"])],
        "Spans of traces that were dropped: too many were waiting, the collector did not take "
            + "them in several tries, or it refused them.")
    static let dogStatsDDatagrams = MetricFamily(
        "sluice_dogstatsd_datagrams_total", .counter,
        by: [Label("result", ["sent", "failed", "full"])],
        "Datagrams for DogStatsD that were sent, could not be, or were too many for one round.")

    static let cpu = MetricFamily(
        "process_cpu_seconds_total", .counter, "Time on processors, of the user and the system.")
    static let residentMemory = MetricFamily(
        "process_resident_memory_bytes", .gauge, "Memory that is resident.")
    static let virtualMemory = MetricFamily(
        "process_virtual_memory_bytes", .gauge, "Memory that is mapped.")
    static let openDescriptors = MetricFamily(
        "process_open_fds", .gauge, "Descriptors that are open.")
    static let mostDescriptors = MetricFamily(
        "process_max_fds", .gauge, "Descriptors that may be open.")
    static let processStart = MetricFamily(
        "process_start_time_seconds", .gauge, "When the process began, in seconds since 1970.")
}

extension MetricArea {
    static let gateway = MetricArea(
        title: "The gateway and its files", note: "",
        families: [
            .buildInfo, .startTimestamp, .draining, .reloadSuccessful, .reloadTimestamp, .revision,
            .certificatesSuccessful, .certificateExpiry, .journalWritable, .alerts,
        ])
    static let connections = MetricArea(
        title: "Connections",
        note: "Requests that no route took are in `sluice_problems_total` alone.",
        families: [
            .openConnections, .connections, .connectionsRefused, .handshakes, .handshakesResumed,
            .handshakesFailed, .http2Connections, .http2Abuse, .tunnels, .problems, .retries,
            .accessLogDropped, .logDropped, .traceSpansExported, .traceSpansDropped,
            .dogStatsDDatagrams,
        ])
    static let process = MetricArea(
        title: "The process",
        note: "Named as every client library of Prometheus names them. Read from `/proc`; what "
            + "cannot be read is left out.",
        families: [
            .cpu, .residentMemory, .virtualMemory, .openDescriptors, .mostDescriptors,
            .processStart,
        ])
}
