// The way from a document to one of its values, and how it is written.

import Plan

/// The steps that lead to the value that is being looked at.
struct JSONTrail {
    enum Step {
        case name(ArraySlice<UInt8>)
        case element(Int)
        case anyElement
    }

    /// Names are cut after so many bytes.
    private static let mostNameBytes = 64

    private var steps: [Step] = []

    mutating func push(_ step: Step) { steps.append(step) }
    mutating func pop() { steps.removeLast() }

    /// The path of the value itself: `$.choices[0].text`.
    func path(most: Int) -> String { text(most) { "[\($0)]" } }

    /// The path by which values are grouped: `$.choices[*].text`.
    func group(most: Int) -> String { text(most) { _ in "[*]" } }

    private func text(_ most: Int, _ element: (Int) -> String) -> String {
        var text = "$"
        for step in steps {
            var longer = text
            switch step {
            case .name(let name): JSONPathText.append(name: Self.shortened(name), to: &longer)
            case .element(let place): longer += element(place)
            case .anyElement: longer += "[*]"
            }
            if longer.utf8.count > most { return text + Excerpt.ellipsis }
            text = longer
        }
        return text
    }

    private static func shortened(_ name: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        if name.count <= mostNameBytes { return name }
        return ArraySlice(Excerpt.head(name, most: mostNameBytes).utf8)
    }
}
