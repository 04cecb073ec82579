// One event loop's world: its plan, connections, upstream pools, recorder, timers and buffers.

import HTTPWire
import NIOCore
import Plan
import Recording
import TLS

/// Everything that one loop owns. Made on the loop, used on the loop, never anywhere else.
@safe final class Worker {
    let index: Int
    let eventLoop: any EventLoop
    let recorders: RecorderRegistry
    let recorder: WorkerRecorder
    let ledger: ConnectionLedger
    let wheel: TimerWheel
    let receiveBuffer = ReceiveBuffer()
    let buffers = BufferStock()
    let requestHead: RequestHead
    let responseHead: ResponseHead
    /// The fields being put together for HPACK; valid only until the next head is.
    let fields: FieldVector
    /// Plaintext of the record being read; valid only until the next read.
    let scratch: UnsafeMutableRawBufferPointer
    /// Room for the lowercase host of the request being routed.
    let hostMemory: UnsafeMutableRawBufferPointer
    /// Whom the answer to a copy is for.
    let nobody = ClientIdentity(address: [], addressText: [], isTrusted: false)
    /// Clients that the process may have at once.
    let connectionLimit: Int
    let accessLog: AccessLogWriter?
    let tracer: Tracer?

    private(set) var plan: Plan
    private(set) var limits: Plan.Limits
    private(set) var routeIndex: RouteIndex
    private var routes: [RouteState?]
    private var conditions: [RouteConditions?]
    private var pools: [Endpoint: EndpointPool] = [:]
    private var clientContexts: [ClientContextKey: ClientContext] = [:]
    private var addresses: [String: [SocketAddress]] = [:]

    var serverContexts: ServerContexts
    var random = RandomSource()
    var retryBudget: RetryBudget
    private(set) var isDraining = false
    private(set) var clients: [ObjectIdentifier: ClientConnection] = [:]
    private(set) var now: UInt64
    private var dateClock = DateClock()

    private var dirtyClients = ContiguousArray<ClientConnection>()
    private var dirtyUpstreams = ContiguousArray<UpstreamConnection>()
    private var isFlushScheduled = false
    private var isTicking = false
    private var flushTask: (@Sendable () -> Void)?
    /// Where mirrored requests are handed over; nil where nothing is mirrored.
    var outbox: MirrorOutbox?
    private var spareExchanges: [Exchange] = []
    private let headLimits: HeadLimits
    private var spareTranscripts: [HeadTranscript] = []
    private var emptied: EventLoopPromise<Void>?

    init(
        index: Int, eventLoop: any EventLoop, plan: Plan, routeIndex: RouteIndex,
        serverContexts: ServerContexts, recorders: RecorderRegistry, recorder: WorkerRecorder,
        ledger: ConnectionLedger, connectionLimit: Int, accessLog: AccessLogSink?,
        traces: TraceSink?
    ) {
        self.index = index
        self.eventLoop = eventLoop
        self.plan = plan
        self.limits = plan.limits
        self.routeIndex = routeIndex
        self.serverContexts = serverContexts
        self.recorders = recorders
        self.recorder = recorder
        self.ledger = ledger
        self.connectionLimit = connectionLimit
        self.accessLog = accessLog.map { AccessLogWriter($0, recorder: recorder) }
        tracer = traces.map(Tracer.init)
        let time = NIODeadline.now().uptimeNanoseconds
        now = time
        wheel = TimerWheel(now: time)
        let headLimits = HeadLimits(
            headBytes: limits.headBytes, headFields: limits.headFields,
            targetBytes: limits.targetBytes)
        requestHead = RequestHead(limits: headLimits)
        responseHead = ResponseHead(limits: headLimits)
        fields = FieldVector(headFields: limits.headFields)
        self.headLimits = headLimits
        unsafe scratch = .allocate(byteCount: 32 * 1024, alignment: 64)
        unsafe hostMemory = .allocate(byteCount: limits.headBytes, alignment: 64)
        retryBudget = RetryBudget(
            percent: limits.retryBudgetPercent, least: limits.retryBudgetLeast)
        routes = Array(repeating: nil, count: plan.routes.count)
        conditions = Array(repeating: nil, count: plan.routes.count)
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        flushTask = { bound.value.flushAll() }
    }

    deinit {
        unsafe scratch.deallocate()
        unsafe hostMemory.deallocate()
    }

    /// Reads the clock; every event from a socket or a timer begins with this.
    func updateClock() {
        now = NIODeadline.now().uptimeNanoseconds
    }

