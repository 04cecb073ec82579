// Proves: `sluice diffs` and `status` show where a shadow differs, at any width, and harm no terminal.

import Foundation
import Testing
import Waiting

@Suite struct DiffsTests {
    /// Answers as an admin listener does, from the documents of Tests/Fixtures/Shadows.
    private static let server = """
        import http.server, json, sys, urllib.parse

        def document(name):
            with open(sys.argv[1] + "/" + name + ".json") as file:
                return json.load(file)

        shadows, pairs, pair = map(document, ("shadows", "pairs", "pair"))
        loaded = {"successful": True, "second": 1, "problems": []}
        routes = {
            "revision": 1, "start_second": 1, "draining": False, "config": loaded,
            "certificates": loaded, "routes": [{
                "route": "chat", "host": "*", "path": "/v1/**", "methods": [], "headers": [],
                "sticky": [], "salt": "chat", "timeout_ms": {}, "version_header": True,
                "upgrade": False, "grpc_errors": [], "versions": [], "shadows": []}],
        }
        comparison = {"route": "chat", "window_seconds": 60, "versions": [], "shadows": [
            {key: value for key, value in shadow.items()} for shadow in shadows["shadows"]]}
        base = "/api/v1/routes"
        answers = {
            "/api/v1/alerts": {"active": [], "recent": []},
            base: routes, base + "/chat/comparison": comparison, base + "/chat/shadows": shadows,
            base + "/chat/shadows/v3/pairs": pairs,
            base + "/chat/shadows/v4/pairs": {"route": "chat", "shadow": "v4", "pairs": []},
            base + "/chat/shadows/v3/pairs/412": pair,
            base + "/plain/shadows": {"route": "plain", "window_seconds": 1, "shadows": []},
        }

        class Listener(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                url = urllib.parse.urlsplit(self.path)
                query = urllib.parse.parse_qs(url.query)
                answer = answers.get(urllib.parse.unquote(url.path))
                if answer is pairs:
                    group = query.get("group", [None])[0]
                    chosen = [pair for pair in pairs["pairs"] if group in (None, *pair["groups"])]
                    answer = {**pairs, "pairs": chosen[:int(query["limit"][0])]}
                body = json.dumps(answer or {"detail": "it is not \\u001b[2Jhere"}).encode()
                self.send_response(200 if answer else 404)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener)
        print(f"listening on {server.server_port}", flush=True)
        server.serve_forever()

        """

    private func run(_ body: (Scenario, String) async throws -> Void) async throws {
        try await Scenario.run { scenario in
            let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .deletingLastPathComponent().appending(path: "Fixtures/Shadows").path
            try scenario.write("tmp/listener.py", Self.server)
            let process = try scenario.start("python3", ["tmp/listener.py", fixtures])
            let port = try await Wait.value("the listener's port") { () -> Int? in
                try #require(process.end == nil, "\(process.errors)")
                return process.output.firstMatch(of: /listening on (\d+)\n/).flatMap { Int($0.1) }
            }
            try await body(scenario, "127.0.0.1:\(port)")
        }
    }

