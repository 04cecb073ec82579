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

    static func read(_ value: YAMLValue?) -> RouteMatch {
        guard let mapping = value?.mapping("match", keys: keys) else {
            return RouteMatch(host: .any, path: .prefix(""), methods: [], headers: [])
        }
        return RouteMatch(
            host: mapping["host"].flatMap(readHost) ?? .any,
            path: mapping["path"].flatMap(readPath) ?? .prefix(""),
            methods: mapping["methods"].map(readMethods) ?? [],
            headers: mapping["headers"].map(readHeaders) ?? [])
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
            text.contains(":") ? "a host is matched without its port" : "no host is called so"
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
        let hasDots = segments.contains { $0 == "." || $0 == ".." }
        guard isPlain, !hasDots, path.isEmpty ? isPrefix : path.hasPrefix("/"),
            path.utf8.count <= mostPathBytes, segments.count <= mostSegments,
            !(isPrefix && path.hasSuffix("/"))
        else {
            let reason =
                text.contains("*")
                ? "a star may only stand as /** at the end"
                : "paths are matched byte for byte, without a query"
            value.error("match.path is \(value.shown)", reason, mend)
            return nil
        }
        return isPrefix ? .prefix(path) : .exact(path)
    }

    private static func readMethods(_ value: YAMLValue) -> [String] {
        let mend = "write methods in capitals, like [GET, POST]"
        var methods: [String] = []
        for member in value.list("match.methods", mend: mend) ?? [] {
            guard let text = member.text("a method", mend: mend) else { continue }
            let isFit = FieldName.isToken(text) && text == text.uppercased()
            if !isFit || text == "CONNECT" {
                let reason =
                    text == "CONNECT" ? "CONNECT is never served" : "methods are case-sensitive"
                member.error("a method is \(member.shown)", reason, mend)
            } else if methods.contains(text) {
                member.error("\(text) stands twice", "once is enough", "remove one of them")
            } else {
                methods.append(text)
            }
        }
        return methods.sorted()
    }

    private static func readHeaders(_ value: YAMLValue) -> [HeaderCondition] {
        let mend = "write it like headers: {x-tier: gold} or {x-tier: {regex: \"^(gold|silver)$\"}}"
        let entries = value.entries("match.headers", mend: mend) ?? []
        if entries.count > mostConditions {
            value.error(
                "match.headers has \(entries.count) conditions",
                "each one costs every request time",
                "use at most \(mostConditions)")
        }
        let conditions = entries.compactMap { key, wanted -> HeaderCondition? in
            guard let name = FieldName.read(key, "match") else { return nil }
            if wanted.isMapping { return readRegex(name, wanted) }
            return wanted.text("the value of \(name)", mend: mend).map {
                HeaderCondition(name: name, value: .exact($0))
            }
        }
        return conditions.sorted { $0.name < $1.name }
    }

    private static func readRegex(_ name: String, _ value: YAMLValue) -> HeaderCondition? {
        let mend = "write a POSIX extended regular expression of at most 512 bytes"
        guard let mapping = value.mapping("the condition on \(name)", keys: conditionKeys),
            let pattern = mapping["regex"]?.text("regex", mend: mend)
        else { return nil }
        var compiled = regex_t()
        let result = regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB)
        guard result == 0, pattern.utf8.count <= 512, !pattern.utf8.contains(0) else {
            var words = [CChar](repeating: 0, count: 128)
            if result != 0 {
                regerror(result, &compiled, &words, words.count)
            } else {
                regfree(&compiled)
            }
            let reason = String(
                decoding: words.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            mapping["regex"]?.error(
                "the regular expression for \(name) cannot be used",
                reason.isEmpty ? "it is too long" : reason, mend)
            return nil
        }
        regfree(&compiled)
        return HeaderCondition(name: name, value: .regex(pattern))
    }
}
