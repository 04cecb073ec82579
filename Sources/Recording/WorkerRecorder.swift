// One worker's figures that belong to no version: connections, handshakes, refusals.

/// What a worker counts of itself. The raw value is the place among its counters.
package enum WorkerCounter: Int, Sendable, CaseIterable {
    case connectionsAccepted
    case connectionsClosed
    case connectionsRefused
    case handshakes
    case handshakesResumed
    case handshakesFailed
    case accessLogDropped
    case retries
    case tunnels
    case http2Connections
}

/// Counters of a worker, written by it alone.
package final class WorkerRecorder: Sendable {
    private let counters = InlineArray<10, Counter> { _ in Counter() }
    private let refusals = InlineArray<21, Counter> { _ in Counter() }
    private let abuses = InlineArray<5, Counter> { _ in Counter() }

    /// Counts nothing yet.
    package init() {}

    /// Counts something.
    package func add(_ counter: WorkerCounter, _ number: Int = 1) {
        counters[counter.rawValue].add(number)
    }

    /// Counts an answer of the gateway's own.
    package func refused(_ error: GatewayError) {
        refusals[error.rawValue].add()
    }

    /// Counts a misuse of HTTP/2.
    package func misused(_ abuse: HTTP2Abuse) {
        abuses[abuse.rawValue].add()
    }

    /// The figures now.
    package func figures() -> WorkerFigures {
        var figures = WorkerFigures()
        for index in counters.indices { figures.counters[index] = counters[index].count }
        for index in refusals.indices { figures.refusals[index] = refusals[index].count }
        for index in abuses.indices { figures.abuses[index] = abuses[index].count }
        return figures
    }
}

/// A worker's figures, or all workers' together, as a value.
package struct WorkerFigures: Sendable, Equatable {
    var counters = [Int](repeating: 0, count: WorkerCounter.allCases.count)
    var refusals = [Int](repeating: 0, count: GatewayError.allCases.count)
    var abuses = [Int](repeating: 0, count: HTTP2Abuse.allCases.count)

    /// Nothing counted yet.
    package init() {}

    /// How often this was counted.
    package func count(_ counter: WorkerCounter) -> Int { counters[counter.rawValue] }

    /// How often the gateway answered with this error.
    package func count(_ error: GatewayError) -> Int { refusals[error.rawValue] }

    /// How often HTTP/2 was misused in this way.
    package func count(_ abuse: HTTP2Abuse) -> Int { abuses[abuse.rawValue] }

    /// Connections of clients that are open.
    package var openConnections: Int {
        max(0, count(.connectionsAccepted) - count(.connectionsClosed))
    }

    func adding(_ other: WorkerFigures) -> WorkerFigures {
        var sum = WorkerFigures()
        sum.counters = zip(counters, other.counters).map(+)
        sum.refusals = zip(refusals, other.refusals).map(+)
        sum.abuses = zip(abuses, other.abuses).map(+)
        return sum
    }
}
