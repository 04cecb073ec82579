// Arrays without order: elements are paired for the fewest differences, within limits.

import Plan
import SeededRandom
import Testing

@testable import Comparison

@Suite("Unordered arrays")
struct UnorderedArrayTests {
    @Test(arguments: [
        ("[3,1,2]", "[1,2,3]", [String]()), ("[1,1,2]", "[1,2,2]", ["value $[*]: 1 | 2"]),
        ("[1,2]", "[2]", ["missing $[*]: 1 | -"]), ("[2]", "[2,2]", ["extra $[*]: - | 2"]),
        ("[]", "[]", []), ("[1]", "[\"1\"]", ["type $[*]: 1 | \"1\""]),
        (
            "[[2,1]]", "[[1,2]]",
            [
                "value $[*][0]: 2 | 1", "value $[*][1]: 1 | 2",
            ]
        ),
        (
            "[{\"k\":\"a\",\"v\":1},{\"k\":\"b\",\"v\":2},{\"k\":\"c\",\"v\":3}]",
            "[{\"k\":\"c\",\"v\":3},{\"k\":\"b\",\"v\":9},{\"k\":\"a\",\"v\":8}]",
            ["value $[*].v: 1 | 8", "value $[*].v: 2 | 9"]
        ),
    ])
    func pairsElements(primary: String, shadow: String, lines: [String]) throws {
        let rule = try ComparisonRule.json(unordered: ["$"])
        let result = rule.compare(primary, shadow)
        #expect(result.lines == lines)
        #expect(rule.compare(shadow, primary) == result.mirrored)
    }

    @Test func toleranceFindsAPairingIfThereIsOne() throws {
        let rule = try ComparisonRule.json(unordered: ["$"], tolerance: .init(absolute: 0.06))
        // Whoever pairs 1.1 with its nearest leaves 1.0 alone.
        #expect(rule.compare("[1.0,1.1]", "[1.15,1.05]").agreement == .agrees)
        #expect(rule.compare("[1.0,1.1]", "[1.15,1.07]").differences.total == 1)
    }

    @Test func manyElementsArePairedInTheirOrder() throws {
        var rule = try ComparisonRule.json(unordered: ["$"], tolerance: .init(absolute: 0.4))
        var random = SeededGenerator.announced("many unordered elements")
        let numbers = (0..<500).map { Double($0) }
        func text(_ numbers: [Double]) -> String {
            "[" + numbers.shuffled(using: &random).map { "\($0)" }.joined(separator: ",") + "]"
        }
        let left = text(numbers)
        let right = text(numbers.map { $0 + 0.25 })
        #expect(rule.compare(left, right).agreement == .agrees)
        #expect(rule.compare(left, text(Array(numbers.dropLast()))).differences.total == 1)
        rule.limits.pairingSteps = 0
        #expect(rule.compare("[1,2,3]", "[3.2,1.1,2.3]").agreement == .agrees)
    }

    @Test func whatIsIgnoredInElementsDoesNotCount() throws {
        let rule = try ComparisonRule.json(ignored: ["$[*].id"], unordered: ["$"])
        #expect(
            rule.compare(
                "[{\"id\":1,\"t\":\"x\"},{\"id\":2,\"t\":\"y\"}]",
                "[{\"id\":7,\"t\":\"y\"},{\"t\":\"x\"}]"
            )
            .agreement == .agrees)
        // Elements that are ignored wholly are not there.
        let none = try ComparisonRule.json(ignored: ["$[*]"], unordered: ["$"])
        #expect(none.compare("[1,2]", "[]").agreement == .agrees)
    }

    @Test func nestedArraysStayWithinTheirSteps() throws {
        var rule = try ComparisonRule.json(unordered: ["$", "$..*"])
        rule.limits.pairingSteps = 10_000
        var random = SeededGenerator.announced("nested unordered arrays")
        func nested(_ depth: Int) -> String {
            if depth == 0 { return "\(Int.random(in: 0...1_000_000, using: &random))" }
            return "[" + (0..<6).map { _ in nested(depth - 1) }.joined(separator: ",") + "]"
        }
        let (left, right) = (nested(4), nested(4))
        let result = rule.compare(left, right)
        #expect(result.differences.total > 0 && result.differences.total <= 1_296)
        #expect(rule.compare(right, left) == result.mirrored)
    }

    @Test func theAssignmentIsTheCheapest() {
        var random = SeededGenerator.announced("assignments")
        func cheapest(_ costs: [[Int]], _ row: Int, _ free: Set<Int>) -> Int {
            if row == costs.count { return 0 }
            return free.map { costs[row][$0] + cheapest(costs, row + 1, free.subtracting([$0])) }
                .min() ?? 0
        }
        for _ in 0..<SeededGenerator.rounds(500) {
            let rows = Int.random(in: 1...5, using: &random)
            let columns = Int.random(in: 1...5, using: &random)
            let costs = (0..<rows).map { _ in
                (0..<columns).map { _ in Int.random(in: 0...9, using: &random) }
            }
            let pairs = Assignment.cheapest(costs)
            #expect(pairs.count == min(rows, columns))
            #expect(
                Set(pairs.map(\.0)).count == pairs.count && Set(pairs.map(\.1)).count == pairs.count
            )
            let turned =
                rows <= columns ? costs : (0..<columns).map { column in costs.map { $0[column] } }
            let least = cheapest(turned, 0, Set(0..<max(rows, columns)))
            #expect(pairs.reduce(0) { $0 + costs[$1.0][$1.1] } == least)
        }
        #expect(Assignment.cheapest([]).isEmpty)
        #expect(Assignment.cheapest([[]]).isEmpty)
    }
}
