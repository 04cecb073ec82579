// What holds for any two documents: symmetry, what is ignored, shuffles, tolerance, mutations.

import Plan
import SeededRandom
import Testing

@testable import Comparison

@Suite("Properties of the JSON comparison")
struct JSONComparisonPropertyTests {
    private static let rules: [ComparisonRule] = {
        let rules = [
            try? ComparisonRule.json(),
            try? ComparisonRule.json(
                ignored: ["$..id", "$.a[*].text"], unordered: ["$..b", "$..score"]),
            try? ComparisonRule.json(
                unordered: ["$", "$..*"], tolerance: .init(absolute: 0.5),
                tolerances: [("$..a", .exact)],
                redacted: ["$..text", "$..b[0]"]),
        ]
        return rules.compactMap { $0 }
    }()

    @Test(arguments: rules.indices)
    func mirrorsWhateverIsCompared(number: Int) {
        var random = SeededGenerator.announced("symmetry of comparisons, rule \(number)")
        let rule = Self.rules[number]
        var differing = 0
        for _ in 0..<SeededGenerator.rounds(600) {
            let made = MadeJSON.drawn(using: &random)
            var other = Bool.random(using: &random) ? made : MadeJSON.drawn(using: &random)
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                other = other.mutated(using: &random)
            }
            let left = made.written(using: &random)
            let right = other.shuffled(arrays: true, using: &random).written(using: &random)
            let result = rule.compare(left, right)
            #expect(rule.compare(right, left) == result.mirrored)
            #expect(result.mirrored.mirrored == result)
            #expect(rule.compare(left, left).agreement == .agrees)
            if result.agreement == .differs { differing += 1 }
            #expect((result.agreement == .differs) == (result.differences.total > 0))
            #expect((result.differences.total > 0) == !result.differences.told.isEmpty)
            #expect(
                result.differences.told.allSatisfy { result.differences.groups.contains($0.group) })
        }
        #expect(differing > 100)
    }

    @Test func theOrderOfMembersNeverCounts() throws {
        var random = SeededGenerator.announced("shuffled members")
        let rule = try ComparisonRule.json()
        for _ in 0..<SeededGenerator.rounds(600) {
            let made = MadeJSON.drawn(using: &random)
            let left = made.written(using: &random)
            let right = made.shuffled(arrays: false, using: &random).written(using: &random)
            #expect(rule.compare(left, right).agreement == .agrees)
        }
    }

    @Test func theOrderOfNamedArraysDoesNotCount() throws {
        var random = SeededGenerator.announced("shuffled arrays")
        let rule = try ComparisonRule.json(unordered: ["$", "$..*"])
        var wouldDiffer = 0
        for _ in 0..<SeededGenerator.rounds(600) {
            let made = MadeJSON.drawn(using: &random)
            let shuffled = made.shuffled(arrays: true, using: &random)
            let left = made.written(using: &random)
            let right = shuffled.written(using: &random)
            #expect(rule.compare(left, right).agreement == .agrees)
            // What is found against a third one does not depend on the order either.
            let other = MadeJSON.drawn(using: &random).bytes
            #expect(rule.compare(made.bytes, other) == rule.compare(shuffled.bytes, other))
            if try ComparisonRule.json().compare(left, right).agreement == .differs {
                wouldDiffer += 1
            }
        }
        #expect(wouldDiffer > 20)
    }

    @Test func everyMutationIsFound() throws {
        var random = SeededGenerator.announced("mutations")
        let ordered = try ComparisonRule.json()
        let unordered = try ComparisonRule.json(unordered: ["$", "$..*"])
        for _ in 0..<SeededGenerator.rounds(1_000) {
            let made = MadeJSON.drawn(using: &random)
            let other = made.mutated(using: &random)
            let left = made.written(using: &random)
            let right = other.shuffled(arrays: false, using: &random).written(using: &random)
            let result = ordered.compare(left, right)
            #expect(result.agreement == .differs)
            // One value was replaced, so all that differs is at or below one place.
            let paths = result.differences.told.map(\.path)
            let shortest = paths.min { $0.count < $1.count } ?? ""
            #expect(made.size > 1 || shortest.hasPrefix("$"))
            let mixed = other.shuffled(arrays: true, using: &random).written(using: &random)
            #expect(unordered.compare(left, mixed).agreement == .differs)
        }
    }

    @Test func aMutationOfWhatIsIgnoredIsNot() throws {
        var random = SeededGenerator.announced("mutations of what is ignored")
        let rule = try ComparisonRule.json(ignored: ["$..volatile", "$.trace[*].at"])
        for _ in 0..<SeededGenerator.rounds(400) {
            func around(_ kept: MadeJSON) -> MadeJSON {
                .object([
                    ("kept", kept), ("volatile", .drawn(using: &random)),
                    ("deep", .array([.object([("volatile", .drawn(using: &random))])])),
                    ("trace", .array([.object([("at", .drawn(using: &random)), ("step", kept)])])),
                ])
            }
            let kept = MadeJSON.drawn(using: &random)
            let left = around(kept).written(using: &random)
            #expect(rule.compare(left, around(kept).written(using: &random)).agreement == .agrees)
            let other = around(kept.mutated(using: &random)).written(using: &random)
            let result = rule.compare(left, other)
            #expect(result.agreement == .differs)
            #expect(
                !result.differences.groups.contains { $0.contains("volatile") || $0.contains("at") }
            )
        }
    }

    @Test func numbersWithinTheToleranceAreTheSame() throws {
        var random = SeededGenerator.announced("tolerance")
        let rule = try ComparisonRule.json(tolerance: .init(absolute: 0.05))
        for _ in 0..<SeededGenerator.rounds(500) {
            let made = MadeJSON.array(
                (0..<5).map { _ in .number(.random(in: -500...500, using: &random)) })
            func moved(_ by: ClosedRange<Int>) -> [UInt8] {
                guard case .array(let elements) = made else { return [] }
                return MadeJSON.array(
                    elements.map { element in
                        guard case .number(let value) = element else { return element }
                        let sign = Bool.random(using: &random) ? 1 : -1
                        return .number(value + sign * .random(in: by, using: &random))
                    }
                ).written(using: &random)
            }
            let left = made.written(using: &random)
            #expect(rule.compare(left, moved(0...5)).agreement == .agrees)
            #expect(rule.compare(left, moved(6...50)).differences.total == 5)
        }
    }

    @Test func anyBytesGiveABoundedResult() throws {
        var random = SeededGenerator.announced("any bytes compared")
        var rule = Self.rules[2]
        rule.limits.differences = 7
        rule.limits.groups = 4
        for _ in 0..<SeededGenerator.rounds(2_000) {
            func drawn() -> [UInt8] {
                if Bool.random(using: &random) {
                    return (0..<Int.random(in: 0...40, using: &random)).map { _ in
                        UInt8.random(in: 0...255, using: &random)
                    }
                }
                var bytes = MadeJSON.drawn(using: &random).written(using: &random)
                if !bytes.isEmpty && Bool.random(using: &random) {
                    bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(
                        in: 0...255, using: &random)
                }
                return bytes
            }
            for mode in ComparisonRule.Mode.allCases {
                rule.mode = mode
                let (left, right) = (drawn(), drawn())
                let result = rule.compare(left, right)
                #expect(result.differences.told.count <= 7)
                #expect(result.differences.groups.count <= 4)
                #expect(rule.compare(right, left) == result.mirrored)
                #expect(rule.compare(left, left).agreement == .agrees)
            }
        }
    }
}
