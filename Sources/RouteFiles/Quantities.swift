// Durations, sizes, shares and numbers as people write them.

import Plan

/// Pure readings of text; nil when it is none of these.
package enum Quantities {
    /// `250ms`, `2s`, `1.5s`, `10m`, `1h`, `7d`, in milliseconds.
    package static func milliseconds(_ text: String) -> Int? {
        scaled(
            text, [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)])
    }

    /// `512B`, `64KiB`, `1MiB`, `2GiB`, in bytes.
    static func bytes(_ text: String) -> Int? {
        scaled(text, [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("B", 1)])
    }

    /// `10%`, `0.5%`, `0.001%`, in buckets of 0.001 %; nothing finer.
    package static func buckets(_ text: String) -> Int? {
        guard text.hasSuffix("%") else { return nil }
        return decimal(text.dropLast(), scale: BucketTable.bucketCount / 100)
    }

    /// `1.2`, in steps of 0.001; nothing finer.
    static func ratio(_ text: String) -> Double? {
        decimal(text[...], scale: 1_000).map { Double($0) / 1_000 }
    }

    /// `0.01`, `5`, `1e-6`: any number that is not below zero.
    static func number(_ text: String) -> Double? {
        let digits = { (text: Substring) in
            !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        }
        guard text.utf8.count <= 32 else { return nil }
        let parts = text.split(
            maxSplits: 1, omittingEmptySubsequences: false, whereSeparator: { "eE".contains($0) })
        let places = parts[0].split(
            separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard places.allSatisfy(digits) else { return nil }
        if parts.count == 2 {
            let isSigned = parts[1].hasPrefix("-") || parts[1].hasPrefix("+")
            guard digits(parts[1].dropFirst(isSigned ? 1 : 0)) else { return nil }
        }
        return Double(text).flatMap { $0.isFinite ? $0 : nil }
    }

    /// Buckets as a part of the whole, 0 … 1.
    package static func fraction(_ buckets: Int) -> Double {
        Double(buckets) / Double(BucketTable.bucketCount)
    }

    /// A whole number without a sign.
    static func count(_ text: String) -> Int? {
        guard !text.isEmpty, text.utf8.count <= 15,
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        return Int(text)
    }

    /// Buckets as a percentage: `12.5%`.
    static func percentage(_ buckets: Int) -> String {
        let scale = BucketTable.bucketCount / 100
        var text = "\(buckets / scale)"
        let rest = abs(buckets % scale)
        if rest > 0 {
            var digits = String(String(scale + rest).dropFirst())
            while digits.hasSuffix("0") { digits.removeLast() }
            text += ".\(digits)"
        }
        return text + "%"
    }

    /// Milliseconds as a duration in the largest unit that needs no fraction: `90s`, `2m`.
    static func duration(_ milliseconds: Int) -> String {
        whole(milliseconds, [("h", 3_600_000), ("m", 60_000), ("s", 1_000)], "ms")
    }

    /// Bytes as a size in the largest unit that needs no fraction: `64KiB`.
    static func size(_ bytes: Int) -> String {
        whole(bytes, [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)], "B")
    }

    private static func whole(
        _ value: Int, _ units: [(name: String, scale: Int)], _ smallest: String
    ) -> String {
        for unit in units where value > 0 && value % unit.scale == 0 {
            return "\(value / unit.scale)\(unit.name)"
        }
        return "\(value)\(smallest)"
    }

    private static func scaled(_ text: String, _ units: [(name: String, scale: Int)]) -> Int? {
        // The longest unit first: "ms" also ends in "s".
        let fitting = units.filter { text.hasSuffix($0.name) }.max { $0.name.count < $1.name.count }
        guard let unit = fitting else { return nil }
        return decimal(text.dropLast(unit.name.count), scale: unit.scale)
    }

    /// A decimal number times `scale`, if that is a whole number.
    private static func decimal(_ text: Substring, scale: Int) -> Int? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = count(String(parts[0])), whole <= Int.max / (scale * 2) else {
            return nil
        }
        guard parts.count == 2 else { return whole * scale }
        guard let fraction = count(String(parts[1])), parts[1].utf8.count <= 9 else { return nil }
        var power = 1
        for _ in 0..<parts[1].utf8.count { power *= 10 }
        let product = fraction * scale
        return product % power == 0 ? whole * scale + product / power : nil
    }
}

extension YAMLValue {
    /// A duration between two bounds, in milliseconds.
    func milliseconds(_ what: String, _ range: ClosedRange<Int>) -> Int? {
        let example = "write it like 250ms, 2s, 10m or 1h"
        guard let text = text(what, mend: example) else { return nil }
        guard let value = Quantities.milliseconds(text) else {
            error("\(what) is \(shown)", "that is no duration", example)
            return nil
        }
        return bounded(value, what, range, shown: Quantities.duration)
    }

    /// A size between two bounds, in bytes.
    func bytes(_ what: String, _ range: ClosedRange<Int>) -> Int? {
        let example = "write it like 512B, 64KiB or 1MiB"
        guard let text = text(what, mend: example) else { return nil }
        guard let value = Quantities.bytes(text) else {
            error("\(what) is \(shown)", "that is no size", example)
            return nil
        }
        return bounded(value, what, range, shown: Quantities.size)
    }

    /// A whole number between two bounds.
    func count(_ what: String, _ range: ClosedRange<Int>) -> Int? {
        let example = "write it in digits"
        guard let text = text(what, mend: example) else { return nil }
        guard let value = Quantities.count(text) else {
            error("\(what) is \(shown)", "that is no whole number", example)
            return nil
        }
        return bounded(value, what, range) { "\($0)" }
    }

    /// A percentage between two bounds, in buckets of 0.001 %.
    func buckets(
        _ what: String, _ range: ClosedRange<Int> = 0...BucketTable.bucketCount
    ) -> Int? {
        let example = "write it as a percentage down to 0.001%, like 12.5%"
        guard let text = text(what, mend: example) else { return nil }
        guard let value = Quantities.buckets(text), range.contains(value) else {
            let least = Quantities.percentage(range.lowerBound)
            let most = Quantities.percentage(range.upperBound)
            let reason =
                text.hasSuffix("%")
                ? "it must be from \(least) to \(most) in steps of 0.001%"
                : "the percent sign is missing"
            error("\(what) is \(shown)", reason, example)
            return nil
        }
        return value
    }

    private func bounded(
        _ value: Int, _ what: String, _ range: ClosedRange<Int>, shown: (Int) -> String
    ) -> Int? {
        if range.contains(value) { return value }
        error(
            "\(what) is \(self.shown)", "the gateway could not work with it",
            "it must be from \(shown(range.lowerBound)) to \(shown(range.upperBound))")
        return nil
    }
}
