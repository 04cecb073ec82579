// A schema of the API's description held against what a type reads.

import Control
import Plan
import Verdict

extension RampPhase: WordsOfDocument {}
extension RampWait: WordsOfDocument {}
extension GuardVerdict: WordsOfDocument {}
extension Guard.Metric: WordsOfDocument {}
extension BreakerReading.Trip: WordsOfDocument {}
extension DecisionKind: WordsOfDocument {}
extension DecisionCause: WordsOfDocument {}
extension ShadowExplanation.Verdict: WordsOfDocument {}

/// Compares, and says what is not the same.
struct SchemaAgainstShape {
    let schemas: [String: [String: Any]]
    let shapes: [String: DocumentShape]
    private(set) var faults: [String] = []
    /// Documents that were compared.
    private(set) var compared = 0

    init(schemas: [String: [String: Any]], shapes: [String: DocumentShape]) {
        self.schemas = schemas
        self.shapes = shapes
    }

    /// Compares a part of a schema with a value.
    mutating func compare(
        _ part: [String: Any], _ value: DocumentShape.Value, _ place: String
    ) {
        var schema = part
        if let reference = part["$ref"] as? String {
            let name = reference.split(separator: "/").last.map(String.init) ?? ""
            schema = schemas[name] ?? [:]
        }
        let type = schema["type"] as? String ?? "anything"
        switch value {
        case .document(let name): compareMembers(schema, name, place)
        case .words(let words):
            let described = Set(schema["enum"] as? [String] ?? [])
            if described != words { faults.append("\(place) is \(described), and \(words)") }
        case .list(let element):
            if type != "array" { faults.append("\(place) is \(type), and a list") }
            compare(schema["items"] as? [String: Any] ?? [:], element, "\(place)[]")
        case .map(let element):
            if type != "object" { faults.append("\(place) is \(type), and a map") }
            let inner = schema["additionalProperties"] as? [String: Any] ?? [:]
            compare(inner, element, "\(place){}")
        case .text: expect(type, ["string"], "text", place)
        case .truth: expect(type, ["boolean"], "truth", place)
        case .whole: expect(type, ["integer"], "whole", place)
        case .number: expect(type, ["number"], "number", place)
        }
    }

    private mutating func expect(
        _ type: String, _ wanted: [String], _ words: String, _ place: String
    ) {
        if !wanted.contains(type) { faults.append("\(place) is \(type), and \(words)") }
    }

    private mutating func compareMembers(_ schema: [String: Any], _ name: String, _ place: String) {
        compared += 1
        let properties = schema["properties"] as? [String: [String: Any]] ?? [:]
        let required = Set(schema["required"] as? [String] ?? [])
        let members = shapes[name]?.members ?? [:]
        for key in properties.keys where members[key] == nil {
            faults.append("\(place).\(key) is no member")
        }
        for (key, member) in members {
            guard let property = properties[key] else {
                faults.append("\(place).\(key) is not described")
                continue
            }
            if required.contains(key) != member.isNeeded {
                faults.append(
                    "\(place).\(key) is required: \(required.contains(key)), "
                        + "and always there: \(member.isNeeded)")
            }
            compare(property, member.value, "\(place).\(key)")
        }
    }
}
