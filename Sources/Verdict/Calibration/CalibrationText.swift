// Reckoned numbers as people read them: no more exact than they are.

/// Writes counts and durations that are only about right.
package enum CalibrationText {
    /// A count with two digits that mean something: `1,800`.
    package static func count(_ number: Int) -> String {
        var scale = 1
        while number / scale >= 100 { scale *= 10 }
        return FigureText.count((number + scale / 2) / scale * scale)
    }

    /// A duration in tens of seconds from a minute on, minutes from ten on, hours from ten on.
    package static func duration(_ milliseconds: Int) -> String {
        let unit =
            switch milliseconds {
            case ..<1_000: 100
            case ..<60_000: 1_000
            case ..<600_000: 10_000
            case ..<36_000_000: 60_000
            default: 3_600_000
            }
        if milliseconds > 365 * 24 * 3_600_000 { return "over a year" }
        return FigureText.duration((milliseconds + unit / 2) / unit * unit)
    }
}
