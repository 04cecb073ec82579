// A receiver of webhooks on a real socket, that answers as a test tells it.

import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A small HTTP server.
final class WebhookReceiver: Sendable {
    /// A message that came.
    struct Message: Sendable, Equatable {
        let path: String
        let headers: [String: String]
        let body: String

        var id: String? { headers["webhook-id"] }
    }

    /// What a message is answered with.
    enum Answer: Sendable {
        case status(Int, headers: [String: String] = [:])
        /// Nothing at all.
        case silence
    }

    private let channel: any Channel
    private let script: Script
    private let source: AsyncStream<Message>.Continuation
    /// What came, in order.
    let messages: AsyncStream<Message>
    var port: Int { channel.localAddress?.port ?? 0 }

    /// Answers the first messages with these, and all others with 204.
    init(_ answers: [Answer] = []) async throws {
        let script = Script(answers)
        let (messages, source) = AsyncStream<Message>.makeStream()
        channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.configureHTTPServerPipeline()
                    try pipeline.addHandler(Handler(script: script, source: source))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        self.script = script
        self.messages = messages
        self.source = source
    }

    func url(_ path: String = "/hook") -> String { "http://127.0.0.1:\(port)\(path)" }

    func close() async {
        try? await channel.close()
        source.finish()
    }

    /// The answers that are still to be given.
    private final class Script: Sendable {
        private let answers: Mutex<[Answer]>

        init(_ answers: [Answer]) { self.answers = Mutex(answers) }

        func next() -> Answer {
            answers.withLock { $0.isEmpty ? .status(204) : $0.removeFirst() }
        }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let script: Script
        private let source: AsyncStream<Message>.Continuation
        private var head: HTTPRequestHead?
        private var body = ""

        init(script: Script, source: AsyncStream<Message>.Continuation) {
            self.script = script
            self.source = source
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                self.head = head
                body = ""
            case .body(let buffer): body += String(buffer: buffer)
            case .end: answer(context)
            }
        }

        private func answer(_ context: ChannelHandlerContext) {
            guard let head else { return }
            let headers = Dictionary(
                head.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { $1 })
            source.yield(Message(path: head.uri, headers: headers, body: body))
            guard case .status(let status, let fields) = script.next() else { return }
            let answer = HTTPResponseHead(
                version: .http1_1, status: HTTPResponseStatus(statusCode: status),
                headers: HTTPHeaders(fields.map { ($0.key, $0.value) } + [("content-length", "0")]))
            context.write(wrapOutboundOut(.head(answer)), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
