// The door to the data plane: starts the workers and hands them what has changed.

import Glibc
import NIOCore
import NIOPosix
package import Pairing
package import Plan
package import Recording
package import TLS

/// The workers of the process and their listeners. Whoever holds it can only hand something in:
/// nothing here ever waits for the control plane.
package final class DataPlane: Sendable {
    /// What the workers begin with.
    package struct Start: Sendable {
        /// The first plan.
        package var plan: Plan
        /// At least one certificate.
        package var certificates: [ServerCertificate]
        /// The keys of session tickets.
        package var ticketKeys: TicketKeys
        /// The addresses of the names among the endpoints, as far as they are known.
        package var addresses: [String: [ResolvedAddress]]
        /// A recorder for each worker.
        package var recorders: RecorderRegistry
        /// Where access log lines go, if anywhere.
        package var accessLog: AccessLogSink?
        /// Where pairs of answers go to be compared, if anywhere.
        package var pairs: (any PairInbox)?
        /// Where spans of traces go, if anywhere.
        package var traces: TraceSink?

        /// Puts together what the workers begin with.
        package init(
            plan: Plan, certificates: [ServerCertificate], ticketKeys: TicketKeys,
            addresses: [String: [ResolvedAddress]], recorders: RecorderRegistry,
            accessLog: AccessLogSink?, pairs: (any PairInbox)? = nil
        ) {
            self.plan = plan
            self.certificates = certificates
            self.ticketKeys = ticketKeys
            self.addresses = addresses
            self.recorders = recorders
            self.accessLog = accessLog
            self.pairs = pairs
        }
    }

    /// The protocols that clients may choose by ALPN.
    private static let protocols = [
        ProtocolName.http2, ProtocolName.http1, ProtocolName.http10,
    ]

    /// Where clients connect, with the port that was really taken.
    package let listen: ListenAddress
    private let group: MultiThreadedEventLoopGroup
    private let workers: [NIOLoopBound<Worker>]
    private let listeners: [any Channel]
    private let accessLog: AccessLogSink?
    private let shadows: ShadowLoops

    private init(
        listen: ListenAddress, group: MultiThreadedEventLoopGroup,
        workers: [NIOLoopBound<Worker>], listeners: [any Channel], accessLog: AccessLogSink?,
        shadows: ShadowLoops
    ) {
        self.listen = listen
        self.group = group
        self.workers = workers
        self.listeners = listeners
        self.accessLog = accessLog
        self.shadows = shadows
    }

    // MARK: Start

    /// Starts so many workers and listens; throws words for people, with nothing left running.
    package static func start(_ start: Start, workers count: Int) async throws -> DataPlane {
        // A first set of contexts shows what is wrong before any thread runs.
        _ = try ServerContexts(
            certificates: start.certificates, ticketKeys: start.ticketKeys, protocols: protocols)
        let wanted = start.plan.gateway.listen
        guard let address = try? SocketAddress(ipAddress: wanted.host, port: wanted.port) else {
            throw DataPlaneError("cannot listen on \(wanted): \(wanted.host) is no IP address")
        }
        // With SO_REUSEPORT the system would silently share the port with another process.
        if wanted.port != 0 { try PortProbe.check(wanted, flag: "--listen") }
        let shadows = try await ShadowLoops.start(workers: count, pairs: start.pairs) {
            try Self.worker($0, $1, start, ConnectionLedger(), isServing: false)
        }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: count)
        do {
            return try await run(start, workers: count, on: group, address: address, shadows)
        } catch {
            try? await group.shutdownGracefully()
            await shadows.end()
            if let failure = error as? IOError {
                throw PortProbe.error(failure.errnoCode, wanted, flag: "--listen")
            }
            throw error
        }
    }

    private static func run(
        _ start: Start, workers count: Int, on group: MultiThreadedEventLoopGroup,
        address: SocketAddress, _ shadows: ShadowLoops
    ) async throws -> DataPlane {
        let ledger = ConnectionLedger()
        var workers: [NIOLoopBound<Worker>] = []
        for (index, loop) in group.makeIterator().enumerated() {
            let worker = try await loop.submit {
                let worker = try Self.worker(index, loop, start, ledger, isServing: true)
                worker.outbox = MirrorOutbox(shadows.loop(forWorker: index), worker: index)
                return NIOLoopBound(worker, eventLoop: loop)
            }.get()
            workers.append(worker)
        }
        var address = address
        var listeners: [any Channel] = []
        for worker in workers {
            let wanted = address
            let channel = try await worker.eventLoop.flatSubmit {
                Listener.bind(worker.value, to: wanted)
            }.get()
            listeners.append(channel)
            // Where the system chose the port, the others take the same.
            if let taken = channel.localAddress { address = taken }
        }
        let wanted = start.plan.gateway.listen
        return DataPlane(
            listen: ListenAddress(host: wanted.host, port: address.port ?? wanted.port),
            group: group, workers: workers, listeners: listeners, accessLog: start.accessLog,
            shadows: shadows)
    }

    /// A worker for this loop, on it; one that serves nobody sends copies only.
    private static func worker(
        _ index: Int, _ loop: any EventLoop, _ start: Start, _ ledger: ConnectionLedger,
        isServing: Bool
    ) throws -> Worker {
        let worker = Worker(
            index: index, eventLoop: loop, plan: start.plan,
            routeIndex: RouteIndex(routes: isServing ? start.plan.routes : []),
            serverContexts: try ServerContexts(
                certificates: start.certificates, ticketKeys: start.ticketKeys,
                protocols: protocols),
            recorders: start.recorders,
            recorder: isServing ? start.recorders.worker(index) : WorkerRecorder(),
            ledger: ledger, connectionLimit: connectionLimit(start.plan.limits),
            accessLog: isServing ? start.accessLog : nil, traces: start.traces)
        worker.adopt(addresses: start.addresses)
        return worker
    }

    /// Half of the descriptors that the process may have, unless the limits say otherwise.
    private static func connectionLimit(_ limits: Plan.Limits) -> Int {
        if limits.connections > 0 { return limits.connections }
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return 512
        }
        return max(16, Int(clamping: limit.rlim_cur) / 2)
    }

    // MARK: Changes

    /// Hands a new plan to every worker; requests under way finish by the old one.
    package func publish(_ plan: Plan) {
        // First, so that copies of the first requests by the new plan find it there.
        shadows.forEach { $0.adopt(plan: plan, routeIndex: RouteIndex(routes: [])) }
        for worker in workers {
            // An index for each worker: they share no reference counts.
            let routeIndex = RouteIndex(routes: plan.routes)
            worker.eventLoop.execute { worker.value.adopt(plan: plan, routeIndex: routeIndex) }
        }
    }

    /// Hands new addresses of names to every worker.
    package func publish(addresses: [String: [ResolvedAddress]]) {
        for worker in workers {
            worker.eventLoop.execute { worker.value.adopt(addresses: addresses) }
        }
        shadows.forEach { $0.adopt(addresses: addresses) }
    }

    /// Uses other certificates for new connections; throws, changing nothing, if they are unfit.
    package func use(certificates: [ServerCertificate], ticketKeys: TicketKeys) throws(TLSError) {
        _ = try ServerContexts(
            certificates: certificates, ticketKeys: ticketKeys, protocols: Self.protocols)
        for worker in workers {
            worker.eventLoop.execute {
                let contexts = try? ServerContexts(
                    certificates: certificates, ticketKeys: ticketKeys, protocols: Self.protocols)
                if let contexts { worker.value.serverContexts = contexts }
                worker.value.forgetClientContexts()
            }
        }
        shadows.forEach { $0.forgetClientContexts() }
    }

    /// Uses other ticket keys from the next handshake on.
    package func use(ticketKeys: TicketKeys) {
        for worker in workers {
            worker.eventLoop.execute {
                worker.value.serverContexts.replace(ticketKeys: ticketKeys)
            }
        }
    }

    // MARK: The end

    /// Stops to accept, lets what is under way finish, and ends the workers.
    ///
    /// Idle connections are closed at once, tunnels after `drainMilliseconds`, and whatever is
    /// left after `killMilliseconds` is cut.
    package func drain(_ limits: Plan.Limits) async {
        for listener in listeners { try? await listener.close() }
        let emptied = EventLoopFuture.andAllComplete(
            workers.map { worker in worker.eventLoop.flatSubmit { worker.value.drain() } },
            on: group.any())
        let tunnels = schedule(limits.drainMilliseconds) { $0.closeTunnels() }
        let cut = schedule(limits.killMilliseconds) { $0.cutAll() }
        try? await emptied.get()
        for task in tunnels + cut { task.cancel() }
        for worker in workers {
            try? await worker.eventLoop.submit { worker.value.closeUpstreams() }.get()
        }
        await accessLog?.close()
        await shadows.end()
        try? await group.shutdownGracefully()
    }

    private func schedule(
        _ milliseconds: Int, _ body: @escaping @Sendable (Worker) -> Void
    ) -> [Scheduled<Void>] {
        workers.map { worker in
            worker.eventLoop.scheduleTask(in: .milliseconds(Int64(milliseconds))) {
                body(worker.value)
            }
        }
    }
}
