// Where two bodies of bytes differ first.

import Plan

/// Bodies of which nothing is known but their bytes.
package enum BytesComparison {
    /// The difference of two bodies that are not the same: nothing of them is shown.
    static func difference(
        _ left: [UInt8], _ right: [UInt8], _ rule: ComparisonRule
    ) -> Difference {
        let same = zip(left, right).prefix { $0 == $1 }.count
        return Difference(
            path: "body byte \(same)", group: "body",
            kind: same == min(left.count, right.count) ? .length : .value,
            primary: summary(left, rule), shadow: summary(right, rule))
    }

    /// The length, and a digest by which the same body is known again.
    static func summary(_ bytes: [UInt8], _ rule: ComparisonRule) -> String {
        // The digest of a short secret would tell it to whoever tries out all of them.
        if !rule.redaction.paths.isEmpty { return "\(bytes.count) bytes" }
        let digits = String(digest(bytes), radix: 16)
        let padding = String(repeating: "0", count: 16 - digits.count)
        return "\(bytes.count) bytes, fnv1a64 \(padding)\(digits)"
    }

    /// FNV-1a with 64 bits (RFC 9923): good against chance, not against somebody who tries.
    package static func digest(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    }
}
