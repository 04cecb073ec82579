// The operators' side: health, metrics and the JSON API.

package import Control
import DataPlane
import Foundation
import Hummingbird
package import Logging
import NIOCore
package import Plan
import Recording
import ServiceLifecycle

/// The admin listener, as a service that runs until it is asked to end.
package struct AdminServer: Service {
    /// Windows of the comparison, in seconds.
    private static let windows = 1...86_400
    private static let defaultWindow = 60

    private let address: ListenAddress
    private let token: String?
    let controller: Controller
    private let logger: Logger
    private let onListening: @Sendable (Int) async -> Void

    /// Makes a listener; `onListening` is told the port once it is open.
    package init(
        address: ListenAddress, token: String?, controller: Controller, logger: Logger,
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        self.address = address
        self.token = token
        self.controller = controller
        var quiet = logger
        quiet.logLevel = max(.warning, logger.logLevel)
        self.logger = quiet
        self.onListening = onListening
    }

    /// Listens and answers; throws if the port cannot be had.
    package func run() async throws {
        let onListening = self.onListening
        let application = Application(
            router: makeRouter(),
            configuration: .init(
                address: .hostname(address.host, port: address.port), serverName: "sluice"),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? 0) },
            logger: logger)
        try await application.run()
    }

    private func makeRouter() -> Router<BasicRequestContext> {
        let router = Router()
        if let token { router.add(middleware: TokenCheck(token: token)) }
        let controller = self.controller
        router.get("healthz") { _, _ in Answers.text("ok\n") }
        router.get("readyz") { _, _ in
            let isDraining = await controller.state().isDraining
            return isDraining
                ? Answers.text("draining\n", .serviceUnavailable) : Answers.text("ready\n")
        }
        router.get("metrics") { _, _ in
            Answers.text(
                PrometheusText.make(
                    await controller.state(), webhooks: await controller.webhookCounters()),
                type: "text/plain; version=0.0.4; charset=utf-8")
        }
        router.get("api/v1/routes") { _, _ in
            try Answers.json(GatewayDocument(await controller.state()))
        }
        router.post("api/v1/explain") { request, context in
            let question = try await request.decode(as: ExplainQuestion.self, context: context)
            do {
                let plan = await controller.state().plan
                return try Answers.json(try question.answer(plan))
            } catch let refusal as RequestTrial.Refusal {
                return Answers.problem(.badRequest, "bad_request", refusal.detail)
            }
        }
        router.get("api/v1/routes/{route}") { _, context in
            let state = await controller.state()
            let name = context.parameters.get("route") ?? ""
            guard let route = state.plan.route(named: name) else { return Answers.noRoute(state) }
            return try Answers.json(
                RouteStateDocument(
                    config: RouteDocument(route),
                    total: ComparisonDocument(
                        route, state.snapshot.versions, windowSeconds: Self.age(of: state)),
                    ramp: await controller.ramp(name).map(RampDocument.init)))
        }
        router.get("api/v1/routes/{route}/comparison") { request, context in
            let state = await controller.state()
            let name = context.parameters.get("route") ?? ""
            guard let route = state.plan.route(named: name) else { return Answers.noRoute(state) }
            let text = request.uri.queryParameters["window"].map(String.init)
            guard let seconds = Self.seconds(text) else {
                return Answers.problem(
                    .badRequest, "bad_window",
                    "window must be 1s to 24h, like 60s, 10m or 1h")
            }
            let figures = await controller.window(seconds: seconds)
            // A gateway that is younger than the window has not been counting for all of it.
            return try Answers.json(
                ComparisonDocument(
                    route, figures, windowSeconds: min(seconds, Self.age(of: state)),
                    ramp: await controller.ramp(name).map(RampDocument.init)))
        }
        addRamps(to: router)
        return router
    }

    /// For how many seconds the gateway has been counting; at least one.
    private static func age(of state: GatewayState) -> Int {
        max(1, Int(Date().timeIntervalSince1970) - state.startSecond)
    }

    /// `60s`, `10m`, `1h` or plain seconds; the default without any.
    static func seconds(_ text: String?) -> Int? {
        guard let text else { return defaultWindow }
        let scale = ["s": 1, "m": 60, "h": 3_600][String(text.suffix(1))]
        let digits = scale == nil ? text[...] : text.dropLast()
        guard digits.utf8.count <= 6, let number = Int(digits) else { return nil }
        let seconds = number * (scale ?? 1)
        return windows.contains(seconds) ? seconds : nil
    }
}

/// Asks for a bearer token on everything but the health checks.
private struct TokenCheck: RouterMiddleware {
    let token: String

    func handle(
        _ request: Request, context: BasicRequestContext,
        next: (Request, BasicRequestContext) async throws -> Response
    ) async throws -> Response {
        let isOpen = request.uri.path == "/healthz" || request.uri.path == "/readyz"
        let given = Array((request.headers[.authorization] ?? "").utf8)
        if isOpen || Self.isSame(given, Array("Bearer \(token)".utf8)) {
            return try await next(request, context)
        }
        var answer = Answers.problem(
            .unauthorized, "unauthorized", "send authorization: Bearer TOKEN")
        answer.headers[.wwwAuthenticate] = "Bearer"
        return answer
    }

    /// Compares in a time that does not tell where the difference is.
    private static func isSame(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

/// Builds answers.
enum Answers {
    static func text(
        _ text: String, _ status: HTTPResponse.Status = .ok,
        type: String = "text/plain; charset=utf-8"
    ) -> Response {
        Response(
            status: status, headers: [.contentType: type, .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    static func json(_ value: some Encodable, _ status: HTTPResponse.Status = .ok) throws
        -> Response
    {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let data = try encoder.encode(value)
        return Response(
            status: status,
            headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(bytes: data)))
    }

    static func noRoute(_ state: GatewayState) -> Response {
        let names = state.plan.routes.prefix(20).map(\.name).joined(separator: ", ")
        return problem(
            .notFound, "no_route",
            names.isEmpty ? "no routes are served" : "no such route; among those served: \(names)")
    }

    /// `application/problem+json` (RFC 9457); the detail is our own words.
    static func problem(
        _ status: HTTPResponse.Status, _ slug: String, _ detail: String
    ) -> Response {
        struct Problem: Encodable {
            let type: String
            let title: String
            let status: Int
            let detail: String
        }
        let body = Problem(
            type: "urn:sluice:error:\(slug)", title: status.reasonPhrase, status: status.code,
            detail: detail)
        var response = (try? json(body, status)) ?? text("\(detail)\n", status)
        response.headers[.contentType] = "application/problem+json"
        return response
    }
}
