// The sample models behind one route of the demo.

import Logging
import SampleModels

/// Two servers, and the ports that the system chose for them.
struct DemoModels: Sendable {
    let route: DemoRoute
    let servers: [SampleModelServer]
    private let stablePort = PortAnswer()
    private let candidatePort = PortAnswer()

    init(_ route: DemoRoute, logger: Logger) {
        self.route = route
        let places = [(route.stable, stablePort), (route.candidate, candidatePort)]
        servers = places.map { model, port in
            SampleModelServer(model, port: 0, logger: logger, onListening: { await port.give($0) })
        }
    }

    /// The ports of the stable version and of the candidate, once both listen.
    func ports() async -> (stable: Int, candidate: Int) {
        (await stablePort.wait(), await candidatePort.wait())
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
