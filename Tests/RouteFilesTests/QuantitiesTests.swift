// Durations, sizes, shares and numbers are read as written, or not at all.

import Plan
import SeededRandom
import Testing

@testable import RouteFiles

@Suite("Quantities")
struct QuantitiesTests {
    @Test(
        "durations are read in milliseconds",
        arguments: [
            ("0s", 0), ("0ms", 0), ("250ms", 250), ("2s", 2_000), ("1.5s", 1_500),
            ("0.001s", 1), ("10m", 600_000), ("0.5h", 1_800_000), ("1h", 3_600_000),
            ("007s", 7_000), ("1.000s", 1_000), ("1d", 86_400_000), ("0.5d", 43_200_000),
        ])
    func durations(_ text: String, _ milliseconds: Int) {
        #expect(Quantities.milliseconds(text) == milliseconds)
    }

    @Test(
        "what is no duration is not read",
        arguments: [
            "", "s", "ms", "5", "5 s", " 5s", "5s ", "-5s", "+5s", "5S", "5sec", "1h30m", "1md",
            "1w", "d", ".5s", "5.s", "1.5ms", "0.0001s", "1e3s", "٣s", "1,5s", "999999999999999h",
            "999999999999999d",
            "9999999999999999999s", "1.0000000000s",
        ])
    func noDurations(_ text: String) {
        #expect(Quantities.milliseconds(text) == nil)
    }

    @Test(
        "sizes are read in bytes",
        arguments: [
            ("0B", 0), ("512B", 512), ("64KiB", 65_536), ("1.5KiB", 1_536), ("1MiB", 1_048_576),
            ("2GiB", 2_147_483_648),
        ])
    func sizes(_ text: String, _ bytes: Int) {
        #expect(Quantities.bytes(text) == bytes)
    }

    @Test(
        "what is no size is not read",
        arguments: ["", "B", "512", "64KB", "64kib", "64K", "1TiB", "-1B", "0.5B", "1.0001KiB"])
    func noSizes(_ text: String) {
        #expect(Quantities.bytes(text) == nil)
    }

    @Test(
        "shares are read in buckets",
        arguments: [
            ("0%", 0), ("100%", 100_000), ("90%", 90_000), ("12.5%", 12_500), ("0.001%", 1),
            ("33.333%", 33_333), ("0.0010%", 1), ("200%", 200_000),
        ])
    func shares(_ text: String, _ buckets: Int) {
        #expect(Quantities.buckets(text) == buckets)
    }

    @Test(
        "what is no share is not read",
        arguments: ["", "%", "10", "0.1", "0.0005%", "10 %", "%10", "-1%", "ten%", "1.%"])
    func noShares(_ text: String) {
        #expect(Quantities.buckets(text) == nil)
    }

    @Test(
        "ratios are read in steps of 0.001",
        arguments: [("1", 1), ("1.2", 1.2), ("1.025", 1.025), ("0.9", 0.9), ("1000.0", 1_000)])
    func ratios(_ text: String, _ ratio: Double) {
        #expect(Quantities.ratio(text) == ratio)
    }

    @Test(
        "what is no ratio is not read",
        arguments: ["", ".", "1.", ".5", "1.0005", "-1", "+1", "1e3", "120%", "1,2", "inf", "nan"])
    func noRatios(_ text: String) {
        #expect(Quantities.ratio(text) == nil)
    }

    @Test("buckets are the part of the whole that their percentage says")
    func fractions() {
        let parts = [0, 1, 500, 1_000, 50_000, 100_000].map(Quantities.fraction)
        #expect(parts == [0, 0.00001, 0.005, 0.01, 0.5, 1])
    }

    @Test(
        "whole numbers are read",
        arguments: [("0", 0), ("7", 7), ("0010", 10), ("999999999999999", 999_999_999_999_999)])
    func counts(_ text: String, _ number: Int) {
        #expect(Quantities.count(text) == number)
    }

    @Test(
        "what is no whole number is not read",
        arguments: ["", "-1", "+1", "1.0", "0x10", "1_000", " 1", "1000000000000000", "١"])
    func noCounts(_ text: String) {
        #expect(Quantities.count(text) == nil)
    }

    @Test("every share is read back from its percentage")
    func percentages() {
        for buckets in 0...BucketTable.bucketCount {
            let text = Quantities.percentage(buckets)
            guard Quantities.buckets(text) != buckets else { continue }
            Issue.record("\(buckets) buckets are written as \(text)")
        }
    }

    @Test(
        "percentages are written without needless digits",
        arguments: [
            (0, "0%"), (1, "0.001%"), (10, "0.01%"), (12_500, "12.5%"), (100_000, "100%"),
            (110_000, "110%"),
        ])
    func percentage(_ buckets: Int, _ text: String) {
        #expect(Quantities.percentage(buckets) == text)
    }

    @Test(
        "durations and sizes are written in their largest whole unit",
        arguments: [
            (0, "0ms", "0B"), (1, "1ms", "1B"), (1_000, "1s", "1000B"), (1_024, "1024ms", "1KiB"),
            (90_000, "90s", "90000B"), (120_000, "2m", "120000B"),
            (86_400_000, "24h", "84375KiB"), (1 << 20, "1048576ms", "1MiB"),
        ])
    func written(_ value: Int, _ duration: String, _ size: String) {
        #expect(Quantities.duration(value) == duration)
        #expect(Quantities.size(value) == size)
    }

    @Test("every duration and size is read back from what is written")
    func roundTrips() {
        var random = SeededGenerator.announced("quantities")
        for _ in 0..<SeededGenerator.rounds(2_000) {
            let most = 1 << Int.random(in: 0...40, using: &random)
            let value = Int.random(in: 0...most, using: &random)
            #expect(Quantities.milliseconds(Quantities.duration(value)) == value)
            #expect(Quantities.bytes(Quantities.size(value)) == value)
        }
    }
}
