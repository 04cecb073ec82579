// Rates, their intervals, and tallies of differences by group of paths.

import Foundation
import Plan
import SeededRandom
import Testing

@testable import Comparison

@Suite("Statistics of pairs")
struct StatisticsTests {
    private func close(_ left: Double, _ right: Double, _ within: Double = 0.000_1) -> Bool {
        (left - right).magnitude <= within
    }

    @Test(
        "intervals of Newcombe's examples, methods 3 and 10",
        arguments: [
            (56, 70, 48, 80, 0.0524, 0.3339), (9, 10, 3, 10, 0.1705, 0.8090),
            (6, 7, 2, 7, 0.0582, 0.8062),
            (5, 56, 0, 29, -0.0381, 0.1926), (0, 10, 0, 20, -0.1611, 0.2775),
            (10, 10, 0, 20, 0.6791, 1),
        ])
    func newcombe(one: Int, of size: Int, other: Int, of otherSize: Int, low: Double, high: Double)
    {
        let interval = RateInterval.newcombe((one, size), less: (other, otherSize))
        #expect(close(interval.low, low) && close(interval.high, high), "\(interval)")
        let mirrored = RateInterval.newcombe((other, otherSize), less: (one, size))
        #expect(close(mirrored.low, -high) && close(mirrored.high, -low))
    }

    @Test(arguments: [
        (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ])
    func wilson(count: Int, total: Int, low: Double, high: Double) {
        let interval = RateInterval.wilson(count, of: total)
        #expect(close(interval.low, low) && close(interval.high, high), "\(interval)")
    }

    @Test func withoutPairsNothingIsKnown() {
        #expect(RateInterval.wilson(0, of: 0) == RateInterval(low: 0, high: 1))
        #expect(RateInterval.newcombe((0, 0), less: (1, 2)) == RateInterval(low: -1, high: 1))
        #expect(PairCounts().agreement == nil)
        #expect(DifferenceTally(mostGroups: 2).reports.isEmpty)
    }

    @Test func intervalsHoldWhatTheyShould() {
        var random = SeededGenerator(seed: 7)
        let rounds = 2_000
        let holds = (0..<rounds).count { _ in
            let one = (0..<300).count { _ in Double.random(in: 0..<1, using: &random) < 0.08 }
            let other = (0..<100).count { _ in Double.random(in: 0..<1, using: &random) < 0.03 }
            let interval = RateInterval.newcombe((one, 300), less: (other, 100))
            return (interval.low...interval.high).contains(0.05)
        }
        // 95 %, less four deviations of the simulation.
        #expect(holds > 1_860)
    }

    // MARK: Tallies

    private static let rule = try? ComparisonRule.json()

    private func result(_ primary: String, _ shadow: String) throws -> PairResult {
        try #require(Self.rule).compare(primary, shadow)
    }

    @Test func whatControlPairsDifferByIsNoise() throws {
        var tally = DifferenceTally(mostGroups: 10)
        let same = try result("{\"id\":1,\"t\":1}", "{\"id\":1,\"t\":1}")
        let noisy = try result("{\"id\":1,\"t\":1}", "{\"id\":2,\"t\":1}")
        let wrong = try result("{\"id\":1,\"t\":1}", "{\"id\":2,\"t\":2}")
        for _ in 0..<50 { tally.add(noisy, .control) }
        for _ in 0..<10 { tally.add(same, .control) }
        for _ in 0..<700 { tally.add(noisy, .shadow) }
        for _ in 0..<200 { tally.add(wrong, .shadow) }
        for _ in 0..<100 { tally.add(same, .shadow) }
        tally.add(try result("<", ">"), .shadow)
        #expect(tally.shadow.compared == 1_000 && tally.shadow.notComparable == ["not_json": 1])
        #expect(tally.shadow.agreement == 0.1)
        let reports = tally.reports
        #expect(reports.map(\.group) == ["$.t", "$.id"])
        #expect(reports[0].rate == 0.2 && reports[0].noiseRate == 0 && reports[0].excess == 0.2)
        #expect(reports[0].interval.low > 0.1)
        #expect(reports[1].rate == 0.9 && reports[1].interval.low < 0.1)
        #expect(reports[1].counts == .init(shadow: 900, control: 50))
    }

    @Test func withoutControlPairsTheRateIsTold() throws {
        var tally = DifferenceTally(mostGroups: 10)
        for _ in 0..<10 { tally.add(try result("[1]", "[2]"), .shadow) }
        let report = try #require(tally.reports.first)
        #expect(report.noiseRate == nil && report.excess == nil && report.rate == 1)
        #expect(report.interval == .wilson(10, of: 10))
    }

    @Test func groupsBeyondTheLimitAreCountedTogether() throws {
        var tally = DifferenceTally(mostGroups: 2)
        for name in ["a", "b", "c", "d", "a"] {
            tally.add(try result("{\"\(name)\":1}", "{}"), .shadow)
        }
        tally.add(try result("{\"x\":1,\"y\":1,\"b\":1}", "{}"), .control)
        #expect(
            tally.groups == [
                "$.a": .init(shadow: 2, control: 0), "$.b": .init(shadow: 1, control: 1),
            ])
        #expect(tally.other == .init(shadow: 2, control: 1))
        var limited = try #require(Self.rule)
        limited.limits.groups = 1
        var other = DifferenceTally(mostGroups: 9)
        other.add(limited.compare("{\"a\":1,\"b\":1}", "{}"), .shadow)
        #expect(other.groups.keys.sorted() == ["$.a"] && other.other.shadow == 1)
    }

