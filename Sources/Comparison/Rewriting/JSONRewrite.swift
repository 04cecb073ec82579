// Gives fields of a JSON body new values and leaves every other byte as it is.

package import Plan

/// The changes of a shadow's `set:`, made ready for many requests.
///
/// What a path selects is replaced, each value if there are several (of a name that stands twice
/// in an object both values are, since nobody knows which one a reader takes). A member of the
/// document itself is added at its end if it is not there; any other path must select something.
/// Inside of what is replaced nothing is looked for.
package struct JSONRewrite: Sendable {
    private let changes: [JSONFieldChange]
    private let rules: PathRules
    private let limits: ComparisonLimits

    /// Makes changes ready; throws if a new value is no JSON.
    package init(
        _ changes: [JSONFieldChange], limits: ComparisonLimits = ComparisonLimits()
    ) throws(JSONRewriteError) {
        var rules = PathRules()
        for (place, change) in changes.enumerated() {
            do {
                _ = try JSONTreeReader.read(change.value, limits: limits)
            } catch {
                throw .value(change.path, error)
            }
            rules.add(change.path, .replaced(place))
        }
        self.changes = changes
        self.rules = rules
        self.limits = limits
    }

    /// Text as a JSON string, for a new value that a file gives as text.
    package static func quoted(_ text: String) -> [UInt8] {
        var json = JSONText()
        json.append(string: text.utf8)
        return json.bytes
    }

    /// The body with its new values, no longer than `bodyBytes`; throws if it is no JSON, or if
    /// something is not there.
    package func rewritten(_ body: [UInt8]) throws(JSONRewriteError) -> [UInt8] {
        var search = try JSONFieldSearch(body, rules: rules, limits: limits)
        var edits = search.found.map { Edit(range: $0.range, bytes: changes[$0.change].value[...]) }
        for (place, change) in changes.enumerated() where !search.reached.contains(place) {
            guard let end = search.documentEnd, let name = change.path.onlyName else {
                throw .missing(change.path)
            }
            var text = JSONText()
            if search.hasMembers { text.append(json: ",".utf8) }
            text.append(string: name)
            text.append(json: ":".utf8)
            text.append(json: change.value)
            edits.append(Edit(range: end..<end, bytes: text.bytes[...]))
            search.hasMembers = true
        }
        return try applied(edits, to: body)
    }

    private struct Edit {
        let range: Range<Int>
        let bytes: ArraySlice<UInt8>
    }

    /// `edits` are in the order of their places.
    private func applied(
        _ edits: [Edit], to body: [UInt8]
    ) throws(JSONRewriteError) -> [UInt8] {
        var count = body.count
        for edit in edits {
            count += edit.bytes.count - edit.range.count
            if count > limits.bodyBytes + body.count { break }
        }
        if count > limits.bodyBytes { throw .tooLarge(limits.bodyBytes) }
        var result: [UInt8] = []
        result.reserveCapacity(count)
        var place = 0
        for edit in edits {
            result += body[place..<edit.range.lowerBound]
            result += edit.bytes
            place = edit.range.upperBound
        }
        return result + body[place...]
    }
}

/// Why a body could not be given its new values.
package enum JSONRewriteError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The new value of this path is no JSON.
    case value(JSONPath, JSONFault)
    /// The body is no JSON, or beyond the limits.
    case body(JSONFault)
    /// The path selects nothing, and is no member of the document that could be added.
    case missing(JSONPath)
    /// The new body would have more bytes than this.
    case tooLarge(Int)

    /// What is wrong, in words that show nothing of the body.
    package var description: String {
        switch self {
        case .value(let path, let fault): "the new value of \(path) is no JSON: \(fault)"
        case .body(let fault): "the body is no JSON that can be changed: \(fault)"
        case .missing(let path):
            "\(path) is not in the body; only a member of the document itself is added"
        case .tooLarge(let bytes): "the changed body would have more than \(bytes) bytes"
        }
    }
}

extension JSONPath {
    /// The name, if the path is that of a member of the document itself.
    fileprivate var onlyName: [UInt8]? {
        guard let step = steps.first, steps.count == 1, !step.isRecursive,
            case .name(let name) = step.selector
        else { return nil }
        return name
    }
}
