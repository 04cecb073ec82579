// Reads `match:`: which requests belong to a route.

import Glibc
import Plan

/// Reads the conditions of a route.
enum MatchReader {
    static let keys = ["host", "path", "methods", "headers"]
    static let conditionKeys = ["regex"]
    /// The most segments of a path prefix, and of labels of a wildcard.
    private static let mostSegments = 64
    private static let mostPathBytes = 4_096
    private static let mostConditions = 16
    private static let mostRegexBytes = 512

    static func read(_ value: YAMLValue?) -> RouteMatch {
        guard let mapping = value?.mapping("match", keys: keys) else {
            return RouteMatch(host: .any, path: .prefix(""), methods: [], headers: [])
        }
        return RouteMatch(
            host: mapping["host"].flatMap(readHost) ?? .any,
            path: mapping["path"].flatMap(readPath) ?? .prefix(""),
            methods: mapping["methods"].map { readMethods($0, "match") } ?? [],
            headers: mapping["headers"].map { readHeaders($0, "match") } ?? [])
    }

    private static func readHost(_ value: YAMLValue) -> HostPattern? {
        let mend = "write a name like models.example.com, *.example.com, or leave host out for any"
        guard let text = value.text("match.host", mend: mend)?.lowercased() else { return nil }
        if text.hasPrefix("*."), AddressText.isName(String(text.dropFirst(2))) {
            return .wildcard(String(text.dropFirst(2)))
        }
        if AddressText.isName(text) || AddressText.bytes(text)?.count == 4 { return .exact(text) }
        if text.hasPrefix("["), text.hasSuffix("]"),
            AddressText.bytes(String(text.dropFirst().dropLast()))?.count == 16
        {
            return .exact(text)
        }
        let reason =
            text.contains(":")
            ? "a host is matched without scheme and port" : "no host is called so"
        value.error("match.host is \(value.shown)", reason, mend)
        return nil
    }

    private static func readPath(_ value: YAMLValue) -> PathPattern? {
        let mend = "write a path like /v1/predict, or a prefix like /v1/**"
        guard let text = value.text("match.path", mend: mend) else { return nil }
        let isPrefix = text.hasSuffix("/**")
        let path = isPrefix ? String(text.dropLast(3)) : text
        let isPlain = path.utf8.allSatisfy { byte in
            byte > 0x20 && byte < 0x7F && !Array("*?#\\\"<>{}|^`".utf8).contains(byte)
        }
        let segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        var reason: String?
        if !(path.isEmpty ? isPrefix : path.hasPrefix("/")) {
            reason = "a path begins with /"
        } else if path.contains("*") {
            reason = "a star may only stand as /** at the end"
        } else if !isPlain {
            reason = "paths are matched as they are sent: escaped, without a query"
        } else if segments.contains(where: { $0 == "." || $0 == ".." }) {
            reason = "requests with . or .. as a segment are refused"
        } else if isPrefix && path.hasSuffix("/") {
            reason = "the prefix ends in an empty segment"
        } else if path.utf8.count > mostPathBytes || segments.count > mostSegments {
            reason = "it has more than \(mostPathBytes) bytes or \(mostSegments) segments"
        }
        guard let reason else { return isPrefix ? .prefix(path) : .exact(path) }
        value.error("match.path is \(value.shown)", reason, mend)
        return nil
    }

    /// The methods that something is for, in their order; `owner` is the key they stand under.
    static func readMethods(_ value: YAMLValue, _ owner: String) -> [String] {
        let mend = "write methods in capitals, like [GET, POST]"
        var methods: [String] = []
        for member in value.list("\(owner).methods", mend: mend) ?? [] {
            guard let text = member.text("a method", mend: mend) else { continue }
            let isToken = FieldName.isToken(text)
            if !isToken || text != text.uppercased() || text == "CONNECT" {
                let reason =
                    text == "CONNECT"
                    ? "CONNECT is never served"
                    : isToken ? "methods are case-sensitive" : "no method is called so"
                member.error("a method is \(member.shown)", reason, mend)
            } else if methods.contains(text) {
                member.error("\(text) stands twice", "once is enough", "remove one of them")
            } else {
                methods.append(text)
            }
        }
        return methods.sorted()
    }

    /// Conditions on headers, in the order of their names.
    static func readHeaders(_ value: YAMLValue, _ owner: String) -> [HeaderCondition] {
        let mend = "write it like headers: {x-tier: gold} or {x-tier: {regex: \"^(gold|silver)$\"}}"
        let entries = value.entries("\(owner).headers", mend: mend) ?? []
        if entries.count > mostConditions {
            value.error(
                "\(owner).headers has \(entries.count) conditions",
                "each one costs every request time",
                "use at most \(mostConditions)")
        }
        var seen: Set<String> = []
        let conditions = entries.compactMap { key, wanted -> HeaderCondition? in
            guard let name = FieldName.read(key, owner) else { return nil }
            guard seen.insert(name).inserted else {
                key.error(
                    "\(name) stands twice in \(owner).headers", "the case of names does not count",
                    "remove one of them, or write one regex")
                return nil
            }
            if wanted.isMapping { return readRegex(name, wanted) }
            return wanted.text("the value of \(name)", mend: mend).map {
                HeaderCondition(name: name, value: .exact($0))
            }
        }
        return conditions.sorted { $0.name < $1.name }
    }

    private static func readRegex(_ name: String, _ value: YAMLValue) -> HeaderCondition? {
        let mend = "write a POSIX extended regular expression of at most \(mostRegexBytes) bytes"
        guard let mapping = value.mapping("the condition on \(name)", keys: conditionKeys) else {
            return nil
        }
        guard let regex = mapping["regex"] else {
            // A key other than regex has been reported already.
            if value.isEmptyMapping {
                value.error(
                    "the condition on \(name) is empty", "every request would meet it",
                    "write headers: {\(name): VALUE} or {\(name): {regex: PATTERN}}")
            }
            return nil
        }
        guard let pattern = regex.text("the regex for \(name)", mend: mend) else { return nil }
        if let reason = regexProblem(pattern) {
            regex.error("the regex for \(name) is \(regex.shown)", reason, mend)
            return nil
        }
        return HeaderCondition(name: name, value: .regex(pattern))
    }

    private static func regexProblem(_ pattern: String) -> String? {
        if pattern.utf8.count > mostRegexBytes { return "it has \(pattern.utf8.count) bytes" }
        if let problem = RegexCost.problem(pattern) { return problem }
        var compiled = regex_t()
        let result = regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB)
        if result == 0 {
            regfree(&compiled)
            return nil
        }
        var words = [CChar](repeating: 0, count: 128)
        regerror(result, &compiled, &words, words.count)
        let reason = String(
            decoding: words.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        return "it cannot be compiled: \(reason)"
    }
}