    /// Whether a text moves no cursor, and hides or turns nothing.
    private func isHarmless(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            let category = scalar.properties.generalCategory
            return scalar == "\n" || category != .control && category != .format
        }
    }

    @Test func groupsAndPairsAreListed() async throws {
        try await run { scenario, admin in
            let shown = try await scenario.sluice(
                "diffs", "chat", "--shadow", "v3", "--columns", "80", "--admin", admin)
            #expect(shown.end == .exit(0), "\(shown.errors)")
            let lines = shown.output.components(separatedBy: "\n")
            #expect(lines.first == "chat -> v3")
            for line in [
                "  agrees in 92.40 % (90.80–93.80) of 1,190 pairs; two answers of one version",
                "  7.06 %  1.96 %  +5.1 % (+1.23 to +7.33)  412, 409, 407  $.choices[*].text",
            ] { #expect(lines.contains(line), "\(line)\n\(shown.output)") }
            #expect(
                lines.contains { $0.contains("  200 / -              1  answer") },
                "\(shown.output)")
            #expect(lines.contains { $0.hasPrefix("   409") && $0.hasSuffix(" and 1 more") })
            #expect(shown.output.contains("`sluice diffs chat --shadow v3 --pair 412`"))
            #expect(isHarmless(shown.output) && shown.output.contains("\\u{202e}"))

            let one = try await scenario.sluice(
                "diffs", "chat", "--shadow", "v3", "--group", "answer", "--limit", "1", "--admin",
                admin)
            #expect(one.end == .exit(0) && !one.output.contains("$.choices"), "\(one.output)")
            #expect(one.output.contains("   410") && !one.output.contains("   412"))

            let all = try await scenario.sluice("diffs", "chat", "--json", "--admin", admin)
            let json = try #require(
                try JSONSerialization.jsonObject(with: Data(all.output.utf8)) as? [String: Any])
            #expect((json["pairs"] as? [[String: Any]])?.count == 2)
            let shadows = (json["shadows"] as? [String: Any])?["shadows"] as? [[String: Any]]
            #expect(shadows?.compactMap { $0["shadow"] as? String } == ["v3", "v4"])
        }
    }

    @Test func aPairIsShownBelowOrBeside() async throws {
        try await run { scenario, admin in
            func pair(_ columns: Int) async throws -> [String] {
                let shown = try await scenario.sluice(
                    "diffs", "chat", "--pair", "412", "--columns", "\(columns)", "--admin", admin)
                #expect(shown.end == .exit(0), "\(shown.errors)")
                #expect(isHarmless(shown.output))
                return shown.output.components(separatedBy: "\n")
            }
            let below = try await pair(80)
            for line in [
                "7 differences, the first 3 of them", "    v1  \"The capital of France is Paris.\"",
                "-       \"text\": \"The capital of France is Paris.\",",
                "+       \"text\": \"The capital of France is Paris, on the Seine, and it has been f",
                "+       \"extra\": {", "-     \"z\": []", "  … 5 lines are the same",
            ] { #expect(below.contains(line), "\(line)\n\(below.joined(separator: "\n"))") }
            // That something follows is no difference.
            #expect(below.contains("        \"logprobs\": null"))
            // The answer has two wide signs and more: no line is wider than asked for.
            #expect(below.allSatisfy { $0.count <= 80 })
            let beside = try await pair(140)
            let text = try #require(beside.first { $0.contains("is Paris.\",") })
            #expect(text.dropFirst(69).hasPrefix("|       \"text\": \"The capital"), "\(text)")
            #expect(beside.contains { $0.dropFirst(69).hasPrefix(">       \"extra\": {") })
            #expect(beside.contains { $0.hasSuffix("<") && $0.hasPrefix("    \"z\": []") })
            #expect(beside.allSatisfy { $0.count <= 140 })
        }
    }

    @Test func exitCodesTellWhatThereWas() async throws {
        try await run { scenario, admin in
            let cases: [([String], Int32)] = [
                (["nothing"], 1), (["plain"], 1), (["chat", "--shadow", "v9"], 1),
                (["chat", "--shadow", "v4"], 1), (["chat", "--group", "$.no"], 1),
                (["chat", "--pair", "9"], 1), ([], 2), (["chat", "--limit", "0"], 2),
                (["chat", "--pair", "x"], 2), (["chat", "--pair", "1", "--group", "a"], 2),
                (["chat", "--columns", "1"], 2),
            ]
            for (arguments, code) in cases {
                let shown = try await scenario.finish(
                    Scenario.binary, ["diffs"] + arguments + ["--admin", admin])
                #expect(shown.end == .exit(code), "\(arguments): \(shown.errors)")
                #expect(isHarmless(shown.errors), "\(arguments): \(shown.errors)")
            }
            let nobody = try await scenario.sluice("diffs", "chat", "--admin", "127.0.0.1:9")
            #expect(nobody.end == .exit(3))
        }
    }

    @Test func statusShowsShadowsBelowTheVersions() async throws {
        try await run { scenario, admin in
            let shown = try await scenario.sluice("status", "--admin", admin)
            #expect(shown.end == .exit(0), "\(shown.errors)")
            for words in [
                "  shadow    v3 gets copies of 10 % of the callers: 1,204 so far, 3 under way",
                "15 dropped", "(comparisons 12, requests 3)",
                "92.40 % (90.80–93.80) of 1,190 pairs",
                "+12.1 ms (+10.9 ms to +13.3 ms) in the mean", "`sluice diffs chat --shadow v3`",
                "no answers have been compared by text yet",
            ] { #expect(shown.output.contains(words), "\(words)\n\(shown.output)") }
        }
    }
}
