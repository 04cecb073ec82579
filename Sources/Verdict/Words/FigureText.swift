// Numbers as people read them.

/// Writes rates, latencies and counts without more digits than they have meaning.
package enum FigureText {
    /// `12,345`.
    package static func count(_ number: Int) -> String {
        let digits = String(number.magnitude)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0 && (digits.count - index) % 3 == 0 { text += "," }
            text.append(digit)
        }
        return number < 0 ? "-\(text)" : text
    }

    /// A rate of 0 … 1 as `0.52 %`.
    package static func percent(_ rate: Double) -> String { "\(decimal(rate * 100)) %" }

    /// A number with three digits that mean something: `0.00123`, `1.23`, `123`, `12345`.
    package static func decimal(_ number: Double) -> String {
        guard number.isFinite else { return number > 0 ? "∞" : "-∞" }
        var places = 2
        let size = abs(number)
        if size >= 100 { places = 0 } else if size >= 10 { places = 1 }
        if size > 0 {
            var small = size
            while small < 0.995 && places < 6 {
                small *= 10
                places += 1
            }
        }
        return fixed(number, places)
    }

    /// Microseconds as `8.31 ms` or `2.5 s`.
    package static func latency(_ microseconds: Double) -> String {
        abs(microseconds) >= 1_000_000
            ? "\(decimal(microseconds / 1_000_000)) s" : "\(decimal(microseconds / 1_000)) ms"
    }

    /// Milliseconds as `12 s`, `5 min 20 s` or `2 h 10 min`.
    package static func duration(_ milliseconds: Int) -> String {
        let seconds = milliseconds / 1_000
        if seconds < 1 { return "\(milliseconds) ms" }
        let parts = [(seconds / 3_600, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s")]
        let shown = parts.drop { $0.0 == 0 }.prefix(2).filter { $0.0 > 0 }
        return shown.map { "\($0.0) \($0.1)" }.joined(separator: " ")
    }

    private static func fixed(_ number: Double, _ places: Int) -> String {
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        guard abs(number) * scale < 9e15 else { return "\(number)" }
        let scaled = Int((abs(number) * scale).rounded())
        var fraction = places > 0 ? String(scaled % Int(scale) + Int(scale)).dropFirst() : ""
        while fraction.hasSuffix("0") { fraction.removeLast() }
        let sign = number < 0 && scaled > 0 ? "-" : ""
        let whole = scaled / Int(scale)
        return fraction.isEmpty ? "\(sign)\(whole)" : "\(sign)\(whole).\(fraction)"
    }
}
