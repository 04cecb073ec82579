// An upstream that answers by script: the only way to make faults on purpose.

import Foundation
import NIOCore
import NIOPosix
import Synchronization

/// A request as it arrived at the upstream.
struct ScriptedRequest: Sendable {
    /// Which connection of the upstream it came on, from 0.
    let connection: Int
    /// Which request of that connection it is, from 0.
    let number: Int
    let head: String
    let body: [UInt8]

    var firstLine: String { head.components(separatedBy: "\r\n").first ?? "" }

    /// The values of a field, by its lowercase name.
    func values(_ name: String) -> [String] {
        head.components(separatedBy: "\r\n").dropFirst().compactMap { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == name else { return nil }
            return parts[1].trimmingCharacters(in: .whitespaces)
        }
    }
}

/// What the upstream does next.
enum ScriptedStep: Sendable {
    case send(String)
    case sendBytes([UInt8])
    /// Closes the connection in an orderly way.
    case close
    /// Closes it with a TCP reset.
    case reset
    /// Hands the channel to the test, which goes on by itself.
    case hand(@Sendable (any Channel) -> Void)
}

/// A plain HTTP/1.1 server on 127.0.0.1 that calls a script for each request.
final class ScriptedUpstream: Sendable {
    typealias Script = @Sendable (ScriptedRequest) -> [ScriptedStep]

    /// When the script is asked.
    enum Moment: Sendable {
        /// Once the body is whole.
        case wholeRequest
        /// Once the head is there.
        case head
    }

    let port: Int
    private let listener: any Channel
    private let connections: Counter
    private let log: Log

    final class Counter: Sendable {
        let value = Atomic<Int>(0)
    }

    static func start(
        port: Int = 0, at moment: Moment = .wholeRequest, autoRead: Bool = true,
        _ script: @escaping Script
    ) async throws -> ScriptedUpstream {
        let connections = Counter()
        let log = Log()
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.autoRead, value: autoRead)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let number = connections.value.wrappingAdd(1, ordering: .relaxed).oldValue
                    try channel.pipeline.syncOperations.addHandler(
                        Handler(number, moment, script, log))
                }
            }
            .bind(host: "127.0.0.1", port: port).get()
        return ScriptedUpstream(listener, connections, log)
    }

    /// One that answers every request with these bytes.
    static func answering(_ text: String) async throws -> ScriptedUpstream {
        try await start { _ in [.send(text)] }
    }

    private init(_ listener: any Channel, _ connections: Counter, _ log: Log) {
        self.listener = listener
        self.connections = connections
        self.log = log
        port = listener.localAddress?.port ?? 0
    }

    var connectionCount: Int { connections.value.load(ordering: .relaxed) }
    var received: [ScriptedRequest] { log.requests.withLock { $0 } }

    func stop() async {
        try? await listener.close()
    }

    final class Log: Sendable {
        let requests = Mutex<[ScriptedRequest]>([])
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let connection: Int
        private let moment: Moment
        private let script: Script
        private let log: Log
        private var number = 0
        private var bytes: [UInt8] = []
        private var isHanded = false
        private var bodyToSkip = 0

        init(_ connection: Int, _ moment: Moment, _ script: @escaping Script, _ log: Log) {
            self.connection = connection
            self.moment = moment
            self.script = script
            self.log = log
        }

        func channelActive(context: ChannelHandlerContext) {
            context.read()
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var buffer = unwrapInboundIn(data)
            if isHanded { return context.fireChannelRead(NIOAny(buffer)) }
            bytes += buffer.readBytes(length: buffer.readableBytes) ?? []
            while !isHanded, let request = nextRequest() {
                log.requests.withLock { $0.append(request) }
                for step in script(request) { run(step, context) }
            }
        }

        private func nextRequest() -> ScriptedRequest? {
            if bodyToSkip > 0 {
                let count = min(bodyToSkip, bytes.count)
                bytes.removeFirst(count)
                bodyToSkip -= count
                if bodyToSkip > 0 { return nil }
            }
            let text = String(decoding: bytes, as: UTF8.self)
            guard let end = text.range(of: "\r\n\r\n") else { return nil }
            let head = String(text[..<end.upperBound])
            let rest = Array(bytes.dropFirst(head.utf8.count))
            let probe = ScriptedRequest(connection: connection, number: 0, head: head, body: [])
            let length = probe.values("content-length").first.flatMap { Int($0) } ?? 0
            if moment == .head {
                bodyToSkip = length
                bytes = rest
                return make(head, [])
            }
            if probe.values("transfer-encoding").first == "chunked" {
                guard let (body, used) = Self.chunks(rest) else { return nil }
                bytes = Array(rest.dropFirst(used))
                return make(head, body)
            }
            guard rest.count >= length else { return nil }
            bytes = Array(rest.dropFirst(length))
            return make(head, Array(rest.prefix(length)))
        }

        private func make(_ head: String, _ body: [UInt8]) -> ScriptedRequest {
            defer { number += 1 }
            return ScriptedRequest(
                connection: connection, number: number, head: head, body: body)
        }

        /// Data and trailers of a whole chunked body, and the bytes it takes; nil if not whole.
        private static func chunks(_ bytes: [UInt8]) -> (body: [UInt8], used: Int)? {
            var body: [UInt8] = []
            var position = 0
            func line() -> String? {
                guard let end = bytes[position...].firstIndex(of: 0x0A) else { return nil }
                defer { position = end + 1 }
                return String(decoding: bytes[position..<end].dropLast(), as: UTF8.self)
            }
            while true {
                guard let text = line(), let size = Int(text, radix: 16) else { return nil }
                if size == 0 { break }
                guard bytes.count >= position + size + 2 else { return nil }
                body += bytes[position..<position + size]
                position += size + 2
            }
            while let text = line() {
                if text.isEmpty { return (body, position) }
                body += Array("[trailer \(text)]".utf8)
            }
            return nil
        }

        private func run(_ step: ScriptedStep, _ context: ChannelHandlerContext) {
            switch step {
            case .send(let text):
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
            case .sendBytes(let bytes):
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
            case .close: context.close(promise: nil)
            case .reset:
                let channel = context.channel
                let options = channel as? any SocketOptionProvider
                let reset = linger(l_onoff: 1, l_linger: 0)
                options?.setSoLinger(reset).whenComplete { _ in channel.close(promise: nil) }
            case .hand(let take):
                isHanded = true
                take(context.channel)
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }
}
