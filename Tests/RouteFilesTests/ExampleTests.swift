// The example files load, their schema is the readers', and the page names every limit.

import Foundation
import Plan
import Testing

@testable import RouteFiles

@Suite("Examples, schema and documentation")
struct ExampleTests {
    private static let gateway = "\(Places.root)/Routes/gateway.yaml"
    private static let route = "\(Places.root)/Routes/sentiment.yaml"

    private func text(_ path: String) throws -> String {
        try String(contentsOfFile: path, encoding: .utf8)
    }

    /// The gateway's example with every key taken out of its comment: prose has a space after `#`.
    private func uncommented() throws -> String {
        try text(Self.gateway).split(separator: "\n", omittingEmptySubsequences: false)
            .map { line in
                guard line.hasPrefix("#") else { return String(line) }
                let rest = line.dropFirst()
                let isProse = rest.isEmpty || rest.hasPrefix(" ") && !rest.hasPrefix("  ")
                return isProse ? String(line) : String(rest)
            }.joined(separator: "\n")
    }

    @Test("the examples load without a warning, and the gateway's says what holds without it")
    func load() throws {
        let files = try RouteFolder.load(files: [Self.gateway, Self.route])
        #expect(files.warnings.isEmpty)
        #expect(files.gateway == GatewaySettings())
        #expect(files.limits == Plan.Limits())
        #expect(
            PlanText.text(files) == """
                route sentiment
                  match any host, path /v1/sentiment/**, POST
                  version v1 90%
                    http://127.0.0.1:9001
                  version v2 10%
                    http://127.0.0.1:9002
                  sticky header x-user-id, cookie session
                  override header x-use-version

                """)
    }

    @Test("the gateway's example shows every key, and every default as it is")
    func defaults() throws {
        let folder = try TemporaryFolder()
        let token = try folder.write("token", "0123456789abcdef")
        let secret = try folder.write("secret", "0123456789abcdef01234567")
        let text = try uncommented()
        let file = try folder.write(
            "gateway.yaml",
            text.replacing("/etc/sluice/admin-token", with: token)
                .replacing("/etc/sluice/ann", with: token)
                .replacing("/etc/sluice/webhook-secret", with: secret))
        let files = try RouteFolder.load(files: [file])
        #expect(files.limits == Plan.Limits())
        var settings = GatewaySettings()
        settings.adminTokenFile = token
        settings.adminTokens = files.gateway.adminTokens
        settings.adminNames = ["sluice.example.com"]
        settings.webhookSecretFile = secret
        settings.trustedProxies = files.gateway.trustedProxies
        settings.accessLog = AccessLogSettings()
        settings.alerts = files.gateway.alerts
        var tracing = TracingSettings(endpoint: "http://127.0.0.1:4318/v1/traces")
        tracing.headers = [TracingSettings.Header(name: "x-api-key", value: "a secret")]
        settings.tracing = tracing
        var metrics = DogStatsDSettings(address: .udp(host: "127.0.0.1", port: 8_125))
        metrics.tags = [DogStatsDSettings.Tag(name: "env", value: "production")]
        settings.dogStatsD = metrics
        #expect(files.gateway == settings)
        let shown = files.gateway.alerts.rules.map(\.condition.kind)
        #expect(shown == AlertRule.Kind.allCases)
        let diagnostics = Diagnostics()
        let root = try #require(YAMLText.parse(file, diagnostics))
        var gateway = GatewayFile()
        gateway.read(root)
        #expect(gateway.timeouts == Timeouts())
        let expected = [
            GatewayFile.keys, GatewayFile.defaultKeys, GatewayFile.accessLogKeys, TimeoutKeys.all,
            LimitKey.all.map(\.name), AlertReader.keys, LogReader.keys,
            TracingReader.keys,
        ]
        for key in expected.joined() {
            let isShown = text.split(separator: "\n").contains {
                $0.drop { $0 == " " }.hasPrefix("\(key):")
            }
            #expect(isShown, "\(key)")
        }
    }

    // MARK: Schema

    @Test("Routes/schema.json is what `sluice check --schema` prints")
    func schemaFile() throws {
        #expect(try text("\(Places.root)/Routes/schema.json") == RouteSchema.text)
    }

    @Test("the examples point to the schema in their first line")
    func firstLine() throws {
        for path in [Self.gateway, Self.route] {
            let line = try text(path).split(separator: "\n").first
            #expect(line == "# yaml-language-server: $schema=schema.json")
        }
    }

    @Test("the examples meet the schema")
    func examplesMeetSchema() throws {
        let folder = try TemporaryFolder()
        let gateway = try folder.write("gateway.yaml", try uncommented())
        for (path, branch) in [(Self.route, 0), (gateway, 1), (Self.gateway, 1)] {
            try expect(path, meets: branch)
        }
    }

    @Test("all valid fixtures meet the schema", arguments: Places.fixtures(of: "valid"))
    func fixturesMeetSchema(_ name: String) throws {
        let folder = "\(Places.fixtures)/valid/\(name)"
        for file in try FileManager.default.contentsOfDirectory(atPath: folder)
        where file.hasSuffix(".yaml") && !file.hasPrefix(".")
            && !["gateway-of-comments-alone", "finest-shares"].contains(name)
        {
            try expect("\(folder)/\(file)", meets: file == "gateway.yaml" ? 1 : 0)
        }
    }

    private func expect(_ path: String, meets branch: Int) throws {
        let schema = try #require(
            JSONSerialization.jsonObject(with: Data(RouteSchema.text.utf8)) as? [String: Any])
        let branches = try #require(schema["anyOf"] as? [[String: Any]])
        let root = try #require(YAMLText.parse(path, Diagnostics()))
        #expect(SchemaCheck.problems(root, branches[branch]) == [], "\(path)")
    }

    @Test("keys that the readers do not know are none for the schema either")
    func unknownKeys() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(
            "a.yaml",
            "route: A\nmatch: {paths: a}\nversions: {v1: {endpoints: []}}\nsplit: {v1: 1}\n")
        let schema = try #require(
            JSONSerialization.jsonObject(with: Data(RouteSchema.text.utf8)) as? [String: Any])
        let branches = try #require(schema["anyOf"] as? [[String: Any]])
        let root = try #require(YAMLText.parse(file, Diagnostics()))
        #expect(SchemaCheck.problems(root, branches[0]).count == 4)
    }

    // MARK: Documentation

    @Test("docs/routes.md has every limit with its default")
    func limitsTable() throws {
        let page = try text("\(Places.root)/docs/routes.md")
        for key in LimitKey.all {
            let row = "| `\(key.name)` | \(key.text(in: Plan.Limits())) | "
            #expect(page.contains(row), "\(row)")
        }
        let rows = page.split(separator: "\n").drop { !$0.hasPrefix("### `limits`") }
            .prefix { !$0.hasPrefix("## ") }.filter { $0.hasPrefix("| `") }
        #expect(rows.count == LimitKey.all.count)
    }

    @Test("docs/routes.md names every key")
    func keys() throws {
        let page = try text("\(Places.root)/docs/routes.md")
        let all = [
            RouteFile.keys, MatchReader.keys, VersionReader.keys, TimeoutKeys.all, GatewayFile.keys,
            VersionReader.tlsKeys.map { "tls.\($0)" }, CanaryReader.keys, CanaryReader.stepKeys,
            GuardReader.keys, GRPCReader.keys.map { "grpc.\($0)" }, ShadowReader.keys,
            ComparisonReader.keepKeys.map { "keep.\($0)" },
            ToleranceReader.keys.map { "tolerance.\($0)" },
            CanaryReader.breakerKeys.map { "breaker.\($0)" },
            GatewayFile.accessLogKeys.map { "access_log.\($0)" },
            GatewayFile.defaultKeys.map { "defaults.\($0)" },
        ]
        for key in all.joined() {
            #expect(page.contains("`\(key)`") || page.contains("`\(key)."), "\(key)")
        }
        let words =
            EndpointProtocol.allCases.map(\.rawValue) + GRPCReader.errorNames
            + ComparisonRule.Mode.allCases.map(\.rawValue) + Shadow.Changes.credentials
            + Redaction.usualHeaders
        for word in words {
            #expect(page.contains("`\(word)`"), "\(word)")
        }
    }

    @Test("the YAML in docs/routes.md is good, and its first example is a route")
    func snippets() throws {
        let page = try text("\(Places.root)/docs/routes.md")
        let snippets = page.components(separatedBy: "```yaml\n").dropFirst()
            .compactMap { $0.components(separatedBy: "```").first }
        #expect(snippets.count >= 5)
        let folder = try TemporaryFolder()
        for (index, snippet) in snippets.enumerated() {
            let file = try folder.write("\(index).yaml", snippet)
            let diagnostics = Diagnostics()
            #expect(YAMLText.parse(file, diagnostics) != nil)
            #expect(diagnostics.items.isEmpty)
        }
        let files = try RouteFolder.load(files: ["\(folder.path)/0.yaml"])
        #expect(files.routes.map(\.name) == ["sentiment"])
        #expect(files.warnings.isEmpty)
    }
}
