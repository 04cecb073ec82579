// What two answers to the same request are compared by, as a route file says it.

/// What of two answers is compared, and what does not count as a difference.
package struct ComparisonRule: Sendable, Equatable {
    /// How bodies are compared.
    package enum Mode: String, Sendable, CaseIterable {
        /// By structure, path by path.
        case json
        /// Character by character.
        case text
        /// As streams of server-sent events: what they say once it is put together.
        case sse
        /// Byte by byte.
        case bytes
        /// Not at all.
        case none
    }

    /// A tolerance that holds for the numbers at and below a path.
    package struct PathTolerance: Sendable, Equatable {
        /// Where it holds.
        package let path: JSONPath
        /// What it allows.
        package let tolerance: NumericTolerance

        /// Makes a tolerance of a path.
        package init(path: JSONPath, tolerance: NumericTolerance) {
            self.path = path
            self.tolerance = tolerance
        }
    }

    /// How bodies are compared.
    package var mode: Mode
    /// Whether the statuses must be the same; if they are not, bodies are not compared.
    package var comparesStatus = true
    /// Names of the headers that must have the same values, in small letters.
    package var headers: [String] = []
    /// What may differ freely, with all that is below it.
    package var ignored: [JSONPath] = []
    /// Arrays whose elements may stand in any order.
    package var unordered: [JSONPath] = []
    /// What numbers may differ by where no path says otherwise.
    package var tolerance = NumericTolerance.exact
    /// Tolerances of paths; of several for one number that of the deepest path counts, and of
    /// these the last one.
    package var tolerances: [PathTolerance] = []
    /// What is never shown or kept of the answers.
    package var redaction = Redaction()
    /// How much work, memory and room a comparison may take.
    package var limits = ComparisonLimits()

    /// A rule that compares statuses and bodies, exactly.
    package init(mode: Mode) { self.mode = mode }
}

/// By how much two numbers may differ and still count as the same.
package struct NumericTolerance: Sendable, Equatable {
    /// In the numbers' own unit, 0 or more.
    package let absolute: Double
    /// As a part of the one that is larger without its sign, 0 … 1.
    package let relative: Double

    /// Only numbers of the same value are the same.
    package static let exact = NumericTolerance()

    /// Makes a tolerance; the larger one of the two counts.
    package init(absolute: Double = 0, relative: Double = 0) {
        self.absolute = absolute
        self.relative = relative
    }

    /// Whether it allows anything.
    package var isExact: Bool { absolute == 0 && relative == 0 }
}

/// What is replaced by "[redacted]" before anything of an answer is shown or kept.
package struct Redaction: Sendable, Equatable {
    /// Headers that are redacted unless a file says otherwise.
    package static let usualHeaders = [
        "authorization", "cookie", "proxy-authorization", "set-cookie", "x-api-key",
    ]

    /// Values in JSON bodies, with all that is below them. Where there is any, a body that is no
    /// JSON is not shown at all.
    package var paths: [JSONPath] = []
    /// Names of headers, in small letters.
    package var headers = usualHeaders

    /// Redacts the usual headers.
    package init() {}
}
