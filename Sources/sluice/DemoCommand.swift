// `sluice demo`: everything at once, to look at.

import ArgumentParser
import Control
import Logging
import SampleModels
import ServiceLifecycle
import UnixSignals

/// Runs sample models, the gateway in front of them and steady load, and shows three ramps.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Runs sample models, the gateway and load, and shows three ramps decide.",
        discussion: """
            One candidate is good and gets all requests within about a minute; one fails now and \
            then and one is slow now and then, and both are rolled back. Ctrl-C ends all of it.
            """)

    @Option(help: "Ends after so many seconds.")
    var seconds: Int?

    @Option(help: "Requests a second, over all three routes.")
    var rate = 300

    func validate() throws {
        if let seconds, seconds < 1 { throw ValidationError("--seconds must be at least 1") }
        if !(1...5_000).contains(rate) { throw ValidationError("--rate must be from 1 to 5000") }
    }

    func run() async throws {
        var logger = GatewayLog.logger("sluice")
        logger.logLevel = .error
        let folder = try DemoFolder()
        defer { folder.remove() }
        let models = DemoRoute.all.map { DemoModels($0, logger: logger) }
        let gateway = DemoGateway(
            folder: folder, models: models, seconds: seconds, rate: rate, logger: logger)
        var configuration = ServiceGroupConfiguration(
            services: models.flatMap(\.servers).map { .init(service: $0) } + [
                .init(
                    service: gateway, successTerminationBehavior: .gracefullyShutdownGroup,
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
