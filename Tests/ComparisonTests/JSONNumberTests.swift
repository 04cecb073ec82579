// Numbers are compared by value, without rounding, and in one order.

import Plan
import SeededRandom
import Testing

@testable import Comparison

@Suite("JSON number")
struct JSONNumberTests {
    private func number(_ text: String) -> JSONNumber {
        JSONNumber(text: Array(text.utf8)[...], tolerance: 0)
    }

    private func order(_ left: String, _ right: String) -> Int {
        number(left).order(number(right))
    }

    @Test(arguments: [
        ["1", "1.0", "1e0", "10e-1", "0.1E+1", "100e-2", "1.000000000000000000000000"],
        ["0", "-0", "0.0", "0e5", "-0.00e-3", "0e99999999999999999999"],
        ["123456789012345678901234567890", "1.2345678901234567890123456789e29"],
        ["0.1", "1e-1", "0.10", "0.01e1"], ["-1.5e3", "-1500", "-15e2", "-0.0015e6"],
        ["1e400", "10e399", "0.1e401"], ["1e-400", "0.1e-399"], ["1e0005", "100000"],
    ])
    func sameValuesAreEqual(texts: [String]) {
        for left in texts {
            for right in texts { #expect(order(left, right) == 0, "\(left) and \(right)") }
        }
    }

    @Test func otherValuesAreNot() {
        let rising = [
            "-1e400", "-123456789012345678901234567891", "-123456789012345678901234567890", "-10",
            "-9.99",
            "-1", "-1e-400", "0", "1e-401", "1e-400", "0.09", "0.1", "0.10000000000000000555",
            "0.11", "1",
            "9", "9.5", "10", "9007199254740992", "9007199254740993", "1e400",
            "1e99999999999999999",
        ]
        for (place, left) in rising.enumerated() {
            for (other, right) in rising.enumerated() {
                let expected = place == other ? 0 : place < other ? -1 : 1
                #expect(order(left, right) == expected, "\(left) and \(right)")
            }
        }
    }

    @Test func exponentsBeyondReasonEqualOnlyThemselves() {
        let texts = [
            "1e9999999999999999", "1e99999999999999999", "-1e-9999999999999999", "5", "0", "-5",
        ]
        for left in texts {
            for right in texts {
                #expect((order(left, right) == 0) == (left == right))
                #expect(order(left, right) == -order(right, left))
                for third in texts where order(left, right) < 0 && order(right, third) < 0 {
                    #expect(order(left, third) < 0)
                }
            }
        }
    }

    @Test(arguments: [
        ("1", "1.05", 0.1, 0, true), ("1", "1.2", 0.1, 0, false), ("0.7", "0.8", 0.1, 0, true),
        ("0.3", "0.2", 0.1, 0, true), ("-0.05", "0.05", 0.1, 0, true),
        ("100", "101", 0, 0.01, true),
        ("100", "101.1", 0, 0.01, false), ("1e-9", "2e-9", 0, 0.4, false),
        ("1e-9", "2e-9", 0, 0.5, true),
        ("1e400", "1.0000001e400", 0, 0.5, false), ("1e400", "10e399", 0, 0.5, true),
        ("-1", "1", 0, 1, false), ("0", "5", 0, 1, true), ("1", "1.000000000000001", 0, 0, false),
    ])
    func tolerancesHoldBothWays(
        left: String, right: String, absolute: Double, relative: Double, isNear: Bool
    ) {
        let tolerance = NumericTolerance(absolute: absolute, relative: relative)
        #expect(number(left).isNear(number(right), tolerance) == isNear)
        #expect(number(right).isNear(number(left), tolerance) == isNear)
    }

    @Test func orderIsThatOfDoubles() {
        var random = SeededGenerator.announced("order of numbers")
        for _ in 0..<SeededGenerator.rounds(5_000) {
            func drawn() -> String {
                let digits = Int.random(in: -999...999, using: &random)
                return [
                    "\(digits)", "\(digits)e\(Int.random(in: -3...3, using: &random))",
                    "\(digits).50",
                ]
                .randomElement(using: &random) ?? "0"
            }
            let (left, right) = (drawn(), drawn())
            guard let one = Double(left), let other = Double(right) else { continue }
            // The nearest doubles of different values this short are different.
            #expect(
                order(left, right) == (one < other ? -1 : one > other ? 1 : 0), "\(left) \(right)")
        }
    }
}
