// Which parts of a JSON document are meant: a small part of JSONPath, checked when it is read.

/// A path as route files write it, a part of RFC 9535:
///
/// | written | means |
/// |---|---|
/// | `$` | the document |
/// | `.name`, `['a name']`, `["a name"]` | a member of an object |
/// | `[3]` | an element of an array, counted from 0 |
/// | `[*]`, `.*` | every element and every member |
/// | `..name`, `..['a name']`, `..[3]`, `..*` | the same, here or at any depth below |
package struct JSONPath: Sendable, Hashable {
    /// Which children of a value a step goes to.
    package enum Selector: Sendable, Hashable {
        /// The member of this name, as its bytes in UTF-8: names are compared byte by byte.
        case name([UInt8])
        /// The element at this place, counted from 0.
        case index(Int)
        /// Every member and every element.
        case any
    }

    /// One step away from the document.
    package struct Step: Sendable, Hashable {
        /// Where it goes.
        package let selector: Selector
        /// Whether it starts from the values at any depth too, as `..` says.
        package let isRecursive: Bool
    }

    /// The most characters of a path.
    package static let mostCharacters = 1_024
    /// The most steps of a path.
    package static let mostSteps = 64

    /// The steps in their order; none stands for the document itself.
    package let steps: [Step]

    /// Makes a path of steps that are known to be good.
    init(steps: [Step]) { self.steps = steps }

    /// Reads a path; throws where and why it is none.
    package init(_ text: String) throws(JSONPathError) {
        var parser = JSONPathParser(text)
        steps = try parser.steps()
    }

    /// Whether the path is the document itself.
    package var isDocument: Bool { steps.isEmpty }
}

extension JSONPath: CustomStringConvertible {
    /// The path in the shortest form that reads back as the same one.
    package var description: String {
        var text = "$"
        for step in steps {
            switch step.selector {
            case .name(let name):
                JSONPathText.append(name: name, isRecursive: step.isRecursive, to: &text)
            case .index(let index): text += step.isRecursive ? "..[\(index)]" : "[\(index)]"
            case .any: text += step.isRecursive ? "..*" : "[*]"
            }
        }
        return text
    }
}

/// Where and why a text is no path.
package struct JSONPathError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The character at which reading stopped, counted from 1.
    package let column: Int
    /// What is wrong there, and how to mend it.
    package let reason: String

    /// `column 3: …`
    package var description: String { "column \(column): \(reason)" }
}
