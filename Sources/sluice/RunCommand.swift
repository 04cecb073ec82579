// `sluice run`: the gateway, until it is asked to end.

import Admin
import ArgumentParser
import Control
import DataPlane
import Foundation
import Logging
import Plan
import RouteFiles
import ServiceLifecycle
import UnixSignals

/// Runs the gateway.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Runs the gateway.",
        discussion: """
            SIGTERM and Ctrl-C let requests under way finish, then end. SIGHUP loads the files \
            again and opens the access log anew. Files that change are loaded by themselves.
            """)

    @OptionGroup var options: GatewayOptions

    func run() async throws {
        try await Gateway.run(files: options.files)
    }
}

/// The gateway as a process: its services, its signals and its end.
enum Gateway {
    /// Runs until SIGTERM or Ctrl-C.
    static func run(files: GatewayFiles) async throws {
        raiseDescriptorLimit()
        let settings = try files.load().gateway
        let logger = GatewayLog.logger("sluice", settings.log)
        do {
            try await run(files, settings, logger)
        } catch let failure as CommandFailure
            where settings.log.format == .json && !failure.message.isEmpty
        {
            // Whoever collects lines of JSON is told in one of them, too.
            logger.critical("\(failure.message.trimmingPrefix("error: "))")
            throw CommandFailure(code: failure.code, message: "")
        }
    }

    private static func run(
        _ files: GatewayFiles, _ settings: GatewaySettings, _ logger: Logger
    ) async throws {
        let controller = try await start(files: files, settings: settings, logger: logger)
        let dogStatsD = settings.dogStatsD.map {
            DogStatsDExporter($0, controller: controller, logger: logger)
        }
        let admin = AdminServer(
            address: settings.admin, access: try AdminTokens.access(settings),
            controller: controller, dogStatsD: dogStatsD, logger: logger
        ) { port in
            let shown = ListenAddress(host: settings.admin.host, port: port)
            logger.info(
                "listening",
                metadata: ["clients": "https://\(controller.listen)", "admin": "http://\(shown)"])
        }
        // Ended in reverse order: operators can still look on while the gateway drains, and the
        // last figures are of all that it did.
        let exporters: [any Service] = dogStatsD.map { [$0] } ?? []
        let services = [admin] + exporters + [GatewayService(controller: controller)]
        var configuration = ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet(logger))
        configuration.maximumGracefulShutdownDuration = nil
        do {
            try await ServiceGroup(configuration: configuration).run()
        } catch {
            throw CommandFailure(code: CommandFailure.no, message: "error: \(error)")
        }
        logger.info("ended")
    }

    /// Starts everything but the admin side; throws one clear failure with nothing left running.
    static func start(
        files: GatewayFiles, settings: GatewaySettings, logger: Logger
    ) async throws -> Controller {
        do {
            try checkPorts(settings)
            if settings.admin.port != 0 { try PortProbe.check(settings.admin, flag: "--admin") }
            if settings.listen.port != 0 { try PortProbe.check(settings.listen, flag: "--listen") }
            return try await Controller.start(
                routes: files.routes, overrides: files.overrides, logger: logger)
        } catch let failure as CommandFailure {
            throw failure
        } catch let failure as CertificateFailure {
            throw CommandFailure(code: CommandFailure.no, message: failure.description)
        } catch {
            throw CommandFailure(code: CommandFailure.no, message: "error: \(error)")
        }
    }

    /// Two listeners of ours cannot have one port.
    private static func checkPorts(_ settings: GatewaySettings) throws {
        let (listen, admin) = (settings.listen, settings.admin)
        let isShared = ["0.0.0.0", "::"].contains { $0 == listen.host || $0 == admin.host }
        guard listen.port == admin.port, listen.port != 0, isShared || listen.host == admin.host
        else { return }
        throw CommandFailure(
            code: CommandFailure.no,
            message: "error: clients and operators cannot share \(admin): choose another with "
                + "--admin or --listen")
    }

    private static func quiet(_ logger: Logger) -> Logger {
        var logger = logger
        logger.logLevel = .error
        return logger
    }

    /// Asks the system for all the descriptors that it would give.
    private static func raiseDescriptorLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}

/// The controller and the data plane as a service.
struct GatewayService: Service {
    let controller: Controller

    func run() async throws {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await controller.run() }
            group.addTask {
                for await _ in await UnixSignalsSequence(trapping: .sighup) {
                    await controller.reload()
                }
            }
            try? await gracefulShutdown()
            await controller.drain()
            group.cancelAll()
        }
    }
}
