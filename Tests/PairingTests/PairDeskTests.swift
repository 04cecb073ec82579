// The desk with real threads: every pair is counted once, or not taken.

import Comparison
import Foundation
import Plan
import Recording
import Synchronization
import Testing

@testable import Pairing

@Suite(.timeLimit(.minutes(2))) struct PairDeskTests {
    private let registry = RecorderRegistry(workers: 2)

    private func desk(_ plan: Plan, kept: [KeptTally] = []) -> PairDesk {
        let desk = PairDesk(recorders: registry, firstWorker: 2, kept: kept)
        desk.use(plan)
        return desk
    }

    /// Hands pairs over, again while there is no room, and waits until all are done.
    private func compare(_ pairs: [MirroredPair], at desk: PairDesk) async {
        await withTaskGroup(of: Void.self) { group in
            for pair in pairs {
                group.addTask {
                    await withCheckedContinuation { done in
                        while !desk.offer(pair, done: { done.resume() }) { sched_yield() }
                    }
                }
            }
        }
    }

    private func pairs(_ role: RequestRole, stratum: Int = 0) -> [Int] {
        let found = registry.stratum(
            route: "r", version: "v3", role: role, stratum: stratum
        ).recorders.map(\.pairs)
        return found.reduce([0, 0]) { [$0[0] + $1.compared, $0[1] + $1.differing] }
    }

    @Test(arguments: [1, 3])
    func everyPairIsCountedOnce(threads: Int) async throws {
        let desk = desk(PairMaking.plan(waiting: 16, threads: threads))
        let all = (0..<600).map { number in
            let kind: DifferenceTally.Kind = number % 3 == 0 ? .control : .shadow
            let differs = number % 5 == 0
            return PairMaking.pair(
                #"{"a": 1}"#, differs ? #"{"a": 2}"# : #"{"a":1}"#, kind, stratum: number % 2)
        }
        await compare(all, at: desk)
        let tally = try #require(desk.reports[PairMaking.key]).tally
        #expect(tally.differences.shadow.compared == 400)
        #expect(tally.differences.shadow.differing == 80)
        #expect(tally.differences.control.compared == 200)
        #expect(tally.differences.control.differing == 40)
        #expect(tally.differences.groups["$.a"]?.shadow == 80)
        #expect(tally.latency.count == 400)
        #expect(pairs(.shadow) == [200, 40] && pairs(.shadow, stratum: 1) == [200, 40])
        #expect(pairs(.mirrored) == [100, 20])
        #expect(pairs(.served) == [0, 0])
        #expect(desk.waiting == 0)
        await desk.close()
    }

    @Test func whatIsNotComparableIsNoEvidence() async throws {
        let desk = desk(PairMaking.plan())
        let good = PairMaking.answer("{}")
        await compare(
            [
                PairMaking.pair(PairMaking.answer(kind: .reset), good),
                PairMaking.pair(PairMaking.answer("{}", isTooLarge: true), good),
                PairMaking.pair(good, PairMaking.answer(kind: .clientGone)),
                PairMaking.pair(good, PairMaking.answer(kind: .timeout)),
            ], at: desk)
        let tally = try #require(desk.reports[PairMaking.key]).tally
        #expect(
            tally.differences.shadow.notComparable == [
                "no_answer": 1, "too_large": 1, "caller_gone": 1,
            ])
        #expect(tally.differences.groups.keys.sorted() == ["answer"])
        #expect(pairs(.shadow) == [1, 1])
        // Only where both answers came whole is there anything to compare the time of.
        #expect(tally.latency.count == 1)
        await desk.close()
    }

    @Test func latenciesAreComparedRequestByRequest() async throws {
        let desk = desk(PairMaking.plan())
        let fast = PairMaking.answer("{}", total: 1_000)
        let slow = PairMaking.answer("{}", total: 1_050)
        await compare(
            [PairMaking.pair(fast, slow), PairMaking.pair(fast, slow, .control)], at: desk)
        let latency = try #require(desk.reports[PairMaking.key]).tally.latency
        #expect(latency.count == 1 && latency.slower == 1)
        #expect(latency.mean?.microseconds == 50)
        await desk.close()
    }

    @Test func aFullDeskTakesNothingAndCountsNothing() async {
        let desk = desk(PairMaking.plan(waiting: 0))
        #expect(!desk.offer(PairMaking.pair("{}", "{}")) { Issue.record("done, but not taken") })
        #expect(desk.reports[PairMaking.key]?.tally.differences.shadow.compared == 0)
        // More room comes with another plan.
        desk.use(PairMaking.plan(waiting: 1))
        await compare([PairMaking.pair("{}", "{}")], at: desk)
        #expect(desk.reports[PairMaking.key]?.tally.differences.shadow.compared == 1)
        await desk.close()
    }

    @Test func pairsOfNobodyAreFinished() async {
        let desk = PairDesk(recorders: registry, firstWorker: 2)
        // No thread has begun yet.
        await compare([PairMaking.pair("{}", "{}")], at: desk)
        desk.use(PairMaking.plan(nil))
        await compare([PairMaking.pair("{}", "{}")], at: desk)
        #expect(desk.reports.isEmpty)
        desk.use(PairMaking.plan())
        let good = PairMaking.answer("{}")
        await compare([PairMaking.pair(good, good, shadow: "v9")], at: desk)
        desk.use(PairMaking.plan(nil))
        await compare([PairMaking.pair(good, good)], at: desk)
        #expect(desk.reports.isEmpty)
        #expect(pairs(.shadow) == [0, 0])
        await desk.close()
    }

    @Test func countsGoOnUntilWhatIsComparedChanges() async throws {
        let desk = desk(PairMaking.plan())
        func compared() -> Int? {
            desk.reports[PairMaking.key]?.tally.differences.shadow.compared
        }
        let pair = PairMaking.pair(#"{"a":1}"#, #"{"a":2}"#)
        await compare([pair], at: desk)
        desk.use(PairMaking.plan(keptPairs: 5))
        #expect(compared() == 1)
        var rule = ComparisonRule(mode: .json)
        rule.ignored = [try JSONPath("$.a")]
        desk.use(PairMaking.plan(rule))
        #expect(compared() == 0)
        await compare([pair, pair], at: desk)
        #expect(desk.reports[PairMaking.key]?.tally.differences.shadow.agreeing == 2)
        // Another model under the same name is another shadow.
        desk.use(PairMaking.plan(rule, port: 4))
        #expect(compared() == 0)
        await desk.close()
    }

    @Test func countsAreTakenOverFromBeforeARestart() async throws {
        let before = desk(PairMaking.plan())
        await compare([PairMaking.pair("{}", "[]")], at: before)
        let report = try #require(before.reports[PairMaking.key])
        await before.close()
        let bytes = try JSONEncoder().encode(report.tally)
        let tally = try JSONDecoder().decode(ShadowTally.self, from: bytes)
        #expect(tally == report.tally)
        let kept = KeptTally(key: PairMaking.key, digest: report.digest, tally: tally)
        let after = desk(PairMaking.plan(), kept: [kept])
        await compare([PairMaking.pair("{}", "[]")], at: after)
        #expect(after.reports[PairMaking.key]?.tally.differences.shadow.differing == 2)
        await after.close()
        let changed = desk(PairMaking.plan(ComparisonRule(mode: .text)), kept: [kept])
        #expect(changed.reports[PairMaking.key]?.tally.differences.shadow.differing == 0)
        await changed.close()
    }

    @Test func examplesAreOfPairsThatDifferAndFew() async throws {
        let desk = desk(PairMaking.plan(keptPairs: 100))
        let differing = PairMaking.pair(#"{"a":1}"#, #"{"a":2}"#)
        await compare(
            [
                PairMaking.pair("{}", "{}"), PairMaking.pair("{}", "[]", .control),
                differing,
            ], at: desk)
        let first = desk.takeExamples()
        let example = try #require(first.first)
        #expect(first.count == 1)
        #expect(example.groups == ["$.a"] && example.version == "v1")
        #expect(example.request == "POST /score?…" && example.identifier == "id-1")
        #expect(example.example.primaryBody == #"{"a":1}"#)
        #expect(example.shadow.endpoint == "http://127.0.0.1:9003")
        desk.ended(first, areKept: true)
        await compare([MirroredPair](repeating: differing, count: 50), at: desk)
        let next = desk.takeExamples()
        #expect(next.count == ExampleTray.mostOfShadow)
        desk.ended(next, areKept: false)
        let counts = try #require(desk.reports[PairMaking.key]).examples
        #expect(counts.kept == 1 && counts.lost == next.count)
        #expect(counts.skipped == 50 - next.count)
        #expect(desk.takeExamples().isEmpty)
        desk.use(PairMaking.plan())
        await compare([differing], at: desk)
        #expect(desk.takeExamples().isEmpty)
        await desk.close()
    }

    @Test func itsThreadsStandBackAndEnd() async {
        let desk = desk(PairMaking.plan(threads: 2))
        await compare((0..<100).map { _ in PairMaking.pair("{}", "{}") }, at: desk)
        let niceness = Self.niceness(of: PairDesk.threadName)
        #expect(niceness.contains(PairDesk.niceness))
        await desk.close()
        #expect(!desk.offer(PairMaking.pair("{}", "{}")) { Issue.record("done, but not taken") })
        await desk.close()
        desk.use(PairMaking.plan(threads: 4))
        #expect(!desk.offer(PairMaking.pair("{}", "{}")) { Issue.record("done, but not taken") })
    }

    @Test func closingLetsGoOfWhatWaits() async {
        let desk = desk(PairMaking.plan(waiting: 5_000))
        let done = Atomic<Int>(0)
        let text = (0..<200).map { "\"n\($0)\":[\($0)]" }.joined(separator: ",")
        var taken = 0
        for _ in 0..<2_000 {
            let pair = PairMaking.pair("{\(text)}", "{\(text),\"z\":1}")
            if desk.offer(pair, done: { done.add(1, ordering: .relaxed) }) { taken += 1 }
        }
        await desk.close()
        #expect(taken == 2_000)
        #expect(done.load(ordering: .relaxed) == taken)
        #expect(desk.waiting == 0)
    }

    /// What the system says of the threads with this name (proc(5), the 19th field of `stat`).
    private static func niceness(of name: String) -> [Int] {
        let threads =
            (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
        return threads.compactMap { thread in
            guard
                let stat = try? String(
                    contentsOfFile: "/proc/self/task/\(thread)/stat", encoding: .utf8),
                stat.contains("(\(name))"), let end = stat.lastIndex(of: ")")
            else { return nil }
            let rest = stat[end...].split(separator: " ").dropFirst()
            return Int(rest[rest.startIndex + 16])
        }
    }
}
