// A whole data plane on loopback, with an endpoint that answers what it is told to.

import DataPlane
import Dispatch
import NIOCore
import NIOPosix
import Plan
import Recording
import Splitting
import Synchronization
import TLS

/// The gateway of the targets that need one; it lasts as long as the process.
enum WholeGateway {
    static let certificate: ServerCertificate? = {
        guard
            let pair = try? DevelopmentCertificate.make(names: ["localhost", "127.0.0.1"], days: 2)
        else { return nil }
        return try? ServerCertificate(
            chainPEM: pair.certificatePEM, keyPEM: pair.keyPEM, label: "fuzz")
    }()

    /// Where clients connect.
    static let port: Int = {
        guard let port = wait({ try await start() }) else { fatalError("no gateway could start") }
        return port
    }()

    /// What the endpoint answers to whatever it gets.
    static let answer = Mutex<[UInt8]>(usual)
    static let usual = Array("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok".utf8)

    private static func start() async throws -> Int {
        let upstream = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Parrot())
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = upstream.localAddress?.port ?? 0
        var settings = GatewaySettings()
        settings.listen = ListenAddress(host: "127.0.0.1", port: 0)
        var limits = Plan.Limits()
        limits.lingerMilliseconds = 1
        // What one input did must not decide what comes of the next.
        limits.endpointFailures = 1_000_000
        limits.retries = 0
        let routes = [EndpointProtocol.http1, .http2].map { route($0, port: port) }
        let plan = Plan(revision: 1, gateway: settings, limits: limits, routes: routes)
        guard let certificate else { return 0 }
        let dataPlane = try await DataPlane.start(
            DataPlane.Start(
                plan: plan, certificates: [certificate], ticketKeys: .random(), addresses: [:],
                recorders: RecorderRegistry(workers: 1), accessLog: nil),
            workers: 1)
        return dataPlane.listen.port
    }

    /// `/http1` and what is below it, or `/http2`.
    private static func route(_ wire: EndpointProtocol, port: Int) -> Route {
        var timeouts = Timeouts()
        timeouts.firstByteMilliseconds = 200
        timeouts.idleMilliseconds = 200
        let endpoint = Endpoint(host: "127.0.0.1", port: port, security: nil, wire: wire)
        let all = BucketTable.bucketCount
        let ownership = BucketOwnership.canonical(["v1": all])
        return Route(
            name: wire.rawValue,
            match: RouteMatch(
                host: .any, path: .prefix("/\(wire.rawValue)"), methods: [], headers: []),
            timeouts: timeouts, versions: [Version(name: "v1", endpoints: [endpoint])], sticky: [],
            overrideHeader: nil, salt: wire.rawValue, shares: [all],
            buckets: ownership.table(versions: ["v1"]), showsVersion: true, allowsUpgrade: true,
            shadows: [])
    }

    /// The result of something that takes its time; nil if it failed.
    private static func wait(_ body: @escaping @Sendable () async throws -> Int) -> Int? {
        let result = Result()
        let done = DispatchSemaphore(value: 0)
        Task {
            let value = try? await body()
            result.value.withLock { $0 = value }
            done.signal()
        }
        done.wait()
        return result.value.withLock { $0 }
    }

    private final class Result: Sendable {
        let value = Mutex<Int?>(nil)
    }

    /// Answers the first bytes of a connection, and closes it.
    private final class Parrot: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let bytes = ByteBuffer(bytes: WholeGateway.answer.withLock { $0 })
            context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
            context.close(promise: nil)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }
}
