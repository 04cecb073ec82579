// The soak: steady load while everything around it changes, and nobody notices.

import Foundation
import Testing

/// 200,000 requests unless `SLUICE_SOAK_REQUESTS` says otherwise.
@Suite(.serialized)
struct SoakTests {
    /// Requests before anything is measured.
    private static let warmUp = 2_000
    /// What may be resident more after the last quarter than after the first. The gateway keeps
    /// ten minutes of figures by the second (some 40 KiB each here), which a run of a few minutes
    /// is still filling; a leak of 60 bytes a request is more than this.
    private static let allowedKibibytes = 8 * 1_024

    /// Failures that are told of one by one.
    private static let mostShown = 20

    private static var requests: Int {
        ProcessInfo.processInfo.environment["SLUICE_SOAK_REQUESTS"].flatMap { Int($0) } ?? 200_000
    }

    @Test(.timeLimit(.minutes(15)))
    func `No request fails while files change and endpoints stop and start`() async throws {
        // In this order they stop: never two of a version in a row.
        var upstreams: [SoakUpstream] = []
        for version in ["v1", "v2", "v1", "v2"] {
            upstreams.append(try await SoakUpstream.start(version: version))
        }
        let folder = try GatewayProcess.makeFolder()
        let reloads = SoakReloads(folder: folder, upstreams: upstreams)
        try reloads.write(change: 0)
        let gateway = try await GatewayProcess.start(folder: folder, workers: 2)
        defer { gateway.discard() }
        let client = try SoakClient(port: gateway.clientPort, certificate: gateway.certificate)

        var tally = try await client.run(requests: Self.warmUp)
        let quiet = try await Self.descriptorsAtRest(gateway, upstreams)
        let course = try await Self.soak(client, gateway, reloads, upstreams)
        tally += course.tally

        for failure in tally.failures.prefix(Self.mostShown) { Issue.record("\(failure)") }
        let failureCount = tally.failures.count
        #expect(failureCount == 0)
        #expect(tally.total == Self.warmUp + Self.requests)
        #expect(client.ledger.faults == [])
        #expect(client.ledger.checks > Self.requests / 10)
        let grown = course.resident[3] - course.resident[0]
        #expect(grown <= Self.allowedKibibytes, "resident memory, in KiB: \(course.resident)")
        let after = try await Self.descriptorsAtRest(gateway, upstreams, most: quiet)
        #expect(after <= quiet, "descriptors beside those to endpoints")
        try await Self.compareCounts(gateway, tally)

        // It still serves, and ends as it should.
        let last = try await client.run(requests: 100)
        #expect(last.total == 100 && last.failures == [])
        print(
            "soak: \(course), \(after) descriptors at rest, \(quiet) before; "
                + "\(client.ledger.checks) sticky checks, \(client.ledger.moves) moves")
        let status = await gateway.terminate()
        #expect(status == 0, "\(gateway.logLines.suffix(5))")
        for upstream in upstreams { try await upstream.stop() }
    }

    // MARK: The course

    /// What happened under load.
    private struct Course: CustomStringConvertible {
        var tally = SoakTally()
        var resident: [Int] = []
        var reloads = 0
        var restarts = 0
        var seconds = 0.0

        var description: String {
            let rate = Int(Double(tally.total) / seconds)
            return "\(tally.answered), \(Int(seconds)) s, \(rate) requests a second, "
                + "\(tally.connections) connections, \(reloads) reloads, \(restarts) restarts, "
                + "resident after each quarter, in KiB: \(resident)"
        }
    }

    /// Four quarters of the load, with everything else changing.
    private static func soak(
        _ client: SoakClient, _ gateway: GatewayProcess, _ reloads: SoakReloads,
        _ upstreams: [SoakUpstream]
    ) async throws -> Course {
        let reloading = Task { try await reloads.run(gateway, client.ledger) }
        let restarting = Task { try await SoakRestarts(upstreams: upstreams).run() }
        defer {
            reloading.cancel()
            restarting.cancel()
        }
        var course = Course()
        let start = ContinuousClock.now
        for quarter in 0..<4 {
            let count = requests * (quarter + 1) / 4 - requests * quarter / 4
            course.tally += try await client.run(requests: count)
            let figures = try ProcessFigures(of: gateway.identifier)
            course.resident.append(figures.residentKibibytes)
            print(
                "soak: quarter \(quarter + 1) of 4: \(course.tally.total) requests, "
                    + "\(course.tally.failures.count) failures, \(figures)")
        }
        course.seconds = (ContinuousClock.now - start) / .seconds(1)
        reloading.cancel()
        restarting.cancel()
        course.reloads = try await reloading.value
        course.restarts = try await restarting.value
        #expect(course.reloads > 0, "reloads")
        #expect(course.restarts > 0, "restarts")
        return course
    }

    // MARK: Figures

    /// The gateway's counts are the client's.
    private static func compareCounts(_ gateway: GatewayProcess, _ tally: SoakTally) async throws {
        let metrics = SoakMetrics(try await gateway.get("/metrics"))
        for version in ["v1", "v2"] {
            let counted = metrics.sum("sluice_requests_total", "version=\"\(version)\"")
            #expect(counted == tally.answered[version], "requests of \(version)")
        }
        #expect(metrics.sum("sluice_requests_in_flight") == 0)
        #expect(metrics.sum("sluice_connections") == 0)
        #expect(metrics.nonzero("sluice_errors_total") == [])
        #expect(metrics.nonzero("sluice_problems_total") == [])
        #expect(metrics.nonzero("sluice_client_gone_total") == [])
        #expect(metrics.sum("sluice_config_last_reload_successful") == 1)
        print("soak: \(metrics.sum("sluice_retries_total") ?? 0) retries")
    }

    /// The gateway's descriptors beside its connections to endpoints, once no client is left and
    /// two looks agree. Waits until they are no more than `most`, but not for ever.
    private static func descriptorsAtRest(
        _ gateway: GatewayProcess, _ upstreams: [SoakUpstream], most: Int = .max
    ) async throws -> Int {
        let deadline = ContinuousClock.now + .seconds(30)
        var previous = -1
        while true {
            let metrics = SoakMetrics(try await gateway.get("/metrics"))
            let toEndpoints = upstreams.reduce(0) { $0 + $1.openConnections }
            let others = try ProcessFigures(of: gateway.identifier).descriptors - toEndpoints
            let isAtRest = others == previous && metrics.sum("sluice_connections") == 0
            if isAtRest && others <= most || ContinuousClock.now > deadline { return others }
            previous = others
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}
