// A small model service to try the gateway with: it answers anything, after a while, mostly well.

import Glibc
import Hummingbird
package import Logging
import NIOCore
import ServiceLifecycle

/// How a sample service behaves.
package struct SampleModel: Sendable {
    /// The version that its answers name.
    package var version: String
    /// The least time to an answer, in milliseconds.
    package var latencyMilliseconds: Int
    /// The mean of what a random tail adds to it, in milliseconds.
    package var tailMilliseconds: Double
    /// The share of requests answered 500, from 0 to 1.
    package var errorRate: Double

    /// Makes a behaviour.
    package init(
        version: String, latencyMilliseconds: Int = 5, tailMilliseconds: Double = 2,
        errorRate: Double = 0
    ) {
        self.version = version
        self.latencyMilliseconds = latencyMilliseconds
        self.tailMilliseconds = tailMilliseconds
        self.errorRate = errorRate
    }
}

/// Serves a sample model on 127.0.0.1 until it is asked to end.
package struct SampleModelServer: Service {
    private static let mostBodyBytes = 16 * 1024 * 1024

    private let model: SampleModel
    private let port: Int
    private let logger: Logger
    private let onListening: @Sendable (Int) async -> Void

    /// Makes a server; port 0 lets the system choose, and `onListening` is told what it chose.
    package init(
        _ model: SampleModel, port: Int, logger: Logger,
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        self.model = model
        self.port = port
        var quiet = logger
        quiet.logLevel = .error
        self.logger = quiet
        self.onListening = onListening
    }

    /// Listens and answers.
    package func run() async throws {
        let onListening = self.onListening
        let model = self.model
        let responder = CallbackResponder<BasicRequestContext> { request, _ in
            var request = request
            let body = try await request.collectBody(upTo: Self.mostBodyBytes)
            return try await Self.answer(model, path: request.uri.path, bytes: body.readableBytes)
        }
        let application = Application(
            responder: responder,
            configuration: .init(address: .hostname("127.0.0.1", port: port), serverName: nil),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? 0) },
            logger: logger)
        try await application.run()
    }

    private static func answer(
        _ model: SampleModel, path: String, bytes: Int
    ) async throws -> Response {
        // An exponential tail, as services with a queue in front of them have.
        let tail = -model.tailMilliseconds * log(Double.random(in: 0.000_001..<1))
        let microseconds = Double(model.latencyMilliseconds) * 1_000 + tail * 1_000
        try await Task.sleep(for: .microseconds(Int(microseconds)))
        let isError = Double.random(in: 0..<1) < model.errorRate
        let score = Double.random(in: 0.5..<1)
        let text =
            isError
            ? "{\"error\":\"the model failed\",\"version\":\"\(model.version)\"}\n"
            : "{\"label\":\"positive\",\"score\":\((score * 1_000).rounded() / 1_000),"
                + "\"version\":\"\(model.version)\",\"bytes\":\(bytes)}\n"
        return Response(
            status: isError ? .internalServerError : .ok,
            headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(string: text)))
    }
}
