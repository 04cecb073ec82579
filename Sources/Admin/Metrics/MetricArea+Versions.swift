// The metrics of each version of each route: requests, errors, times, calls of gRPC and streams.

import Plan
import Recording

extension MetricFamily {
    private static let own: [Label] = [.route, .version]

    static let requests = MetricFamily(
        "sluice_requests_total", .counter, by: own + [Label("status", StatusClass.names)],
        "Requests that ended, by the class of their status; none if the client was sent none.")
    static let errors = MetricFamily(
        "sluice_errors_total", .counter,
        by: own + [
            Label(
                "kind",
                OutcomeKind.failures.map(\.description) + ["server_error", "grpc_error"])
        ],
        "Requests that failed by the version's fault; of gRPC also by the status of the call.")
    static let clientGone = MetricFamily(
        "sluice_client_gone_total", .counter, by: own,
        "Requests whose client went away or sent too slowly: nobody else's fault.")
    static let overrides = MetricFamily(
        "sluice_override_requests_total", .counter, by: own,
        "Requests that testers sent here by name; they are in no other count but the bytes.")
    static let requestRetries = MetricFamily(
        "sluice_request_retries_total", .counter, by: own, "Times that requests were sent again.")
    static let receivedBytes = MetricFamily(
        "sluice_received_bytes_total", .counter, by: own, "Bytes of heads and bodies from clients.")
    static let sentBytes = MetricFamily(
        "sluice_sent_bytes_total", .counter, by: own, "Bytes of heads and bodies to clients.")
    static let inFlight = MetricFamily(
        "sluice_requests_in_flight", .gauge, by: own, "Requests that are under way.")
    static let firstByte = MetricFamily(
        "sluice_first_byte_seconds", .histogram, by: own,
        "From a request's head to the first byte of its answer, whole in the end or not.")
    static let duration = MetricFamily(
        "sluice_request_duration_seconds", .histogram, by: own,
        "From a request's head to the last byte of its answer; of whole answers alone.")
    static let shareWanted = MetricFamily(
        "sluice_share_wanted_ratio", .gauge, by: own,
        "The share of the callers that a version is to have, from 0 to 1.")

    static let grpcRequests = MetricFamily(
        "sluice_grpc_requests_total", .counter,
        by: own + [Label("grpc_status", GRPCStatus.allCases.map(\.name))],
        "Calls of gRPC that ended, by their status.")

    static let streams = MetricFamily(
        "sluice_streams_total", .counter,
        by: own + [Label("outcome", ["whole", "broken", "client_gone"])],
        "Streams of events that ended, by how.")
    static let streamEvents = MetricFamily(
        "sluice_stream_events_total", .counter, by: own,
        "Events that were passed on: server-sent events, lines, or messages of gRPC.")
    static let streamSentBytes = MetricFamily(
        "sluice_stream_sent_bytes_total", .counter, by: own,
        "Bytes to clients, of streams that have ended.")
    static let streamDuration = MetricFamily(
        "sluice_stream_duration_seconds_total", .counter, by: own,
        "From requests' heads to the ends of streams, of those that have ended.")
    static let streamGaps = MetricFamily(
        "sluice_stream_event_gap_seconds", .histogram, by: own,
        "Between two events of a stream, as they are passed on.")
}

extension MetricArea {
    static let versions = MetricArea(
        title: "Versions",
        note: "A version has samples once its route has had a request since the start, or has a "
            + "ramp: so its counters are seen at 0 before they count. `sluice_share_wanted_ratio` "
            + "is there for every version of every route.",
        families: [
            .requests, .errors, .clientGone, .overrides, .requestRetries, .receivedBytes,
            .sentBytes, .inFlight, .firstByte, .duration, .shareWanted,
        ])
    static let calls = MetricArea(
        title: "Calls of gRPC", note: "Of versions that have had any.", families: [.grpcRequests])
    static let streams = MetricArea(
        title: "Streams of events", note: "Of versions that have had any.",
        families: [.streams, .streamEvents, .streamSentBytes, .streamDuration, .streamGaps])
}
