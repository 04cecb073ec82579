// `sluice sample-model`: a sample model service on its own, for tests and trials.

import ArgumentParser
import Control
import SampleModels
import ServiceLifecycle
import UnixSignals

/// Runs one sample model service on 127.0.0.1.
struct SampleModelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample-model", abstract: "Runs a sample model service.", shouldDisplay: false)

    @Option(help: "The version that its answers name.")
    var version = "v1"

    @Option(help: "The port on 127.0.0.1; 0 lets the system choose.")
    var port = 0

    @Option(help: "The least time to an answer, in milliseconds.")
    var latency = 5.0

    @Option(help: "The mean of what is added to it, in milliseconds.")
    var tail = 2.0

    @Option(help: "The share of requests answered 500, from 0 to 1.")
    var errors = 0.0

    @Option(help: "The share of answers that take longer, from 0 to 1.")
    var slowShare = 0.0

    @Option(help: "How much longer these take, in milliseconds.")
    var slowMs = 400.0

    @Option(help: "The share of requests that are never answered, from 0 to 1.")
    var hangShare = 0.0

    @Option(help: "The share of answers that are cut off, from 0 to 1.")
    var breakShare = 0.0

    func run() async throws {
        let logger = GatewayLog.logger("sample-model")
        let model = SampleModel(
            version: version, latencyMilliseconds: latency, tailMilliseconds: tail,
            errorRate: errors, slowShare: slowShare, slowMilliseconds: slowMs,
            hangShare: hangShare, breakShare: breakShare)
        let server = SampleModelServer(model, port: port, logger: logger) { port in
            try? Terminal.show("listening on http://127.0.0.1:\(port)\n")
        }
        let group = ServiceGroup(
            configuration: .init(
                services: [server], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        try await group.run()
    }
}
