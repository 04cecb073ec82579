// Reads `protocol:` of a version: what is spoken with its endpoints.

import Plan

/// Reads what is spoken with the endpoints of a version.
enum ProtocolReader {
    private static let known = EndpointProtocol.allCases.map(\.rawValue)
    private static let mend = "write http1, http2 or auto"
    /// Other names of HTTP/2, and what is spoken over it.
    private static let namesOfHTTP2: Set = ["h2", "h2c", "http/2", "grpc", "2"]

    static func read(_ value: YAMLValue?) -> EndpointProtocol {
        guard let value, let text = value.text("protocol", mend: mend) else { return .http1 }
        if let wire = EndpointProtocol(rawValue: text) { return wire }
        let meant =
            namesOfHTTP2.contains(text.lowercased())
            ? "http2" : NearestKey.find(text.lowercased(), among: known)
        value.error(
            "protocol is \(value.shown)", "the gateway does not speak it",
            meant.map { "did you mean \($0)?" } ?? mend)
        return .http1
    }

    /// Reports `auto` where nothing can be negotiated.
    static func warnOfCleartext(_ value: YAMLValue) {
        value.warning(
            "protocol is auto, but no endpoint is https",
            "without TLS an endpoint cannot say what it prefers, and http1 is spoken",
            "write http1 or http2, or https:// in endpoints")
    }
}