    @Test func talliesAddUpInAnyOrder() throws {
        var random = SeededGenerator.announced("tallies added")
        for most in [3, 100] {
            for _ in 0..<SeededGenerator.rounds(60) {
                func drawn() throws -> DifferenceTally {
                    var tally = DifferenceTally(mostGroups: most)
                    for _ in 0..<Int.random(in: 0...6, using: &random) {
                        let names = "abcdef".shuffled(using: &random).prefix(2).map {
                            "\"\($0)\":1"
                        }
                        let kind: DifferenceTally.Kind =
                            Bool.random(using: &random) ? .shadow : .control
                        tally.add(try result("{\(names.joined(separator: ","))}", "{}"), kind)
                    }
                    return tally
                }
                let (one, two, three) = (try drawn(), try drawn(), try drawn())
                #expect(one.adding(two) == two.adding(one))
                #expect(one.adding(two).groups.count <= most)
                #expect(
                    one.adding(two).shadow.compared == one.shadow.compared + two.shadow.compared)
                // Without a limit in the way the order of adding does not matter at all.
                if most == 100 {
                    #expect(one.adding(two).adding(three) == one.adding(two.adding(three)))
                    #expect(one.adding(DifferenceTally(mostGroups: most)) == one)
                }
            }
        }
    }

    @Test func talliesAreKept() throws {
        var tally = DifferenceTally(mostGroups: 2)
        for name in ["a", "b", "c"] { tally.add(try result("{\"\(name)\":1}", "{}"), .shadow) }
        tally.add(try result("<", ">"), .control)
        let kept = try JSONEncoder().encode(tally)
        #expect(try JSONDecoder().decode(DifferenceTally.self, from: kept) == tally)
        for broken in [
            ("\"agreeing\":0", "\"agreeing\":-1"), ("\"most_groups\":2", "\"most_groups\":1"),
            ("\"shadow\":1", "\"shadow\":9223372036854775807"),
        ] {
            let text = String(decoding: kept, as: UTF8.self).replacing(broken.0, with: broken.1)
            #expect(throws: DecodingError.self) {
                try JSONDecoder().decode(DifferenceTally.self, from: Data(text.utf8))
            }
        }
    }
}
