// Which names of fields are known, in any case of their letters.

import HTTPWire
import Testing

@Suite("Known fields")
struct KnownFieldTests {
    private static let names: [(name: String, known: KnownField)] = [
        ("host", .host), ("connection", .connection), ("content-length", .contentLength),
        ("transfer-encoding", .transferEncoding), ("te", .te), ("trailer", .trailer),
        ("upgrade", .upgrade), ("expect", .expect), ("keep-alive", .keepAlive),
        ("proxy-connection", .proxyConnection), ("proxy-authenticate", .proxyAuthenticate),
        ("proxy-authorization", .proxyAuthorization), ("http2-settings", .http2Settings),
        ("x-forwarded-for", .xForwardedFor), ("x-forwarded-proto", .xForwardedProto),
        ("x-forwarded-host", .xForwardedHost), ("x-forwarded-port", .xForwardedOther),
        ("x-forwarded-", .xForwardedOther), ("x-forwarded-fork", .xForwardedOther),
        ("forwarded", .forwarded), ("x-real-ip", .xRealIP), ("x-request-id", .xRequestID),
        ("traceparent", .traceparent), ("tracestate", .tracestate), ("via", .via),
        ("cookie", .cookie), ("x-sluice-version", .sluice), ("x-sluice-", .sluice),
        ("x-sluice-a", .sluice), ("date", .date), ("server", .server),
        ("content-type", .contentType), ("authorization", .authorization),
        ("sec-websocket-key", .webSocketKey), ("sec-websocket-accept", .webSocketAccept),
    ]

    /// What a head takes a field of this name for; answers take any field.
    private func classify(_ name: String) -> KnownField? {
        let answer = ParsedResponse(status: 200, fields: ["\(name): "])
        // A length or coding without a value is refused, but only after it has been recognized.
        return answer.head.fieldCount == 1 ? answer.head.field(0).known : nil
    }

    @Test("are known in any case", arguments: names)
    func anyCase(name: String, known: KnownField) {
        var mixed = ""
        for (index, letter) in name.enumerated() {
            mixed += index.isMultiple(of: 2) ? letter.uppercased() : String(letter)
        }
        for spelling in [name, name.uppercased(), mixed] {
            #expect(classify(spelling) == known, "\(spelling)")
        }
    }

    @Test("are not known by part of their names or more", arguments: names)
    func nearMisses(name: String, known: KnownField) {
        if known == .sluice || known == .xForwardedOther { return }
        let changed = name.replacing("-", with: "_")
        for spelling in [name + "x", "x" + name, name + "-", changed == name ? "x" : changed] {
            let found = classify(spelling)
            #expect(found == .other || found == .xForwardedOther, "\(spelling)")
        }
        if name.utf8.count > 1 { #expect(classify(String(name.dropLast())) != known) }
    }

    @Test("are every one listed here")
    func complete() {
        let listed = Set(Self.names.map(\.known))
        #expect(listed == Set(KnownField.allCases).subtracting([.other]))
    }

    @Test("are found at their first place, all at once")
    func firstPlaces() {
        let names = Self.names.filter { $0.known != .xForwardedOther && $0.known != .sluice }
            .filter { $0.known != .transferEncoding }
        let value = { (known: KnownField) in known == .contentLength ? "5" : "x" }
        let fields = names.map { "\($0.name): \(value($0.known))" }
        let twice = fields + fields.filter { !$0.hasPrefix("content-length") }
        let answer = ParsedResponse(status: 200, fields: twice)
        #expect(answer.fault == nil)
        for (index, entry) in names.enumerated() {
            #expect(answer.head.index(of: entry.known) == index, "\(entry.name)")
        }
    }

    @Test("make sets")
    func sets() {
        var set = KnownFieldSet(.host, .authorization)
        for known in KnownField.allCases {
            #expect(set.contains(known) == (known == .host || known == .authorization))
        }
        set.insert(.via)
        #expect(set.contains(.via))
        #expect(KnownFieldSet(.via).isSubset(of: set))
        #expect(KnownFieldSet([]).rawValue == 0)
    }
}
