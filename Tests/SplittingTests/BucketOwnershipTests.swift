// Layouts of buckets, by example: how they begin, change, and are read and written.

import Foundation
import Plan
import Testing

@testable import Splitting

@Suite("Bucket ownership")
struct BucketOwnershipTests {
    typealias Range = BucketTable.Range

    @Test("begins with one run for each version, in the order of the names")
    func canonical() {
        let ownership = BucketOwnership.canonical(["v2": 10_000, "v10": 20_000, "v1": 70_000])
        let table = ownership.table(versions: ["v1", "v2", "v10"])
        #expect(
            table.ranges == [
                Range(start: 0, version: 0), Range(start: 70_000, version: 2),
                Range(start: 90_000, version: 1),
            ])
        #expect(ownership.shares == ["v1": 70_000, "v2": 10_000, "v10": 20_000])
        #expect(ownership.isSound)
    }

    @Test("gives versions of 0 % no run")
    func canonicalWithNothing() {
        let ownership = BucketOwnership.canonical(["a": 0, "b": 100_000, "c": 0])
        #expect(ownership.table(versions: ["a", "b", "c"]).ranges == [Range(start: 0, version: 1)])
        #expect(ownership.shares == ["b": 100_000])
        #expect(ownership.isSound)
    }

    @Test("keeps a version that has a single bucket")
    func singleBucket() {
        let ownership = BucketOwnership.canonical(["v1": 99_999, "v2": 1])
        #expect(ownership.owner(of: 99_998) == "v1")
        #expect(ownership.owner(of: 99_999) == "v2")
        #expect(ownership.shares == ["v1": 99_999, "v2": 1])
    }

    @Test("takes a raise from the losers' highest buckets")
    func raise() {
        let before = BucketOwnership.canonical(["v1": 90_000, "v2": 10_000])
        let after = before.changed(to: ["v1": 50_000, "v2": 50_000])
        #expect(
            after.table(versions: ["v1", "v2"]).ranges == [
                Range(start: 0, version: 0), Range(start: 50_000, version: 1),
            ])
        #expect(before.moved(to: after) == 40_000)
        #expect(after.moved(to: before) == 40_000)
    }

    @Test("moves nobody when the shares stay")
    func unchanged() {
        let before = BucketOwnership.canonical(["v1": 90_000, "v2": 10_000])
            .changed(to: ["v1": 80_000, "v2": 20_000])
        #expect(before.changed(to: ["v1": 80_000, "v2": 20_000]) == before)
        #expect(before.changed(to: ["v1": 80_000, "v2": 20_000, "v3": 0]) == before)
        #expect(before.moved(to: before) == 0)
    }

    @Test("hands a removed version's buckets to those that gain, and to nobody else")
    func removal() {
        let before = BucketOwnership.canonical(["v1": 40_000, "v2": 30_000, "v3": 30_000])
        let after = before.changed(to: ["v1": 40_000, "v2": 60_000])
        let moves = before.moves(to: after, versions: ["v1", "v2", "v3"])
        #expect(moves == [Move(from: "v3", to: "v2"): 30_000])
    }

    @Test("goes over to a version that was not there")
    func replacement() {
        let before = BucketOwnership.canonical(["v1": 100_000])
        let after = before.changed(to: ["v2": 100_000])
        #expect(after.shares == ["v2": 100_000])
        #expect(before.moved(to: after) == 100_000)
        #expect(after.changed(to: ["v1": 100_000]) == before)
    }

    @Test("ramps up, and back down the same way")
    func ramp() {
        let steps = [0, 1_000, 5_000, 25_000, 50_000, 100_000]
        var states = [BucketOwnership.canonical(["v1": 100_000])]
        for step in steps.dropFirst() {
            let last = states[states.count - 1]
            states.append(last.changed(to: ["v1": 100_000 - step, "v2": step]))
        }
        var state = states[states.count - 1]
        for (step, earlier) in zip(steps, states).reversed().dropFirst() {
            state = state.changed(to: ["v1": 100_000 - step, "v2": step])
            #expect(state == earlier, "back at \(step) buckets")
        }
    }

    @Test("breaks off a ramp to where it began, whatever the steps")
    func rollback() {
        let begin = BucketOwnership.canonical(["v1": 60_000, "v2": 40_000])
            .changed(to: ["v1": 55_000, "v2": 40_000, "v3": 5_000])
        let top = begin.changed(to: ["v1": 40_000, "v2": 20_000, "v3": 40_000])
            .changed(to: ["v1": 10_000, "v2": 10_000, "v3": 80_000])
        let back = top.changed(to: ["v1": 55_000, "v2": 40_000, "v3": 5_000])
        #expect(begin.moved(to: back) == 0)
        // And up again to where it was.
        let again = back.changed(to: ["v1": 10_000, "v2": 10_000, "v3": 80_000])
        #expect(top.moved(to: again) == 0)
    }

    @Test("goes a part of the way back with those who had gone", arguments: [1, 10_000, 29_999])
    func partOfTheWay(count: Int) {
        let start = BucketOwnership.canonical(["a": 50_000, "b": 50_000])
        let away = start.changed(to: ["a": 35_000, "b": 65_000])
            .changed(to: ["a": 20_000, "b": 80_000])
        let partly = away.changed(to: ["a": 20_000 + count, "b": 80_000 - count])
        // Whoever came to `a` had been there: no others than those still away have moved.
        #expect(start.moved(to: partly) == 30_000 - count)
    }

    @Test("remembers the last 32 layouts, and is exact without them too")
    func memory() {
        var states = [BucketOwnership.canonical(["v1": 100_000])]
        let share = { (step: Int) in ["v1": 100_000 - step * 1_000, "v2": step * 1_000] }
        for step in 1...40 { states.append(states[step - 1].changed(to: share(step))) }
        var state = states[40]
        for step in (0..<40).reversed() {
            state = state.changed(to: share(step))
            #expect(state.shares == share(step).filter { $0.value > 0 })
            if 40 - step <= BucketOwnership.mostRemembered {
                #expect(states[step].moved(to: state) == 0, "back at \(step)")
            }
        }
    }

    // MARK: Reading and writing

    @Test("can be written and read again")
    func coding() throws {
        let written = BucketOwnership.canonical(["v1": 90_000, "v2": 10_000])
            .changed(to: ["v1": 70_000, "v2": 20_000, "Zoë \"3\"": 10_000])
        let data = try JSONEncoder().encode(written)
        let read = try JSONDecoder().decode(BucketOwnership.self, from: data)
        #expect(read == written)
        #expect(read.isSound)
    }

    static let whole = #"[{"start":0,"owner":"a"},{"start":5,"owner":"b"}]"#

    /// Runs that no layout has.
    static let brokenRuns = [
        "[]",
        #"[{"start":1,"owner":"a"}]"#,
        #"[{"start":-1,"owner":"a"}]"#,
        #"[{"start":0,"owner":"a"},{"start":0,"owner":"b"}]"#,
        #"[{"start":0,"owner":"a"},{"start":7,"owner":"b"},{"start":6,"owner":"c"}]"#,
        #"[{"start":0,"owner":"a"},{"start":100000,"owner":"b"}]"#,
        #"[{"start":0,"owner":"a"},{"start":9223372036854775807,"owner":"b"}]"#,
    ]

    @Test("knows broken runs, its own and remembered ones", arguments: brokenRuns)
    func unsound(_ broken: String) throws {
        let good = try decoded(runs: Self.whole, remembered: "[\(Self.whole)]")
        #expect(good.isSound)
        #expect(!(try decoded(runs: broken, remembered: "[]")).isSound)
        #expect(!(try decoded(runs: Self.whole, remembered: "[\(broken)]")).isSound)
        let second = "[\(Self.whole), \(broken)]"
        #expect(!(try decoded(runs: Self.whole, remembered: second)).isSound)
    }

    @Test("is not read from what is no layout at all")
    func unreadable() {
        #expect(throws: (any Error).self) {
            try decoded(runs: #"[{"start":"0","owner":"a"}]"#, remembered: "[]")
        }
        #expect(throws: (any Error).self) {
            try decoded(runs: #"[{"start":0}]"#, remembered: "[]")
        }
        #expect(throws: (any Error).self) {
            try JSONDecoder().decode(BucketOwnership.self, from: Data("{}".utf8))
        }
    }

    private func decoded(runs: String, remembered: String) throws -> BucketOwnership {
        let text = #"{"runs": \#(runs), "remembered": \#(remembered)}"#
        return try JSONDecoder().decode(BucketOwnership.self, from: Data(text.utf8))
    }
}
