// What goes on beside the load: route files change every second, endpoints stop and start.

import Foundation

/// Rewrites the route file. Of three changes, one moves the split and two leave it as it is.
struct SoakReloads {
    /// The percentage of v2, change by change.
    private static let shares = [10, 20, 30, 40, 50, 40, 30, 20]
    private static let patience = Duration.seconds(10)

    enum Failure: Error {
        case notLoaded(revision: Int)
    }

    let folder: String
    let upstreams: [SoakUpstream]

    /// Writes the file, as a whole; `change` counts up from 0.
    func write(change: Int) throws {
        let share = Self.shares[change / 3 % Self.shares.count]
        let versions = ["v1", "v2"].map { version in
            let urls = upstreams.filter { $0.version == version }
                .map { "http://127.0.0.1:\($0.port)" }
            return "  \(version): {endpoints: [\(urls.joined(separator: ", "))]}"
        }
        let text = """
            # Change \(change).
            route: soak
            match: {path: /soak/**}
            versions:
            \(versions.joined(separator: "\n"))
            sticky: [{header: x-user-id}]
            split: {v1: \(100 - share)%, v2: \(share)%}

            """
        try Data(text.utf8).write(
            to: URL(fileURLWithPath: "\(folder)/Routes/soak.yaml"), options: .atomic)
    }

    /// Makes one change a second until it is cancelled; returns how many were taken up.
    func run(_ gateway: GatewayProcess, _ ledger: StickyLedger) async throws -> Int {
        var change = 1
        var revision = try await Self.revision(gateway)
        var due = ContinuousClock.now
        while true {
            due = max(due + .seconds(1), .now)
            guard (try? await Task.sleep(until: due)) != nil else { return change - 1 }
            if change % 3 == 0 {
                ledger.closeWindow()
            } else if change % 3 == 1 {
                ledger.openWindow(growing: Self.growing(at: change))
            }
            try write(change: change)
            revision = try await taken(gateway, after: revision)
            change += 1
        }
    }

    /// Waits until the gateway serves another revision than this.
    private func taken(_ gateway: GatewayProcess, after revision: Int) async throws -> Int {
        let deadline = ContinuousClock.now + Self.patience
        while ContinuousClock.now < deadline {
            let now = try await Self.revision(gateway)
            if now > revision { return now }
            // Cancelled or not, the change that is written is waited for.
            try? await Task.sleep(for: .milliseconds(100))
        }
        throw Failure.notLoaded(revision: revision)
    }

    private static func revision(_ gateway: GatewayProcess) async throws -> Int {
        SoakMetrics(try await gateway.get("/metrics")).sum("sluice_config_revision") ?? 0
    }

    /// The version that has more now than before the last move.
    private static func growing(at change: Int) -> String {
        let step = change / 3
        let now = shares[step % shares.count]
        let before = shares[(step + shares.count - 1) % shares.count]
        return now > before ? "v2" : "v1"
    }
}

/// Stops and starts one endpoint after the other; the other one of its version goes on.
struct SoakRestarts {
    let upstreams: [SoakUpstream]

    /// Every two seconds, one is away for a second. Returns how often, once cancelled.
    func run() async throws -> Int {
        var count = 0
        var due = ContinuousClock.now
        while true {
            due = max(due + .seconds(1), .now)
            guard (try? await Task.sleep(until: due)) != nil else { return count }
            let upstream = upstreams[count % upstreams.count]
            try await upstream.stop()
            count += 1
            due = max(due + .seconds(1), .now)
            try? await Task.sleep(until: due)
            try await upstream.start()
        }
    }
}
