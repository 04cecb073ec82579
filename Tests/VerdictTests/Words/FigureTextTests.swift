// Numbers as people read them.

import Testing

@testable import Verdict

@Suite struct FigureTextTests {
    @Test(arguments: [
        (0, "0"), (7, "7"), (999, "999"), (1_000, "1,000"), (12_345, "12,345"),
        (1_234_567, "1,234,567"), (-1_000, "-1,000"), (Int.min, "-9,223,372,036,854,775,808"),
    ])
    func counts(number: Int, text: String) {
        #expect(FigureText.count(number) == text)
    }

    @Test(arguments: [
        (0.0, "0"), (-0.0, "0"), (1, "1"), (1.5, "1.5"), (1.234, "1.23"), (9.996, "10"),
        (12.34, "12.3"), (99.96, "100"), (123.4, "123"), (12_345.6, "12346"), (0.5, "0.5"),
        (0.1234, "0.123"), (0.00123, "0.00123"), (0.000_000_4, "0"), (0.9996, "1"),
        (-0.25, "-0.25"), (-0.000_000_1, "0"), (.infinity, "∞"), (-.infinity, "-∞"),
    ])
    func decimals(number: Double, text: String) {
        #expect(FigureText.decimal(number) == text)
    }

    @Test func enormousNumbersDoNotTrap() {
        for number in [1e18, -1e18, .greatestFiniteMagnitude, .leastNonzeroMagnitude, .nan] {
            #expect(!FigureText.decimal(number).isEmpty)
        }
    }

    @Test(arguments: [
        (0, "0 %"), (0.00001, "0.001 %"), (0.0052, "0.52 %"), (0.25, "25 %"), (1, "100 %"),
        (-0.003, "-0.3 %"),
    ])
    func percentages(rate: Double, text: String) {
        #expect(FigureText.percent(rate) == text)
    }

    @Test(arguments: [
        (0, "0 ms"), (80, "0.08 ms"), (8_312, "8.31 ms"), (800_000, "800 ms"),
        (2_500_000, "2.5 s"), (90_000_000, "90 s"), (-4_000, "-4 ms"),
    ])
    func latencies(microseconds: Double, text: String) {
        #expect(FigureText.latency(microseconds) == text)
    }

    @Test(arguments: [
        (0, "0 ms"), (999, "999 ms"), (1_000, "1 s"), (59_999, "59 s"), (60_000, "1 min"),
        (320_000, "5 min 20 s"), (3_600_000, "1 h"), (7_800_000, "2 h 10 min"),
        (3_605_000, "1 h"), (90_000_000, "25 h"),
    ])
    func durations(milliseconds: Int, text: String) {
        #expect(FigureText.duration(milliseconds) == text)
    }
}
