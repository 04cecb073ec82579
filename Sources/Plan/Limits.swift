// The named limits of every queue, buffer, wait and retry, with their defaults.

extension Plan {
    /// What one process, connection or exchange may use. Every one is a key under `limits:`.
    package struct Limits: Sendable, Equatable {
        // Clients' connections.

        /// For a request's head to arrive whole, from its first byte.
        package var requestHeadMilliseconds = 10_000
        /// For a TLS handshake, from the connection's first moment.
        package var handshakeMilliseconds = 5_000
        /// Between two pieces of a request's body.
        package var bodyIdleMilliseconds = 60_000
        /// The least mean rate of a request's body once it has had `bodyIdleMilliseconds`.
        package var bodyLeastBytesPerSecond = 500
        /// For the next request on a kept connection.
        package var clientIdleMilliseconds = 75_000
        /// Requests on one client connection before it is closed.
        package var clientRequests = 1_000
        /// For a client's end after an answer that came before the end of its request.
        package var lingerMilliseconds = 2_000
        /// For the upstream's word on `expect: 100-continue`, before the gateway gives its own.
        package var continueMilliseconds = 1_000
        /// Connections of all clients together; 0 means half of the process's descriptors.
        package var connections = 0
        /// Connections of one client address.
        package var connectionsPerAddress = 256
        /// From this percentage of `connections` on, idle ones are closed early.
        package var connectionsPressurePercent = 90
        /// From this percentage of `connections` on, new requests are answered 503.
        package var connectionsRefusePercent = 95

        // Heads.

        /// Bytes of a head, its last empty line included (431).
        package var headBytes = 32 * 1024
        /// Fields of a head (431).
        package var headFields = 100
        /// Bytes of a request's target (414).
        package var targetBytes = 8 * 1024
        /// Bytes of the trailers of a chunked body.
        package var trailerBytes = 8 * 1024
        /// Bytes of a chunk's size line, extensions included.
        package var chunkLineBytes = 256
        /// Informational (1xx) answers before the final one.
        package var informationalAnswers = 16

        // HTTP/2.

        /// Requests under way on one connection of a client (RFC 9113 §5.1.2).
        package var http2Streams = 100
        /// Bytes of one request's body that may be on their way before we have passed them on.
        package var http2StreamWindowBytes = 64 * 1024
        /// The same for all requests of a connection together.
        package var http2ConnectionWindowBytes = 1024 * 1024
        /// Streams of one connection that may be reset, by either side, in
        /// `http2ResetMilliseconds`.
        package var http2Resets = 100
        /// The time over which resets are counted.
        package var http2ResetMilliseconds = 30_000
        /// CONTINUATION frames behind one HEADERS frame.
        package var http2Continuations = 5
        /// Frames that carry nothing for a request (SETTINGS, PING, PRIORITY, empty DATA, needless
        /// WINDOW_UPDATE) in `http2IdleFrameMilliseconds`.
        package var http2IdleFrames = 1_000
        /// The time over which frames that carry nothing are counted.
        package var http2IdleFrameMilliseconds = 10_000

        // Buffers.

        /// Bytes waiting in one direction of a connection at which its source is no longer read.
        package var bufferHighBytes = 32 * 1024
        /// Bytes waiting at which its source is read again.
        package var bufferLowBytes = 16 * 1024
        /// Bytes of a request kept to be sent again.
        package var copyBytes = 64 * 1024
        /// Bytes of access log that one worker may have waiting; more are dropped and counted.
        package var accessLogBytes = 1024 * 1024
        /// Spans of traces that one worker may have waiting; more are dropped and counted.
        package var traceSpans = 4_096

        // Upstream connections; each worker counts its own.

        /// For a new connection that no exchange waits for any more.
        package var connectMilliseconds = 2_000
        /// For the next request on an idle upstream connection.
        package var upstreamIdleMilliseconds = 30_000
        /// Requests on one upstream connection before it is closed.
        package var upstreamRequests = 1_000
        /// Connections of one worker to one endpoint; more are answered 503.
        package var upstreamConnections = 1_024
        /// Idle connections that one worker keeps to one endpoint.
        package var upstreamIdleConnections = 256
        /// Requests under way on one HTTP/2 connection; the endpoint may allow fewer.
        package var upstreamStreams = 100

        // Retries and endpoints set aside; each worker counts its own.

        /// Times that one request may be sent again.
        package var retries = 1
        /// Retries as a percentage of the requests of the last ten seconds …
        package var retryBudgetPercent = 20
        /// … but never fewer than this many in ten seconds.
        package var retryBudgetLeast = 3
        /// Failures in a row (timeout, reset, broken answer) that set an endpoint aside.
        package var endpointFailures = 5
        /// For how long: this, times how often it was set aside in a row.
        package var endpointAsideMilliseconds = 30_000
        /// The longest that an endpoint is set aside.
        package var endpointAsideMostMilliseconds = 300_000
        /// How long an endpoint is set aside that refuses the connection; doubles each time.
        package var endpointRefusedMilliseconds = 250
        /// The longest that an endpoint is set aside for refusing.
        package var endpointRefusedMostMilliseconds = 15_000

        // Shadows, of all workers together.

        /// Copies of requests under way for shadows; more are dropped and counted.
        package var shadowRequests = 1_024
        /// Bytes held for shadows: requests on their way, answers, pairs to compare.
        package var shadowBytes = 128 * 1024 * 1024
        /// Bytes of one copy that its endpoint has not taken; beyond them it is too slow.
        package var shadowWaitingBytes = 4 * 1024 * 1024
        /// Bytes of an answer that are kept to be compared; a shadow's longer answer is not read to
        /// its end.
        package var shadowAnswerBytes = 1024 * 1024
        /// How late a copy may be begun: later ones would tell nothing of latencies.
        package var shadowLateMilliseconds = 250
        /// How much of a copy's time its thread may have waited for a core, in percent, for the
        /// time to be evidence.
        package var shadowDelayPercent = 5
        /// Pairs of answers that may wait for their comparison; more are dropped and counted.
        package var comparisonsWaiting = 1_024
        /// Threads that compare answers.
        package var comparisonThreads = 1

        // Names.

        /// The shortest time for which an address from DNS is believed.
        package var nameLeastMilliseconds = 5_000
        /// The longest time for which an address from DNS is believed.
        package var nameMostMilliseconds = 300_000

        // The process.

        /// From SIGTERM until connections that still work are told to finish.
        package var drainMilliseconds = 30_000
        /// From SIGTERM until connections that still work are cut.
        package var killMilliseconds = 120_000
        /// How long a key encrypts session tickets; it still decrypts them for as long again.
        package var ticketKeyMilliseconds = 12 * 3_600_000

        // The journal and webhooks.

        /// Figures of each minute are kept so long in the journal.
        package var historyMilliseconds = 7 * 86_400_000
        /// Decisions of one route that are kept in the journal.
        package var decisionsKept = 10_000
        /// Times that a webhook is tried, with growing pauses.
        package var webhookAttempts = 12
        /// Webhooks that may wait for delivery; the oldest are dropped and counted.
        package var webhookWaiting = 1_000

        /// The default limits.
        package init() {}
    }
}
