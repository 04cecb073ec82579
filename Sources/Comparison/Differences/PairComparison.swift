// The front door: compares two answers by a rule.

package import Plan

/// A rule made ready for many comparisons. A comparison takes time and memory within the rule's
/// limits, and never fails: whatever the bytes, there is a result.
package struct PairComparison: Sendable {
    /// The rule.
    package let rule: ComparisonRule
    let rules: PathRules
    let redactions: PathRules
    private let tolerances: [NumericTolerance]
    private let documentLimits: ComparisonLimits
    /// The most bytes that one of a streamed answer becomes when it is written as JSON.
    private static let mostEscapedBytes = 8

    /// Makes a rule ready.
    package init(_ rule: ComparisonRule) {
        self.rule = rule
        var rules = PathRules()
        for path in rule.ignored { rules.add(path, .ignored) }
        for path in rule.unordered { rules.add(path, .unordered) }
        for (place, entry) in rule.tolerances.enumerated() {
            rules.add(entry.path, .tolerance(Int32(clamping: place + 1)))
        }
        self.rules = rules
        var redactions = PathRules()
        for path in rule.redaction.paths { redactions.add(path, .redacted) }
        self.redactions = redactions
        tolerances = [rule.tolerance] + rule.tolerances.map(\.tolerance)
        var limits = rule.limits
        if rule.mode == .sse {
            let most = limits.bodyBytes.multipliedReportingOverflow(by: Self.mostEscapedBytes)
            limits.bodyBytes = most.overflow ? .max : most.partialValue
        }
        documentLimits = limits
    }

    /// Compares two answers. The result mirrors that of the swapped answers.
    package func compare(primary: Answer, shadow: Answer) -> PairResult {
        if primary.isMissing || shadow.isMissing { return missing(primary, shadow) }
        var found = Differences(limits: rule.limits)
        if rule.comparesStatus && primary.status != shadow.status {
            found.note("status") {
                Difference(
                    path: "status", group: "status", kind: .value, primary: "\(primary.status)",
                    shadow: "\(shadow.status)")
            }
        }
        let statusesDiffer = found.total > 0
        HeaderComparison(rule).compare(primary.headers, shadow.headers, into: &found)
        // The body of an error says nothing about the answer that should have come.
        if statusesDiffer { return PairResult(differences: found, notComparable: nil) }
        switch outcome(primary.body, shadow.body) {
        case .compared(let differences): found.add(differences)
        case .notComparable(let sides):
            return PairResult(differences: found, notComparable: sides)
        }
        return PairResult(differences: found, notComparable: nil)
    }

    /// Whatever is compared: one answer and none are not the same.
    private func missing(_ primary: Answer, _ shadow: Answer) -> PairResult {
        if primary.isMissing && shadow.isMissing {
            return .notComparable(NotComparable(primary: .noAnswer, shadow: .noAnswer))
        }
        func words(_ answer: Answer) -> String {
            if case .failure(let obstacle) = bytes(answer.body), answer.isMissing {
                return obstacle.reason
            }
            return "status \(answer.status)"
        }
        var found = Differences(limits: rule.limits)
        found.note("answer") {
            Difference(
                path: "answer", group: "answer", kind: shadow.isMissing ? .missing : .extra,
                primary: words(primary), shadow: words(shadow))
        }
        return PairResult(differences: found, notComparable: nil)
    }

    // MARK: Bodies

    private enum Outcome {
        case compared(Differences)
        case notComparable(NotComparable)
    }

    private func outcome(_ primary: Answer.Body, _ shadow: Answer.Body) -> Outcome {
        if rule.mode == .none { return .compared(Differences(limits: rule.limits)) }
        if Self.areSame(primary, shadow) { return .compared(Differences(limits: rule.limits)) }
        let left = bytes(primary)
        let right = bytes(shadow)
        if case .success(let left) = left, case .success(let right) = right {
            if left == right { return .compared(Differences(limits: rule.limits)) }
            switch rule.mode {
            case .text, .bytes:
                var found = Differences(limits: rule.limits)
                found.note("body") {
                    rule.mode == .text
                        ? TextComparison.difference(left, right, rule)
                        : BytesComparison.difference(left, right, rule)
                }
                return .compared(found)
            case .json, .sse: return outcome(json(left), json(right))
            case .none: break
            }
        }
        return outcome(left.flatMap(json), right.flatMap(json))
    }

    /// Whatever they are, the same bytes agree.
    private static func areSame(_ primary: Answer.Body, _ shadow: Answer.Body) -> Bool {
        switch (primary, shadow) {
        case (.whole(let left), .whole(let right)): left == right
        case (.coded(let left, let coding), .coded(let right, let other)):
            coding == other && left == right
        default: false
        }
    }

    private func outcome(
        _ primary: Result<JSONValue, BodyObstacle>, _ shadow: Result<JSONValue, BodyObstacle>
    ) -> Outcome {
        switch (primary, shadow) {
        case (.success(let left), .success(let right)):
            return .compared(
                JSONComparer.differences(
                    left, right, tolerances: tolerances, redaction: RedactionCursor(redactions),
                    limits: rule.limits))
        case (.failure(let left), .success(let value)) where left.kind.isFault:
            return .compared(fault(left.reason, name(value)))
        case (.success(let value), .failure(let right)) where right.kind.isFault:
            return .compared(fault(name(value), right.reason))
        default: break
        }
        return .notComparable(NotComparable(primary: primary.obstacle, shadow: shadow.obstacle))
    }

    private var isStructural: Bool { rule.mode == .json || rule.mode == .sse }

    private func name(_ value: JSONValue) -> String {
        isStructural ? value.kindName : "a whole body"
    }

    /// The difference between an answer that is as it should be and one that is not.
    private func fault(_ primary: String, _ shadow: String) -> Differences {
        let group = isStructural ? "$" : "body"
        var found = Differences(limits: rule.limits)
        found.note(group) {
            Difference(path: group, group: group, kind: .type, primary: primary, shadow: shadow)
        }
        return found
    }

    /// The bytes that are compared: of a stream, what it says, as JSON.
    func bytes(_ body: Answer.Body) -> Result<[UInt8], BodyObstacle> {
        switch body {
        case .cutOff: return .failure(BodyObstacle(.cutOff, "the answer was cut off"))
        case .tooLarge:
            return .failure(
                BodyObstacle(.tooLarge, "more than \(rule.limits.bodyBytes) bytes"))
        case .coded:
            return .failure(
                BodyObstacle(.unknownCoding, "in a content coding that is not undone here"))
        case .miscoded:
            return .failure(BodyObstacle(.miscoded, "not in the content coding that it names"))
        case .missing(let why):
            return .failure(BodyObstacle(.noAnswer, "no answer (\(why))"))
        case .stream(let stream):
            return stream.obstacle.map { .failure($0) } ?? .success(stream.document)
        case .whole(let bytes):
            guard rule.mode == .sse else {
                return bytes.count > rule.limits.bodyBytes ? self.bytes(.tooLarge) : .success(bytes)
            }
            // A stream may be far longer than what it says.
            var assembler = StreamAssembler(limits: rule.limits)
            assembler.take(bytes[...])
            return self.bytes(.stream(assembler.finish()))
        }
    }

    /// A document as it is compared.
    func json(_ bytes: [UInt8]) -> Result<JSONValue, BodyObstacle> {
        guard isStructural else { return .success(.null) }
        do {
            return .success(try JSONTreeReader.read(bytes, rules: rules, limits: documentLimits))
        } catch {
            return .failure(BodyObstacle(error))
        }
    }
}

extension Result where Failure == BodyObstacle {
    fileprivate var obstacle: BodyObstacle.Kind? {
        if case .failure(let obstacle) = self { return obstacle.kind }
        return nil
    }
}
