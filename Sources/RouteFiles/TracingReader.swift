// Reads `tracing:` of gateway.yaml: who collects spans, and of which requests.

import Foundation
import Plan

/// Reads where spans are posted. Headers are often secrets, so that no message repeats a value.
enum TracingReader {
    static let keys = ["endpoint", "sample", "headers", "service"]
    private static let mostHeaders = 32
    private static let mostBytes = 4_096
    /// What the exporter itself writes.
    private static let own = [
        "content-type", "content-length", "transfer-encoding", "host", "connection",
    ]
    private static let endpointMend = "write endpoint: http://127.0.0.1:4318/v1/traces"

    static func read(_ value: YAMLValue) -> TracingSettings? {
        guard let mapping = value.mapping("tracing", keys: keys) else { return nil }
        let endpoint = endpoint(value, mapping["endpoint"])
        let sample = mapping["sample"]?.buckets("tracing.sample")
        let headers = mapping["headers"].map(headers) ?? []
        let service = mapping["service"].flatMap(service)
        guard let endpoint else { return nil }
        var settings = TracingSettings(endpoint: endpoint)
        settings.sampleBuckets = sample ?? settings.sampleBuckets
        settings.headers = headers
        settings.service = service ?? settings.service
        return settings
    }

    private static func endpoint(_ tracing: YAMLValue, _ value: YAMLValue?) -> String? {
        guard let value else {
            tracing.error("tracing has no endpoint", "spans would go nowhere", endpointMend)
            return nil
        }
        let text = value.scalarText
        guard let reason = NotifyReader.problem(text) else {
            // As collectors are named elsewhere, without what comes after.
            if ["", "/"].contains(URL(string: text)?.path ?? "/") {
                value.warning(
                    "tracing.endpoint has no path", "collectors mostly take spans at /v1/traces",
                    endpointMend)
            }
            return text
        }
        value.error("tracing.endpoint cannot be used", reason, endpointMend)
        return nil
    }

    private static func service(_ value: YAMLValue) -> String? {
        let mend = "write a name like sluice"
        guard let text = value.text("tracing.service", mend: mend) else { return nil }
        if text.utf8.count <= 255 { return text }
        value.error("tracing.service is \(value.shown)", "it has more than 255 bytes", mend)
        return nil
    }

    private static func headers(_ value: YAMLValue) -> [TracingSettings.Header] {
        let mend = "write headers like {x-api-key: secret}"
        let entries = value.entries("tracing.headers", mend: mend) ?? []
        if entries.count > mostHeaders {
            value.error(
                "tracing.headers has \(entries.count) entries",
                "each batch of spans is sent with all", "use at most \(mostHeaders)")
        }
        var seen: Set<String> = []
        return entries.compactMap { key, value in
            let name = key.scalarText.lowercased()
            if let reason = problem(name: name) {
                key.error("the header \(key.shown) cannot be sent", reason, mend)
            } else if !seen.insert(name).inserted {
                key.error("the header \(key.shown) stands twice", "once is enough", "remove one")
            } else if let reason = problem(of: value) {
                value.error("the value of \(key.shown) cannot be sent", reason, mend)
            } else {
                return TracingSettings.Header(name: name, value: value.scalarText)
            }
            return nil
        }
    }

    private static func problem(name: String) -> String? {
        if own.contains(name) { return "the exporter writes it itself" }
        let isToken = name.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
                || "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
        return isToken && !name.isEmpty && name.utf8.count <= 255 ? nil : "that is no header's name"
    }

    private static func problem(of value: YAMLValue) -> String? {
        let text = value.scalarText
        if text.isEmpty { return "it is no text" }
        if text.utf8.count > mostBytes { return "it has more than \(mostBytes) bytes" }
        let isPlain = text.utf8.allSatisfy { (0x20..<0x7F).contains($0) }
        return isPlain ? nil : "there is a control character or a letter beyond ASCII in it"
    }
}
