// One worker's connections to one endpoint.

import NIOCore
import NIOPosix
import Plan
import TLS

/// Idle connections to take the last of, and what is known of the endpoint.
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
    private var idle = ContiguousArray<UpstreamConnection>()
    private var nextAddress = 0
    private var isRetired = false

    init(_ endpoint: Endpoint, worker: Worker) {
        self.endpoint = endpoint
        self.worker = worker
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

    /// An idle connection, the last used first, or a new one; nil at the limit.
    func connection(fresh: Bool) -> UpstreamConnection? {
        if !fresh, let connection = idle.popLast() { return connection }
        guard connectionCount < worker.limits.upstreamConnections else { return nil }
        return connect()
    }

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

    /// Counts a connection out.
    func connectionClosed() { connectionCount -= 1 }

    /// Closes the idle connections; those at work close when they are done.
    func retire() {
        isRetired = true
        let connections = idle
        idle.removeAll()
        for connection in connections { connection.close() }
    }

    private func connect() -> UpstreamConnection? {
        var session: TLSSession?
        if let security = endpoint.security {
            guard let context = worker.clientContext(for: security.trust) else { return nil }
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
