// Text beside a label, in lines that fit a terminal: pure.

/// Lays out what `status`, `explain` and `replay` say of a ramp.
enum LabelledText {
    /// The width that lines aim at.
    static let columns = 100
    private static let labelWidth = 9

    /// A label and its text, broken between words.
    static func lines(_ label: String, _ text: String, indent: Int = 0) -> [String] {
        TextWrap.lines(text, columns: columns, first: start(label, indent))
    }

    /// A label and lines that are to stand as they are.
    static func block(_ label: String, _ lines: [String], indent: Int = 0) -> [String] {
        lines.enumerated().map { index, line in
            line.isEmpty ? "" : start(index == 0 ? label : "", indent) + line
        }
    }

    private static func start(_ label: String, _ indent: Int) -> String {
        let pad = String(repeating: " ", count: max(0, labelWidth - label.count))
        return "\(String(repeating: " ", count: indent))\(label)\(pad) "
    }
}
