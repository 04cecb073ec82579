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
    private let access: AdminAccess
    let controller: Controller
    let hub: StreamHub
    private let dogStatsD: DogStatsDExporter?
    private let logger: Logger
    private let onListening: @Sendable (Int) async -> Void

    /// Makes a listener; `onListening` is told the port once it is open.
    package init(
        address: ListenAddress, access: AdminAccess, controller: Controller,
        dogStatsD: DogStatsDExporter? = nil, logger: Logger,
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        self.address = address
        self.access = access
        self.controller = controller
        self.dogStatsD = dogStatsD
        var quiet = logger
        quiet.logLevel = max(.warning, logger.logLevel)
        self.logger = quiet
        hub = StreamHub(controller: controller, logger: quiet)
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
        let hub = self.hub
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                // A stream would never end by itself, and the server waits for its answers.
                await withGracefulShutdownHandler {
                    await hub.run()
                } onGracefulShutdown: {
                    Task { await hub.close() }
                }
            }
            group.addTask { try await application.run() }
            // The hub may end first, when it is asked to; the server is what counts.
            while try await group.next() != nil {}
        }
    }

    /// The paths with what every request passes first.
    func makeRouter() -> Router<AdminContext> {
        let router = Router(context: AdminContext.self)
        router.add(middleware: SafeHeaders())
        router.add(middleware: HostCheck(access: access))
        router.add(middleware: SiteCheck())
        router.add(middleware: TokenCheck(access: access))
        addDashboard(to: router)
        addDescription(to: router)
        addState(to: router)
        addStream(to: router)
        addRamps(to: router)
        addShadows(to: router)
        addAlerts(to: router)
        return router
    }

    private func addState(to router: Router<AdminContext>) {
        let controller = self.controller
        router.get("healthz") { _, _ in Answers.text("ok\n") }
        router.get("readyz") { _, _ in
            let isDraining = await controller.state().isDraining
            return isDraining
                ? Answers.text("draining\n", .serviceUnavailable) : Answers.text("ready\n")
        }
        let dogStatsD = self.dogStatsD
        router.get("metrics") { _, _ in
            Answers.text(
                PrometheusText.make(
                    MetricReading(
                        await controller.state(), webhooks: await controller.webhookCounters(),
                        process: ProcessFigures.now(), dogStatsD: dogStatsD?.counters)),
                type: "text/plain; version=0.0.4; charset=utf-8")
        }
        router.get("api/v1/routes") { _, _ in
            try Answers.json(GatewayDocument(await controller.state()))
        }
        router.post("api/v1/explain") { request, _ in
            let question: ExplainQuestion
            do throws(BodyFault) {
                question = try await Self.body(of: request)
            } catch {
                return error.answer(
                    "bad_request",
                    "the body must be JSON like {\"method\": \"GET\", \"host\": \"a.example\", "
                        + "\"target\": \"/\", \"fields\": []}")
            }
            do {
                let plan = await controller.state().plan
                return try Answers.json(try question.answer(plan))
            } catch let refusal as RequestTrial.Refusal {
                return Answers.problem(.badRequest, "bad_request", refusal.detail)
            }
        }
        router.get("api/v1/routes/{route}") { _, context in
            let state = await controller.state()
            let name = context.segment("route")
            guard let route = state.plan.route(named: name) else { return Answers.noRoute(state) }
            return try Answers.json(
                RouteStateDocument(
                    config: RouteDocument(route),
                    total: ComparisonDocument(
                        route, state.snapshot.versions, windowSeconds: Self.age(of: state),
                        shadows: ShadowSummaryDocument.all(of: route, state.shadows)),
                    ramp: await controller.ramp(name).map(RampDocument.init)))
        }
        router.get("api/v1/routes/{route}/comparison") { request, context in
            let state = await controller.state()
            let name = context.segment("route")
            guard let route = state.plan.route(named: name) else { return Answers.noRoute(state) }
            let text = request.uri.queryParameters["window"].map(String.init)
            guard let seconds = Self.seconds(text) else { return Self.badWindow }
            let figures = await controller.window(seconds: seconds)
            // A gateway that is younger than the window has not been counting for all of it.
            return try Answers.json(
                ComparisonDocument(
                    route, figures, windowSeconds: min(seconds, Self.age(of: state)),
                    ramp: await controller.ramp(name).map(RampDocument.init),
                    shadows: ShadowSummaryDocument.all(of: route, state.shadows)))
        }
    }

    static var badWindow: Response {
        Answers.problem(
            .badRequest, "bad_window", "window must be 1s to 24h, like 60s, 10m or 1h")
    }

    /// For how many seconds the gateway has been counting; at least one.
    static func age(of state: GatewayState) -> Int {
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
