// Shadows: every key makes a difference, what is too much is refused, and values become JSON.

import Comparison
import Plan
import Splitting
import Testing

@testable import RouteFiles

@Suite("Shadow reader")
struct ShadowReaderTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func text(_ shadow: String, versions: Int = 2) -> String {
        let all = (1...versions).map { "  v\($0): {endpoints: [http://127.0.0.1:\(9_000 + $0)]}" }
        return """
            route: a
            timeout: {total: 7m}
            versions:
            \(all.joined(separator: "\n"))
            shadow: \(shadow)

            """
    }

    private func load(_ shadow: String, versions: Int = 2) throws -> RouteDefinition {
        let file = try folder.write("a.yaml", text(shadow, versions: versions))
        return try #require(RouteFolder.load(files: [file]).routes.first)
    }

    private func problems(_ shadow: String, versions: Int = 2) throws -> [String] {
        let file = try folder.write("a.yaml", text(shadow, versions: versions))
        do throws(LoadFailure) {
            return try RouteFolder.load(files: [file]).warnings.map(\.message)
        } catch {
            return error.diagnostics.map(\.message)
        }
    }

    @Test("what is left out has its default, and the timeouts are those of the route")
    func defaults() throws {
        let route = try load("{to: v2}")
        var expected = Shadow(version: 1)
        expected.timeouts.totalMilliseconds = 420_000
        #expect(route.shadows == [expected])
        #expect(route.sharesByName == ["v1": 100_000, "v2": 0])
    }

    @Test("every key makes a difference, unless it says the default")
    func equality() throws {
        let plain = "to: v2, compare: json"
        let one = try load("{\(plain)}")
        #expect(try load("[{compare: json, sample: 100%, to: v2, max_body: 64MiB}]") == one)
        #expect(try load("{\(plain), compare_status: true, timeout: {total: 420s}}") == one)
        #expect(try load("{\(plain), concurrency: 128, buffer: 32MiB}") == one)
        #expect(try load("{\(plain), keep_credentials: false, end_with_caller: false}") == one)
        for more in [
            "sample: 99%", "methods: [GET]", "headers: {x-a: b}", "max_body: 0B",
            "compare_status: false", "compare_headers: [etag]", "ignore: [$.a]",
            "unordered: [$.a]", "tolerance: 1", "tolerance: {paths: {$.a: 1}}",
            "noise_control: 1%", "keep: {}", "keep: {pairs: 0, redact: [$.a]}", "host: b",
            "keep_credentials: true", "strip: [x-a]", "set: {x-a: b}", "set: {$.a: b}",
            "timeout: {total: 6m}", "concurrency: 127", "buffer: 31MiB", "end_with_caller: true",
        ] {
            #expect(try load("{\(plain), \(more)}") != one, "\(more)")
        }
        #expect(try load("{to: v2}") != one)
    }

    @Test("the compiled route has the shadows, also with other owners of its buckets")
    func compiled() throws {
        let definition = try load("[{to: v3, sample: 10%}, {to: v2}]", versions: 3)
        let route = definition.route(ownership: .canonical(definition.sharesByName))
        #expect(route.shadows.map(\.version) == [2, 1])
        #expect(route.shadows.map(\.sample) == [10_000, 100_000])
        #expect(route.with(buckets: route.buckets).shadows == route.shadows)
    }

    @Test("sixteen shadows are taken, seventeen are not")
    func most() throws {
        let entries = { (count: Int) in
            "[" + (2..<(2 + count)).map { "{to: v\($0)}" }.joined(separator: ", ") + "]"
        }
        #expect(try problems(entries(16), versions: 17).isEmpty)
        let found = try problems(entries(17), versions: 18)
        #expect(
            found == [
                "shadow has 17 entries; each of them may double the work; use at most 16"
            ])
    }

    // MARK: Values of JSON bodies

    @Test("what is written as YAML is sent as JSON, and can be written into a body")
    func values() throws {
        let route = try load("{to: v2, set: {$.a: [1, x, {b: null}], $.c: \"é\\n\", $.d: -0.5e-2}}")
        let fields = route.shadows[0].changes.fields
        #expect(fields.map { "\($0.path)" } == ["$.a", "$.c", "$.d"])
        let rewrite = try JSONRewrite(fields)
        let body = try rewrite.rewritten(Array("{\"a\": 1}".utf8))
        #expect(
            String(decoding: body, as: UTF8.self)
                == "{\"a\": [1,\"x\",{\"b\":null}],\"c\":\"é\\n\",\"d\":-0.5e-2}")
    }

    @Test(
        "what looks like a number that JSON does not have is no text either",
        arguments: [".5", "5.", "+1", "0x1F", "0o17", "1_000", "012", ".inf", "-.nan", "1e999"])
    func oddNumbers(_ word: String) throws {
        let found = try problems("{to: v2, set: {$.a: \(word)}}")
        #expect(found.count == 1)
        #expect(found.first?.contains("JSON has no number like that") == true)
    }

    @Test(
        "words that hold digits are texts",
        arguments: ["1.2.3", "v1", "2026-01-01", "1e", "e5", "-", ".", "0x", "1:2", "12h"])
    func words(_ word: String) throws {
        let change = try #require(
            load("{to: v2, set: {$.a: \(word)}}").shadows.first?.changes.fields.first)
        #expect(change.value == Array("\"\(word)\"".utf8))
    }

    @Test("a value too long, too deep or of aliases without end is refused")
    func tooLarge() throws {
        let long = String(repeating: "x", count: 65 * 1_024)
        let deep = String(repeating: "[", count: 66) + String(repeating: "]", count: 66)
        let aliases = (1...9).map { level in
            "$.x\(level): &x\(level) ["
                + Array(repeating: "*x\(level - 1)", count: 10).joined(separator: ", ") + "]"
        }.joined(separator: ", ")
        for set in ["$.a: \(long)", "$.a: \(deep)", "$.x0: &x0 [xxxxxxxxxx], \(aliases)"] {
            let found = try problems("{to: v2, set: {\(set)}}")
            #expect(!found.isEmpty)
            #expect(found.allSatisfy { $0.contains("keep it within 64 KiB and 64 levels") })
        }
    }

    @Test("no message repeats the value of a header")
    func secrets() throws {
        let found = try problems("{to: v2, set: {authorization: \"Bearer s3cret\\u0007\"}}")
        #expect(found.count == 1)
        #expect(!found.joined().contains("s3cret"))
    }

    // MARK: Tolerances

    @Test(
        "numbers from 0 on are read as people write them",
        arguments: [
            ("0", 0), ("0.01", 0.01), ("12", 12), ("1e-6", 1e-6), ("2.5E+3", 2_500), ("1e", nil),
            (".5", nil), ("1.", nil), ("-1", nil), ("+1", nil), ("1e999", nil), ("inf", nil),
            ("nan", nil), ("0x1p3", nil), ("1 ", nil), ("", nil), ("1e5e5", nil), ("٣", nil),
        ] as [(String, Double?)])
    func numbers(_ text: String, _ value: Double?) {
        #expect(Quantities.number(text) == value)
    }

    @Test("a percentage is relative, a number absolute, and a path has its own")
    func tolerances() throws {
        let rule = try #require(
            load(
                "{to: v2, compare: json, tolerance: {relative: 1e-4%, paths: {$.a: 0.5, $.b: 10%}}}"
            ).shadows.first?.comparison)
        #expect(rule.tolerance == NumericTolerance(relative: 1e-6))
        #expect(
            rule.tolerances.map(\.tolerance) == [
                NumericTolerance(absolute: 0.5), NumericTolerance(relative: 0.1),
            ])
    }
}