    /// The time of day for `date` (RFC 9110 §5.6.7).
    var dateText: [UInt8] { dateClock.text() }

    // MARK: Routes

    /// What this worker keeps of a route, made on first use.
    func route(_ index: Int) -> RouteState {
        if let state = routes[index] { return state }
        let state = RouteState(index, worker: self)
        routes[index] = state
        return state
    }

    /// Whether a request meets the conditions of a route beyond host and path.
    func accepts(_ index: Int, _ head: RequestHead, base: UnsafeRawPointer) -> Bool {
        let found: RouteConditions
        if let known = conditions[index] {
            found = known
        } else {
            found = RouteConditions(plan.routes[index].match)
            conditions[index] = found
        }
        return unsafe found.accept(head, base: base)
    }

    /// Takes a new plan; exchanges under way finish by the old one.
    func adopt(plan: Plan, routeIndex: RouteIndex) {
        let kept = Set(plan.routes.flatMap { $0.versions.flatMap(\.endpoints) })
        for (endpoint, pool) in pools where !kept.contains(endpoint) {
            pool.retire()
            pools[endpoint] = nil
        }
        self.plan = plan
        self.routeIndex = routeIndex
        let isBudgetChanged =
            limits.retryBudgetPercent != plan.limits.retryBudgetPercent
            || limits.retryBudgetLeast != plan.limits.retryBudgetLeast
        limits = plan.limits
        routes = Array(repeating: nil, count: plan.routes.count)
        conditions = Array(repeating: nil, count: plan.routes.count)
        if isBudgetChanged {
            retryBudget = RetryBudget(
                percent: limits.retryBudgetPercent, least: limits.retryBudgetLeast)
        }
    }

    // MARK: Endpoints

    /// The connections to an endpoint, shared by all versions and routes that name it.
    func pool(for endpoint: Endpoint) -> EndpointPool {
        if let pool = pools[endpoint] { return pool }
        let pool = EndpointPool(endpoint, worker: self)
        pool.addresses = literalAddress(of: endpoint) ?? named(endpoint)
        pools[endpoint] = pool
        return pool
    }

    /// Takes the addresses of names, as the resolver found them.
    func adopt(addresses found: [String: [ResolvedAddress]]) {
        for (name, list) in found {
            addresses[name] = list.compactMap { $0.socketAddress(port: 0) }
        }
        for (endpoint, pool) in pools where found[endpoint.host] != nil {
            pool.addresses = named(endpoint)
        }
    }

    /// The TLS context for upstreams that are trusted in this way, or nil if it cannot be made.
    func clientContext(
        for trust: EndpointSecurity.Trust, _ wire: EndpointProtocol
    ) -> ClientContext? {
        let key = ClientContextKey(trust: trust, wire: wire)
        if let context = clientContexts[key] { return context }
        let tlsTrust: TLS.Trust =
            switch trust {
            case .system: .system
            case .file(let path): .file(path)
            case .anybody: .anybody
            }
        guard let context = try? ClientContext(trust: tlsTrust, protocols: wire.names) else {
            return nil
        }
        clientContexts[key] = context
        return context
    }

    /// Forgets contexts made from files that may have changed.
    func forgetClientContexts() {
        clientContexts.removeAll()
    }

    private func literalAddress(of endpoint: Endpoint) -> [SocketAddress]? {
        (try? SocketAddress(ipAddress: endpoint.host, port: endpoint.port)).map { [$0] }
    }

    private func named(_ endpoint: Endpoint) -> [SocketAddress] {
        (addresses[endpoint.host] ?? []).map { address in
            var address = address
            address.port = endpoint.port
            return address
        }
    }

    // MARK: Clients

    /// Whether so many clients are connected that new requests are refused.
    var isOverloaded: Bool {
        ledger.count * 100 >= connectionLimit * limits.connectionsRefusePercent
    }

    /// Counts a client in.
    func add(_ client: ClientConnection) {
        clients[ObjectIdentifier(client)] = client
    }

    /// Counts a client out.
    func remove(_ client: ClientConnection) {
        clients[ObjectIdentifier(client)] = nil
        if isDraining && clients.isEmpty { emptied?.succeed() }
    }

    /// Closes idle clients, at most this many, to make room for new ones.
    func closeIdleClients(atMost count: Int) {
        for client in clients.values.lazy.filter(\.isIdle).prefix(count) {
            client.closeWhenFlushed()
        }
    }

