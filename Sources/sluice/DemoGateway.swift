// The gateway of the demo, its load and its screen, as one service.

import Admin
import Control
import Logging
import Plan
import RouteFiles
import ServiceLifecycle

/// Runs until the screen has had its time, or something fails.
struct DemoGateway: Service {
    private static let listen = ListenAddress(host: "127.0.0.1", port: 8443)
    private static let admin = ListenAddress(host: "127.0.0.1", port: 9901)
    private static let mostDecisions = 100

    let folder: DemoFolder
    let models: [DemoModels]
    let seconds: Int?
    let rate: Int
    let logger: Logger

    func run() async throws {
        let candidatePorts = try await writeFiles()
        let files = folder.files(
            listen: FreePort.address(like: Self.listen), admin: FreePort.address(like: Self.admin))
        let settings = try files.load().gateway
        let controller = try await Gateway.start(
            files: files, settings: settings, logger: logger)
        let adminPort = PortAnswer()
        // It is cut off in the end, and would complain of that.
        var silent = logger
        silent.logLevel = .critical
        let server = AdminServer(
            address: settings.admin, access: AdminAccess(tokens: []), controller: controller,
            logger: silent,
            onListening: { await adminPort.give($0) })
        let load = DemoLoad(
            port: controller.listen.port, certificate: folder.certificatePath, rate: rate,
            paths: models.map(\.route.path))
        let work = Task {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run() }
                group.addTask { await controller.run() }
                group.addTask { try await load.run() }
                group.addTask {
                    let admin = ListenAddress(host: "127.0.0.1", port: await adminPort.wait())
                    try await show(
                        DemoScreen(
                            folder: folder, rate: rate, listen: controller.listen, admin: admin,
                            routes: models.map(\.route), candidatePorts: candidatePorts))
                }
                // Whoever ends first ends the demo: the screen after its seconds, or a failure.
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

    /// Writes the files once the models listen, and tells where the candidates do.
    private func writeFiles() async throws -> [Int] {
        try folder.prepare()
        var candidatePorts: [Int] = []
        for model in models {
            let ports = await model.ports()
            candidatePorts.append(ports.candidate)
            try folder.write(
                model.route.file(stablePort: ports.stable, candidatePort: ports.candidate),
                route: model.route.name)
        }
        return candidatePorts
    }

    /// Shows the screen every second.
    private func show(_ screen: DemoScreen) async throws {
        let place = AdminPlace(address: screen.admin)
        let query = StatusQuery(window: "10s", admin: place)
        var left = seconds ?? .max
        while left > 0 {
            try await Task.sleep(for: .seconds(1))
            left -= 1
            let report = try await query.fetch()
            let newest = try await AdminClient.use(place) { client in
                try await client.get(
                    "/api/v1/decisions?limit=\(Self.mostDecisions)", as: DecisionsDocument.self)
            }
            try Terminal.refresh(
                screen.page(report, newest.decisions.reversed(), size: Terminal.size))
        }
    }
}
