// An endpoint that is stopped and started under load without breaking any answer.

import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// A plain HTTP/1.1 server on 127.0.0.1 that answers as `SoakRequest` orders. It runs on one loop.
///
/// Stopping is what a service does that is replaced with care: it takes no new connections,
/// finishes the answers under way, and closes kept connections as soon as nothing is under way on
/// them. What it leaves to the gateway is a request that is sent just as its connection is closed.
final class SoakUpstream: Sendable {
    enum Failure: Error {
        case noPort
    }

    /// Below the ports that the system gives to clients, none of which may take an endpoint's
    /// port while the endpoint is stopped.
    private static let ports = 20_000..<32_000
    private static let nextPort = Atomic<Int>(Int(getpid()) * 16 % 12_000)

    let version: String
    let port: Int
    private let side: NIOLoopBound<Side>
    private let openCount: OpenCount

    /// Connections that are open at this moment.
    var openConnections: Int { openCount.value.load(ordering: .relaxed) }

    /// Listens on a port of its own.
    static func start(version: String) async throws -> SoakUpstream {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let openCount = OpenCount()
        for _ in ports {
            let step = nextPort.wrappingAdd(1, ordering: .relaxed).oldValue
            let port = ports.lowerBound + step % ports.count
            let side = try await loop.submit {
                NIOLoopBound(Side(version, port, loop, openCount), eventLoop: loop)
            }.get()
            let upstream = SoakUpstream(version, port, side, openCount)
            do {
                try await upstream.start()
                return upstream
            } catch let error as IOError where error.errnoCode == EADDRINUSE {
                continue
            }
        }
        throw Failure.noPort
    }

    private init(
        _ version: String, _ port: Int, _ side: NIOLoopBound<Side>, _ openCount: OpenCount
    ) {
        self.version = version
        self.port = port
        self.side = side
        self.openCount = openCount
    }

    /// Listens, for the first time or again.
    func start() async throws {
        let side = self.side
        try await side.eventLoop.flatSubmit { side.value.listen() }.get()
    }

    /// Stops with care; done once the last connection is closed.
    func stop() async throws {
        let side = self.side
        try await side.eventLoop.flatSubmit { side.value.stop() }.get()
    }
}

/// Connections open at this moment, as any thread may read it.
private final class OpenCount: Sendable {
    let value = Atomic<Int>(0)
}

/// What belongs to an upstream's loop.
private final class Side {
    let version: String
    let port: Int
    let loop: any EventLoop
    private(set) var isStopping = false
    private let openCount: OpenCount
    private var listener: (any Channel)?
    private var connections: [ObjectIdentifier: Connection] = [:]
    private var stopped: EventLoopPromise<Void>?

    init(_ version: String, _ port: Int, _ loop: any EventLoop, _ openCount: OpenCount) {
        self.version = version
        self.port = port
        self.loop = loop
        self.openCount = openCount
    }

    func listen() -> EventLoopFuture<Void> {
        isStopping = false
        stopped = nil
        let bound = NIOLoopBound(self, eventLoop: loop)
        return ServerBootstrap(group: loop)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.maxMessagesPerRead, value: 256)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Connection(bound.value))
                }
            }
            .bind(host: "127.0.0.1", port: port)
            .map { bound.value.listener = $0 }
    }

    func stop() -> EventLoopFuture<Void> {
        let promise = loop.makePromise(of: Void.self)
        stopped = promise
        closeListener()
        return promise.futureResult
    }

    /// Closes the listener once nobody waits to be accepted: the system would reset them, and
    /// a request that was sent on a new connection cannot be told from one that was acted on.
    private func closeListener() {
        guard let listener else { return }
        let isAwaited = try? listener.pipeline.syncOperations.withUnsafeTransportIfAvailable(
            of: CInt.self
        ) { descriptor in
            var query = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            return poll(&query, 1, 0) > 0
        }
        if isAwaited == true {
            let bound = NIOLoopBound(self, eventLoop: loop)
            return loop.execute { bound.value.closeListener() }
        }
        self.listener = nil
        listener.close(promise: nil)
        isStopping = true
        for connection in connections.values { connection.closeIfDone() }
        tellIfStopped()
    }

    func opened(_ connection: Connection) {
        connections[ObjectIdentifier(connection)] = connection
        openCount.value.wrappingAdd(1, ordering: .relaxed)
    }

    func closed(_ connection: Connection) {
        connections[ObjectIdentifier(connection)] = nil
        openCount.value.wrappingSubtract(1, ordering: .relaxed)
        tellIfStopped()
    }

    private func tellIfStopped() {
        guard isStopping, connections.isEmpty else { return }
        stopped?.succeed()
        stopped = nil
    }
}

