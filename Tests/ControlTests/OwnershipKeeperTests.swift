// Ownership carried from one set of route files to the next.

import Control
import Foundation
import Plan
import RouteFiles
import Splitting
import Testing

@Suite struct OwnershipKeeperTests {
    /// Loads one route with these shares.
    private func routes(_ split: String) throws -> [RouteDefinition] {
        let folder = "\(NSTemporaryDirectory())/sluice-control-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let text = """
            route: a
            versions:
              v1: {endpoints: [http://127.0.0.1:1]}
              v2: {endpoints: [http://127.0.0.1:2]}
              v3: {endpoints: [http://127.0.0.1:3]}
            split: {\(split)}
            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/a.yaml"))
        return try RouteFolder.load(folder: folder).routes
    }

    @Test func laysOutFromNothing() throws {
        let keeper = OwnershipKeeper([:])
        let changes = keeper.changes(for: try routes("v1: 90%, v2: 10%"))
        #expect(changes == ["a": .canonical(["v1": 90_000, "v2": 10_000])])
    }

    @Test func changesNothingForTheSameShares() throws {
        var keeper = OwnershipKeeper([:])
        let first = try routes("v1: 90%, v2: 10%")
        keeper.apply(keeper.changes(for: first))
        #expect(keeper.changes(for: first).isEmpty)
        // The order of lines, and a share of nothing, mean nothing.
        #expect(keeper.changes(for: try routes("v3: 0%, v2: 10%, v1: 90%")).isEmpty)
    }

    @Test func movesTheFewestAndComesBack() throws {
        var keeper = OwnershipKeeper([:])
        let first = try routes("v1: 90%, v2: 10%")
        keeper.apply(keeper.changes(for: first))
        let before = keeper.ownership(of: first[0])
        let changes = keeper.changes(for: try routes("v1: 60%, v2: 10%, v3: 30%"))
        #expect(before.moved(to: try #require(changes["a"])) == 30_000)
        keeper.apply(changes)
        keeper.apply(keeper.changes(for: first))
        #expect(before.moved(to: keeper.ownership(of: first[0])) == 0)
    }

    @Test func keepsARouteThatIsGoneForItsReturn() throws {
        var keeper = OwnershipKeeper([:])
        keeper.apply(keeper.changes(for: try routes("v1: 90%, v2: 10%")))
        let moved = try routes("v1: 40%, v2: 60%")
        keeper.apply(keeper.changes(for: moved))
        let before = keeper.ownership(of: moved[0])
        keeper.apply(keeper.changes(for: []))
        #expect(keeper.changes(for: moved).isEmpty)
        #expect(keeper.ownership(of: moved[0]) == before)
    }

    @Test func buildsAPlanWithTheOwnersItKeeps() throws {
        let folder = "\(NSTemporaryDirectory())/sluice-control-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let text = "route: a\nversions: {v1: {endpoints: [http://127.0.0.1:1]}}\n"
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/a.yaml"))
        let files = try RouteFolder.load(folder: folder)
        let plan = PlanBuilder.plan(files, revision: 7, ownerships: OwnershipKeeper([:]))
        #expect(plan.revision == 7)
        #expect(plan.routes.map(\.name) == ["a"])
        #expect(plan.routes[0].buckets.counts(versions: 1) == [100_000])
    }
}
