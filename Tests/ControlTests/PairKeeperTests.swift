// What the desk has to keep reaches the journal; what cannot be written is lost and counted.

import Comparison
import Foundation
import GRDB
import Logging
import Pairing
import Plan
import Recording
import Testing

@testable import Control
@testable import Journal

@Suite struct PairKeeperTests {
    private static let key = PairKey(route: "r", shadow: "v3")
    private let folder = "\(NSTemporaryDirectory())/sluice-pairs-\(UUID().uuidString)"

    private func plan(_ mode: ComparisonRule.Mode = .json, keptPairs: Int = 5) -> Plan {
        var shadow = Shadow(version: 1)
        shadow.comparison = ComparisonRule(mode: mode)
        shadow.keptPairs = keptPairs
        let route = Route(
            name: "r", match: RouteMatch(host: .any, path: .prefix(""), methods: [], headers: []),
            timeouts: Timeouts(),
            versions: ["v1", "v3"].map { Version(name: $0, endpoints: []) }, sticky: [],
            overrideHeader: nil, salt: "r", shares: [BucketTable.bucketCount, 0],
            buckets: BucketTable(ranges: [.init(start: 0, version: 0)]), showsVersion: true,
            allowsUpgrade: false, shadows: [shadow])
        return Plan(
            revision: 1, gateway: GatewaySettings(), limits: Plan.Limits(), routes: [route])
    }

    private func answer(_ body: String) -> PairedAnswer {
        PairedAnswer(
            outcome: Outcome(
                status: 200, kind: .answered, firstByteMicroseconds: 1, totalMicroseconds: 2,
                receivedBytes: 0, sentBytes: 0, isOverride: false, retries: 0),
            fields: [], body: Array(body.utf8), isTooLarge: false, endpoint: "")
    }

    private func compare(_ primary: String, _ shadow: String, at desk: PairDesk) async {
        let pair = MirroredPair(
            route: "r", shadow: "v3", version: "v1", kind: .shadow, stratum: 0, identifier: "i",
            requestLine: "GET /", primary: answer(primary), other: answer(shadow))
        await withCheckedContinuation { done in
            #expect(desk.offer(pair) { done.resume() })
        }
    }

    private func desk(_ plan: Plan, kept: [KeptTally] = []) -> PairDesk {
        let desk = PairDesk(
            recorders: RecorderRegistry(workers: 1), firstWorker: 1, kept: kept)
        desk.use(plan)
        return desk
    }

    private func keeper(_ desk: PairDesk, _ journal: Journal) -> PairKeeper {
        PairKeeper(
            desk: desk, journal: journal,
            logger: Logger(label: "quiet") { _ in
                SwiftLogNoOpLogHandler()
            }, stored: [])
    }

    @Test func keepsExamplesAndTalliesOverARestart() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let journal = try Journal(folder: folder)
        let desk = desk(plan())
        let keeper = keeper(desk, journal)
        await compare("{}", "[]", at: desk)
        await keeper.keep(withTallies: false)
        #expect(try journal.pairs(of: Self.key, limit: 9).count == 1)
        #expect(try journal.tallies().isEmpty)
        await compare("{}", "{}", at: desk)
        await desk.close()
        await keeper.keep(withTallies: true)
        #expect(try journal.pairs(of: Self.key, limit: 9).count == 1)
        #expect(desk.reports[Self.key]?.examples.kept == 1)

        let after = self.desk(plan(), kept: try journal.tallies())
        #expect(after.reports[Self.key]?.tally.differences.shadow.agreement == 0.5)
        // With another rule nothing of before is left.
        after.use(plan(.text))
        await self.keeper(after, journal).keep(withTallies: true)
        #expect(try journal.pairs(of: Self.key, limit: 9).isEmpty)
        #expect(try journal.tallies().first?.tally.differences.shadow.compared == 0)
        await after.close()
    }

    @Test func whatCannotBeWrittenIsLostAndCounted() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let journal = try Journal(folder: folder)
        let desk = desk(plan())
        let keeper = keeper(desk, journal)
        await keeper.keep(withTallies: true)
        func setReadOnly(_ value: Int) async throws {
            try await journal.queue.writeWithoutTransaction {
                try $0.execute(sql: "PRAGMA query_only = \(value)")
            }
        }
        try await setReadOnly(1)
        await compare("{}", "[]", at: desk)
        await keeper.keep(withTallies: true)
        #expect(desk.reports[Self.key]?.examples.lost == 1)
        try await setReadOnly(0)
        await compare("{}", "[1]", at: desk)
        await keeper.keep(withTallies: true)
        #expect(try journal.pairs(of: Self.key, limit: 9).count == 1)
        #expect(try journal.tallies().first?.tally.differences.shadow.differing == 2)
        await desk.close()
    }
}