    /// Closes idle clients now and the others after their answers; done when none is left.
    func drain() -> EventLoopFuture<Void> {
        if let emptied { return emptied.futureResult }
        isDraining = true
        let promise = eventLoop.makePromise(of: Void.self)
        emptied = promise
        for client in clients.values { client.drain() }
        if clients.isEmpty { promise.succeed() }
        return promise.futureResult
    }

    /// Ends the tunnels, which would never end by themselves.
    func closeTunnels() {
        for client in clients.values {
            if client.phase == .tunnel { client.abort() }
            client.http2?.closeTunnels()
        }
    }

    /// Cuts whatever is left.
    func cutAll() {
        for client in clients.values { client.abort() }
    }

    /// Closes the idle connections to endpoints, after the last client has gone, and lets go of
    /// everything that refers back to this worker.
    func closeUpstreams() {
        accessLog?.handOver()
        tracer?.handOver()
        spareExchanges.removeAll()
        routes.removeAll()
        flushTask = nil
        for pool in pools.values { pool.retire() }
        pools.removeAll()
    }

    // MARK: Exchanges

    /// An exchange without any state of an earlier one.
    func takeExchange() -> Exchange {
        spareExchanges.popLast() ?? Exchange(worker: self)
    }

    /// Takes an exchange back once nobody refers to it.
    func giveBack(_ exchange: Exchange) {
        if spareExchanges.count < 1_024 { spareExchanges.append(exchange) }
    }

    /// A transcript for the head of an HTTP/2 message that begins to arrive.
    func takeTranscript() -> HeadTranscript {
        spareTranscripts.popLast() ?? HeadTranscript(limits: headLimits)
    }

    /// Takes a transcript back once its head has been used.
    func giveBack(_ transcript: HeadTranscript) {
        if spareTranscripts.count < 64 { spareTranscripts.append(transcript) }
    }

    // MARK: The end of a tick

    /// Has a client's staged bytes sent at the end of this tick.
    func flushLater(_ client: ClientConnection) {
        dirtyClients.append(client)
        scheduleFlush()
    }

    /// Has an upstream connection's staged bytes sent at the end of this tick.
    func flushLater(_ upstream: UpstreamConnection) {
        dirtyUpstreams.append(upstream)
        scheduleFlush()
    }

    /// Has a mirrored request handed over at the end of this tick.
    func mirrorLater(_ tee: MirrorTee) {
        outbox?.add(tee)
        scheduleFlush()
    }

    private func scheduleFlush() {
        guard !isFlushScheduled, let flushTask else { return }
        isFlushScheduled = true
        eventLoop.execute(flushTask)
    }

    private func flushAll() {
        // A flush may break a connection, whose exchange then stages more: until nothing is left.
        var upstreamsDone = 0
        var clientsDone = 0
        while upstreamsDone < dirtyUpstreams.count || clientsDone < dirtyClients.count {
            while upstreamsDone < dirtyUpstreams.count {
                dirtyUpstreams[upstreamsDone].flush()
                upstreamsDone &+= 1
            }
            while clientsDone < dirtyClients.count {
                dirtyClients[clientsDone].flush()
                clientsDone &+= 1
            }
        }
        dirtyUpstreams.removeAll(keepingCapacity: true)
        dirtyClients.removeAll(keepingCapacity: true)
        // Callers first: what shadows get can wait.
        outbox?.flush()
        isFlushScheduled = false
    }

    // MARK: Time

    /// Sets a node's deadline, in nanoseconds of `now`'s clock.
    func schedule(_ node: TimerNode, at deadline: UInt64) {
        wheel.schedule(node, at: deadline)
        if !isTicking { scheduleTick() }
    }

    private func scheduleTick() {
        isTicking = true
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        eventLoop.scheduleTask(in: .nanoseconds(Int64(TimerWheel.tickNanoseconds))) {
            bound.value.tick()
        }
    }

    private func tick() {
        updateClock()
        wheel.advance(to: now)
        accessLog?.handOver()
        tracer?.handOver()
        if wheel.count > 0 { scheduleTick() } else { isTicking = false }
    }
}

/// What tells the TLS contexts for endpoints apart.
private struct ClientContextKey: Hashable {
    let trust: EndpointSecurity.Trust
    let wire: EndpointProtocol
}

extension EndpointProtocol {
    /// The ALPN names to offer, the preferred one first.
    fileprivate var names: [String] {
        switch self {
        case .http1: [ProtocolName.http1]
        case .http2: [ProtocolName.http2]
        case .auto: [ProtocolName.http2, ProtocolName.http1]
        }
    }
}
