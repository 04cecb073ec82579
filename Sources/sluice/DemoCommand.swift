// `sluice demo`: everything at once, to look at.

import Admin
import ArgumentParser
import Control
import Foundation
import Logging
import Plan
import RouteFiles
import SampleModels
import ServiceLifecycle
import UnixSignals

/// Runs two sample models, the gateway in front of them and steady load, and shows `watch`.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Runs two sample models, the gateway and sample load, and shows the figures.",
        discussion: "Ctrl-C ends all of it.")

    @Option(help: "Ends after so many seconds.")
    var seconds: Int?

    @Option(help: "Requests a second.")
    var rate = 200

    func validate() throws {
        if let seconds, seconds < 1 { throw ValidationError("--seconds must be at least 1") }
        if !(1...5_000).contains(rate) { throw ValidationError("--rate must be from 1 to 5000") }
    }

    func run() async throws {
        var logger = Logger(label: "sluice") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .error
        let folder = try DemoFolder()
        defer { folder.remove() }
        let first = PortAnswer()
        let second = PortAnswer()
        let models: [any Service] = [
            SampleModelServer(
                SampleModel(version: "v1", latencyMilliseconds: 8, tailMilliseconds: 4), port: 0,
                logger: logger, onListening: { await first.give($0) }),
            SampleModelServer(
                SampleModel(
                    version: "v2", latencyMilliseconds: 6, tailMilliseconds: 6, errorRate: 0.01),
                port: 0, logger: logger, onListening: { await second.give($0) }),
        ]
        let rest = DemoGateway(
            folder: folder, models: [first, second], seconds: seconds, rate: rate, logger: logger)
        var configuration = ServiceGroupConfiguration(
            services: models.map { .init(service: $0) } + [
                .init(
                    service: rest, successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .cancelGroup)
            ], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        configuration.maximumGracefulShutdownDuration = .seconds(10)
        do {
            try await ServiceGroup(configuration: configuration).run()
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(code: CommandFailure.no, message: "error: \(error)")
        }
        try Terminal.show("the demo has ended; nothing of it is left\n")
    }
}

/// A port that is known once a server listens.
actor PortAnswer {
    private var port: Int?
    private var waiting: [CheckedContinuation<Int, Never>] = []

    /// Takes the port.
    func give(_ port: Int) {
        self.port = port
        for continuation in waiting { continuation.resume(returning: port) }
        waiting = []
    }

    /// The port, once it is known.
    func wait() async -> Int {
        if let port { return port }
        return await withCheckedContinuation { waiting.append($0) }
    }
}

/// The gateway of the demo, its load and its table, as one service.
struct DemoGateway: Service {
    private static let listen = ListenAddress(host: "127.0.0.1", port: 8443)
    private static let admin = ListenAddress(host: "127.0.0.1", port: 9901)

    let folder: DemoFolder
    let models: [PortAnswer]
    let seconds: Int?
    let rate: Int
    let logger: Logger

    func run() async throws {
        var ports: [Int] = []
        for model in models { ports.append(await model.wait()) }
        try folder.write(ports: ports)
        var files = GatewayFiles(routes: folder.routes)
        files.overrides.certificates = folder.certificates
        files.overrides.state = folder.state
        files.overrides.listen = FreePort.address(like: Self.listen)
        files.overrides.admin = FreePort.address(like: Self.admin)
        files.overrides.workers = 1
        let settings = try files.load().gateway
        let controller = try await Gateway.start(
            files: files, settings: settings, logger: logger)
        let adminPort = PortAnswer()
        // It is cut off in the end, and would complain of that.
        var silent = logger
        silent.logLevel = .critical
        let server = AdminServer(
            address: settings.admin, token: nil, controller: controller, logger: silent,
            onListening: { await adminPort.give($0) })
        let work = Task {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run() }
                group.addTask { await controller.run() }
                group.addTask {
                    try await DemoLoad(
                        port: controller.listen.port, certificate: folder.certificatePath,
                        rate: rate
                    ).run()
                }
                group.addTask {
                    let admin = ListenAddress(host: "127.0.0.1", port: await adminPort.wait())
                    try await show(controller.listen, admin)
                }
                // Whoever ends first ends the demo: the table after its seconds, or a failure.
                defer { group.cancelAll() }
                try await group.next()
            }
        }
        let result = await withTaskCancellationOrGracefulShutdownHandler {
            await work.result
        } onCancelOrGracefulShutdown: {
            work.cancel()
        }
        await controller.drain()
        if case .failure(let error) = result, !(error is CancellationError) { throw error }
    }

    /// Shows the table every second.
    private func show(_ listen: ListenAddress, _ admin: ListenAddress) async throws {
        let query = StatusQuery(window: "10s", admin: AdminPlace(address: admin))
        var left = seconds ?? .max
        while left > 0 {
            try await Task.sleep(for: .seconds(1))
            left -= 1
            let page = StatusTable.page(try await query.fetch())
            try Terminal.refresh(header(listen, admin) + page)
        }
    }

    private func header(_ listen: ListenAddress, _ admin: ListenAddress) -> String {
        """
        sluice demo: \(rate) requests a second over TLS, 90 % to v1 and 10 % to v2 (1 % errors)

          try      curl --cacert \(folder.certificatePath) -H 'x-user-id: 42' \
        https://localhost:\(listen.port)/v1/sentiment -d '{}'
          edit     \(folder.routes)/sentiment.yaml   (taken up within a second)
          figures  http://\(admin)/metrics   http://\(admin)/api/v1/routes
          end      Ctrl-C


        """
    }
}
