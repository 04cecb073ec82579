// One worker's connections to one endpoint.

import NIOCore
import NIOPosix
import Plan
import TLS

/// Idle connections to take the last of, connections that many share, and what is known of the
/// endpoint.
final class EndpointPool {
    let endpoint: Endpoint
    /// A cycle, which the worker breaks when it ends: a weaker reference costs every access.
    let worker: Worker
    var health: EndpointHealth
    /// Where the endpoint's host is; empty until its name is resolved.
    var addresses: [SocketAddress] = []
    /// Requests that this worker has under way there.
    var inFlight = 0
    private(set) var connectionCount = 0
    /// What is spoken there as far as is known: `auto` until a connection has told.
    private var spoken: EndpointProtocol
    private var idle = ContiguousArray<UpstreamConnection>()
    /// Connections with HTTP/2, and those that may come to have it.
    private var shared = ContiguousArray<UpstreamConnection>()
    private var nextAddress = 0
    private var isRetired = false

    init(_ endpoint: Endpoint, worker: Worker) {
        self.endpoint = endpoint
        self.worker = worker
        // In cleartext nobody can tell what the other side prefers.
        spoken = endpoint.wire == .auto && endpoint.security == nil ? .http1 : endpoint.wire
        health = EndpointHealth(limits: worker.limits)
    }

    /// Whether there is somewhere to connect to, and nobody has just been refused there.
    func isReachable(now: UInt64) -> Bool {
        !addresses.isEmpty && !health.isRefusing(now: now)
    }

    /// Whether it may be asked when no endpoint is reachable.
    func mayBeLast(now: UInt64) -> Bool {
        !addresses.isEmpty && !health.hasJustRefused(now: now)
    }

    /// Has an exchange's request sent on an idle connection, the last used first, on one that it
    /// shares, or on a new one; false at the limit.
    func begin(_ exchange: Exchange, fresh: Bool) -> Bool {
        if spoken == .http1 {
            if !fresh, let connection = idle.popLast() {
                connection.begin(exchange)
                return true
            }
        } else if !fresh, let connection = shared.first(where: \.mayTake) {
            connection.take(exchange)
            return true
        }
        guard connectionCount < worker.limits.upstreamConnections, let connection = connect() else {
            return false
        }
        if endpoint.wire == .http1 || endpoint.security == nil && endpoint.wire == .auto {
            connection.begin(exchange)
        } else {
            shared.append(connection)
            connection.take(exchange)
        }
        return true
    }

    /// A connection has shown what the endpoint speaks.
    func learned(_ wire: EndpointProtocol) { spoken = wire }

    /// Keeps a connection for the next request; false if it is not wanted.
    func keep(_ connection: UpstreamConnection) -> Bool {
        guard !isRetired, !worker.isDraining || inFlight > 0,
            idle.count < worker.limits.upstreamIdleConnections
        else { return false }
        idle.append(connection)
        return true
    }

    /// Forgets an idle connection that was closed.
    func forget(_ connection: UpstreamConnection) {
        if let index = idle.lastIndex(where: { $0 === connection }) { idle.remove(at: index) }
    }

    /// Forgets a connection that can be shared no more.
    func forgetShared(_ connection: UpstreamConnection) {
        if let index = shared.firstIndex(where: { $0 === connection }) { shared.remove(at: index) }
    }

    /// Counts a connection out.
    func connectionClosed() { connectionCount -= 1 }

    /// Closes the idle connections; those at work close when they are done.
    func retire() {
        isRetired = true
        let connections = idle
        idle.removeAll()
        for connection in connections { connection.close() }
        let others = shared
        shared.removeAll()
        for connection in others { connection.http2?.retire() }
    }

    private func connect() -> UpstreamConnection? {
        var session: TLSSession?
        if let security = endpoint.security {
            let context = worker.clientContext(for: security.trust, endpoint.wire)
            guard let context else { return nil }
            session = TLSSession(client: context, serverName: security.serverName)
            if session == nil { return nil }
        }
        nextAddress = (nextAddress + 1) % addresses.count
        let connection = UpstreamConnection(pool: self, session: session)
        connectionCount += 1
        connection.connect(to: addresses[nextAddress])
        return connection
    }
}