/// One connection of the gateway.
private final class Connection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private static let slowness = TimeAmount.milliseconds(20)
    private static let chunkBytes = 9_000

    private let side: Side
    private var context: ChannelHandlerContext?
    private var reader = SoakMessageReader()
    private var isAnswering = false
    private var hasServed = false

    init(_ side: Side) {
        self.side = side
    }

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        side.opened(self)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        side.closed(self)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        reader.append(unwrapInboundIn(data))
        do {
            while !isAnswering, let message = try reader.next() { answer(message, context) }
        } catch {
            context.close(promise: nil)
        }
    }

    /// Closes if the upstream stops and nothing is under way here. A connection that has not
    /// served anything was opened for a request that is still on its way.
    func closeIfDone() {
        guard side.isStopping, hasServed, !isAnswering, reader.isEmpty else { return }
        context?.close(promise: nil)
    }

    private func answer(_ message: SoakMessage, _ context: ChannelHandlerContext) {
        let words = message.fields["x-soak-order"]?.split(separator: " ") ?? []
        guard words.count == 4, let number = Int(words[0]) else {
            return context.close(promise: nil)
        }
        isAnswering = true
        hasServed = true
        let request = SoakRequest(number: number)
        let upload = SoakFiller.bytes("upload", request.uploadBytes ?? 0)
        // A body that came changed is answered with another body than the client expects.
        let name = message.body == upload ? side.version : "\(side.version) got another body"
        var pieces = Self.pieces(request, request.answer(version: name))
        guard words[3] == "slow", pieces.count > 1, let last = pieces.popLast() else {
            return send(pieces, context)
        }
        for piece in pieces { context.write(wrapOutboundOut(piece), promise: nil) }
        context.flush()
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: Self.slowness) {
            let (connection, context) = bound.value
            connection.send([last], context)
        }
    }

    /// The head with the first half of the body, and the second half.
    private static func pieces(_ request: SoakRequest, _ body: ByteBuffer) -> [ByteBuffer] {
        var rest = body
        let half = rest.readSlice(length: body.readableBytes / 2) ?? ByteBuffer()
        var first = ByteBuffer(string: "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n")
        guard request.isAnswerChunked else {
            first.writeString("content-length: \(body.readableBytes)\r\n\r\n")
            first.writeImmutableBuffer(half)
            return [first, rest]
        }
        first.writeString("transfer-encoding: chunked\r\n\r\n")
        SoakFiller.writeChunks(of: half, each: chunkBytes, to: &first)
        var last = ByteBuffer()
        SoakFiller.writeChunks(of: rest, each: chunkBytes, to: &last)
        last.writeString("0\r\n\r\n")
        return [first, last]
    }

    private func send(_ pieces: [ByteBuffer], _ context: ChannelHandlerContext) {
        let sent = context.eventLoop.makePromise(of: Void.self)
        for piece in pieces.dropLast() { context.write(wrapOutboundOut(piece), promise: nil) }
        context.writeAndFlush(wrapOutboundOut(pieces.last ?? ByteBuffer()), promise: sent)
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        sent.futureResult.whenComplete { _ in
            bound.value.isAnswering = false
            bound.value.closeIfDone()
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
