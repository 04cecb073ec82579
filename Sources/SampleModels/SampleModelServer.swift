// A small model service to try the gateway with: it answers anything, as well as it is told to.

import Foundation
import Hummingbird
package import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// Serves a sample model on 127.0.0.1 until it is asked to end. `GET /_behaviour` tells how it
/// behaves, and `PUT /_behaviour` changes that.
package struct SampleModelServer: Service {
    private static let mostBodyBytes = 16 * 1024 * 1024
    private static let mostHang = Duration.seconds(3_600)

    /// What requests share.
    private final class State: Sendable {
        let model: Mutex<SampleModel>
        let requests = Mutex(0)

        init(_ model: SampleModel) {
            self.model = Mutex(model)
        }
    }

    /// What ends the connection of an answer that is cut off.
    private struct CutOff: Error {}

    private let state: State
    private let port: Int
    private let logger: Logger
    private let onListening: @Sendable (Int) async -> Void

    /// Makes a server; port 0 lets the system choose, and `onListening` is told what it chose.
    package init(
        _ model: SampleModel, port: Int, logger: Logger,
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        state = State(model)
        self.port = port
        var quiet = logger
        quiet.logLevel = .error
        self.logger = quiet
        self.onListening = onListening
    }

    /// Listens and answers.
    package func run() async throws {
        let onListening = self.onListening
        let state = self.state
        let responder = CallbackResponder<BasicRequestContext> { request, _ in
            var request = request
            let body = try await request.collectBody(upTo: Self.mostBodyBytes)
            if request.uri.path == "/_behaviour" {
                return try Self.behaviour(state, request.method == .put ? body : nil)
            }
            return try await Self.answer(state, request, body)
        }
        let application = Application(
            responder: responder,
            configuration: .init(address: .hostname("127.0.0.1", port: port), serverName: nil),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? 0) },
            logger: logger)
        try await application.run()
    }

    /// Changes how it behaves, if it is told to, and says how.
    private static func behaviour(_ state: State, _ change: ByteBuffer?) throws -> Response {
        do {
            if let change {
                try state.model.withLock { model in
                    var changed = model
                    try changed.change(Data(change.readableBytesView))
                    model = changed
                }
            }
        } catch {
            return json(try text(["error": "\(error)"]), .badRequest)
        }
        var values = state.model.withLock { $0.values }
        values["requests"] = Double(state.requests.withLock { $0 })
        return json(try text(values), .ok)
    }

    private static func text(_ values: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(values), as: UTF8.self) + "\n"
    }

    private static func answer(
        _ state: State, _ request: Request, _ body: ByteBuffer
    ) async throws -> Response {
        let model = state.model.withLock { $0 }
        state.requests.withLock { $0 += 1 }
        let fate = model.drawFate()
        if fate == .hang { try await hang(request) }
        try await Task.sleep(for: model.drawLatency())
        if fate == .error {
            return json(
                "{\"error\":\"the model failed\",\"version\":\"\(model.version)\"}\n",
                .internalServerError)
        }
        if request.uri.path.hasSuffix("/chat/completions"),
            let chat = ChatAnswer(Data(body.readableBytesView), by: model)
        {
            if chat.isStream { return stream(chat.events, model, isCutOff: fate == .broken) }
            return fate == .broken ? cutOff(chat.whole) : json(chat.whole, .ok)
        }
        let score = (Double.random(in: 0.5..<1) * 1_000).rounded() / 1_000
        let text =
            "{\"label\":\"positive\",\"score\":\(score),"
            + "\"version\":\"\(model.version)\",\"bytes\":\(body.readableBytes)}\n"
        return fate == .broken ? cutOff(text) : json(text, .ok)
    }

    private static func json(_ text: String, _ status: HTTPResponse.Status) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    /// An answer as server-sent events, one after the other.
    private static func stream(
        _ events: [String], _ model: SampleModel, isCutOff: Bool
    ) -> Response {
        Response(
            status: .ok, headers: [.contentType: "text/event-stream"],
            body: .init { writer in
                for event in events.prefix(isCutOff ? events.count / 2 : events.count) {
                    try await writer.write(ByteBuffer(string: event))
                    try await Task.sleep(for: .microseconds(Int(model.eventMilliseconds * 1_000)))
                }
                if isCutOff { throw CutOff() }
                try await writer.finish(nil)
            })
    }

    /// An answer of which half arrives before the connection ends.
    private static func cutOff(_ text: String) -> Response {
        Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: .init(contentLength: text.utf8.count) { writer in
                try await writer.write(ByteBuffer(string: String(text.prefix(text.count / 2))))
                throw CutOff()
            })
    }

    /// Holds a request until whoever sent it goes away, or the server ends.
    private static func hang(_ request: Request) async throws {
        try await request.body.consumeWithCancellationOnInboundClose { _ in
            try await cancelWhenGracefulShutdown { try await Task.sleep(for: mostHang) }
        }
    }
}
