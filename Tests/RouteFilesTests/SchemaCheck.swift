// Just as much of JSON Schema as Routes/schema.json uses, so that the examples can be held to it.

@testable import RouteFiles

/// Checks a value of a YAML file against a schema.
enum SchemaCheck {
    /// What does not fit, one line each.
    static func problems(
        _ value: YAMLValue, _ schema: [String: Any], at path: String = ""
    ) -> [String] {
        if let choices = schema["anyOf"] as? [[String: Any]] {
            let fits = choices.contains { problems(value, $0, at: path).isEmpty }
            return fits ? [] : ["\(path): fits none of \(choices.count)"]
        }
        if let values = schema["enum"] as? [String] {
            return values.contains(value.scalarText) ? [] : ["\(path): not one of \(values)"]
        }
        switch schema["type"] as? String {
        case "string": return string(value, schema, path)
        case "boolean":
            return ["true", "false"].contains(value.scalarText) ? [] : ["\(path): no boolean"]
        case "integer": return integer(value, schema, path)
        case "number": return number(value, schema, path)
        case "array": return array(value, schema, path)
        case "object": return object(value, schema, path)
        default: return ["\(path): unknown type in the schema"]
        }
    }

    private static func string(
        _ value: YAMLValue, _ schema: [String: Any], _ path: String
    ) -> [String] {
        let text = value.scalarText
        if text.isEmpty || text.count < schema["minLength"] as? Int ?? 0 {
            return ["\(path): no string, or too short"]
        }
        if let pattern = schema["pattern"] as? String {
            guard let regex = try? Regex(pattern), text.contains(regex) else {
                return ["\(path): \(text) does not match \(pattern)"]
            }
        }
        return []
    }

    private static func integer(
        _ value: YAMLValue, _ schema: [String: Any], _ path: String
    ) -> [String] {
        guard let number = Int(value.scalarText) else { return ["\(path): no integer"] }
        let isInside =
            number >= schema["minimum"] as? Int ?? .min
            && number <= schema["maximum"] as? Int ?? .max
        return isInside ? [] : ["\(path): \(number) is out of range"]
    }

    private static func number(
        _ value: YAMLValue, _ schema: [String: Any], _ path: String
    ) -> [String] {
        guard let number = Double(value.scalarText) else { return ["\(path): no number"] }
        let isInside =
            number >= schema["minimum"] as? Double ?? -.infinity
            && number <= schema["maximum"] as? Double ?? .infinity
        return isInside ? [] : ["\(path): \(number) is out of range"]
    }

    private static func array(
        _ value: YAMLValue, _ schema: [String: Any], _ path: String
    ) -> [String] {
        let isList = !value.isMapping && value.scalarText.isEmpty
        guard isList, let items = schema["items"] as? [String: Any] else {
            return ["\(path): no list"]
        }
        let members = value.list("", mend: "") ?? []
        if members.count < schema["minItems"] as? Int ?? 0 { return ["\(path): too few"] }
        return members.enumerated().flatMap { problems($1, items, at: "\(path)[\($0)]") }
    }

    private static func object(
        _ value: YAMLValue, _ schema: [String: Any], _ path: String
    ) -> [String] {
        guard value.isMapping else { return ["\(path): no mapping"] }
        let entries = value.entries("", mend: "") ?? []
        if entries.count < schema["minProperties"] as? Int ?? 0 { return ["\(path): too few"] }
        let properties = schema["properties"] as? [String: Any] ?? [:]
        var found: [String] = []
        for (key, inner) in entries {
            let place = "\(path)/\(key.scalarText)"
            let known = properties[key.scalarText] ?? schema["additionalProperties"]
            if let known = known as? [String: Any] {
                found += problems(inner, known, at: place)
            } else if known as? Bool != true {
                found.append("\(place): unknown key")
            }
        }
        let names = Set(entries.map(\.key.scalarText))
        let missing = (schema["required"] as? [String] ?? []).filter { !names.contains($0) }
        return found + missing.map { "\(path)/\($0): missing" }
    }
}
