// Proves: `sluice explain` says what would happen, and exactly that happens.

import Foundation
import Testing

@Suite struct ExplainTests {
    private static let url = "https://localhost/v1/sentiment"

    /// A route with two versions, a sticky header and cookie, and an override.
    private func writeRoute(_ scenario: Scenario, first: String, second: String) throws {
        try scenario.route(
            versions: [("v1", first), ("v2", second)],
            """
            sticky: [{header: x-user-id}, {cookie: session}]
            override: {header: x-use-version}
            split: {v1: 60%, v2: 40%}
            """)
    }

    private func withFiles(_ body: (Scenario) async throws -> Void) async throws {
        try await Scenario.run { scenario in
            try writeRoute(scenario, first: "http://127.0.0.1:9", second: "http://127.0.0.1:8")
            try await body(scenario)
        }
    }

    private func explain(
        _ scenario: Scenario, _ arguments: String..., url: String = ExplainTests.url,
        code: Int32 = 0
    ) async throws -> Explanation {
        let run = try await scenario.finish(
            Scenario.binary, ["explain", "--json", url] + arguments)
        #expect(run.end == .exit(code), "\(run.errors)")
        #expect(run.errors.isEmpty)
        return try JSONDecoder().decode(Explanation.self, from: Data(run.output.utf8))
    }

    @Test func aStickyHeaderDecides() async throws {
        try await withFiles { scenario in
            let explanation = try await explain(scenario, "-H", "x-user-id: alice")
            #expect(explanation.route == "sentiment")
            #expect(explanation.reason == "sticky")
            #expect(explanation.key == "alice")
            #expect(["v1", "v2"].contains(explanation.version))
            let bucket = try #require(explanation.bucket)
            #expect((0..<100_000).contains(bucket))
        }
    }

    @Test func theFirstStickySourceThatIsThereDecides() async throws {
        try await withFiles { scenario in
            let both = try await explain(
                scenario, "-H", "cookie: a=b; session=bob", "-H", "x-user-id: alice")
            #expect(both.key == "alice")
            let cookie = try await explain(scenario, "-H", "cookie: a=b; session=bob")
            #expect(cookie.key == "bob")
            #expect(cookie.reason == "sticky")
        }
    }

    @Test func withoutAKeyEachRequestIsDrawn() async throws {
        try await withFiles { scenario in
            let explanation = try await explain(scenario)
            #expect(explanation.reason == "drawn")
            #expect(explanation.version == nil)
        }
    }

    @Test func anOverrideDecidesBeforeTheKey() async throws {
        try await withFiles { scenario in
            let explanation = try await explain(
                scenario, "-H", "x-user-id: alice", "-H", "x-use-version: v2")
            #expect(explanation.reason == "override")
            #expect(explanation.version == "v2")
        }
    }

    @Test func shadowsAreToldWithTheCallersBucket() async throws {
        try await Scenario.run { scenario in
            try scenario.route(
                versions: [("v1", "http://127.0.0.1:9"), ("v2", "http://127.0.0.1:8")],
                """
                sticky: [{header: x-user-id}]
                shadow: {to: v2, sample: 50%}
                """)
            var verdicts: Set<String> = []
            for number in 0..<12 {
                let explanation = try await explain(scenario, "-H", "x-user-id: user-\(number)")
                #expect(explanation.version == "v1")
                let shadow = try #require(explanation.shadows?.first)
                let bucket = try #require(shadow.bucket)
                #expect(shadow.verdict == (bucket < 50_000 ? "mirrored" : "not_mirrored"))
                verdicts.insert(shadow.verdict)
            }
            #expect(verdicts.count == 2)
            let words = try await scenario.sluice("explain", Self.url)
            #expect(words.output.contains("shadow   v2 may be sent a copy: 50 % of such requests"))
        }
    }

    @Test func anOverrideToNowhereIsCodeOne() async throws {
        try await withFiles { scenario in
            let explanation = try await explain(
                scenario, "-H", "x-use-version: v9", code: 1)
            #expect(explanation.reason == "unknown_version")
        }
    }

    @Test func noRouteIsCodeOne() async throws {
        try await withFiles { scenario in
            let explanation = try await explain(scenario, url: "https://localhost/x", code: 1)
            #expect(explanation.route == nil)
            #expect(explanation.reason == "no_route")
            let words = try await scenario.sluice("explain", "https://localhost/x")
            #expect(words.end == .exit(1))
            #expect(words.output.contains("no route matches"))
            #expect(words.errors.isEmpty)
        }
    }

    @Test func aRequestThatWouldBeRefusedIsCodeOne() async throws {
        try await withFiles { scenario in
            let run = try await scenario.sluice("explain", Self.url, "-H", "content-length: x")
            #expect(run.end == .exit(1))
            #expect(run.errorLines.count == 1)
            #expect(run.errors.contains("400"))
        }
    }

    @Test func controlCharactersOfARequestNeverReachTheTerminal() async throws {
        try await withFiles { scenario in
            let run = try await scenario.sluice("explain", Self.url, "-H", "x-user-id: \u{1B}[31m")
            #expect(!run.output.contains("\u{1B}"))
        }
    }

    @Test func offlineAndLiveAndRealRequestsAgreeForFiftyKeys() async throws {
        try await Scenario.run { scenario in
            let first = try await scenario.model("v1")
            let second = try await scenario.model("v2")
            try writeRoute(scenario, first: first.endpoint, second: second.endpoint)
            let gateway = try await scenario.gateway()
            let keys = (0..<50).map { "user-\($0)" }
            let answers = try await scenario.curl(
                many: keys.map {
                    scenario.section(gateway, "/v1/sentiment", headers: ["x-user-id: \($0)"])
                })
            var served: Set<String> = []
            for (key, answer) in zip(keys, answers) {
                let header = "x-user-id: \(key)"
                let offline = try await explain(scenario, "-H", header)
                let live = try await explain(
                    scenario, "-H", header, "--live", "--admin", gateway.admin)
                #expect(offline == live)
                let version = try #require(answer["x-sluice-version"])
                #expect(version == offline.version, "\(key)")
                #expect(try answer.json(ModelAnswer.self).version == version)
                served.insert(version)
            }
            #expect(served == ["v1", "v2"])
        }
    }

    @Test func liveExplainsWhatIsServedAndNotWhatIsOnDisk() async throws {
        try await withFiles { scenario in
            let gateway = try await scenario.gateway()
            try scenario.write("Routes/sentiment.yaml", "route: [\n")
            let live = try await explain(
                scenario, "-H", "x-user-id: alice", "--live", "--admin", gateway.admin)
            #expect(live.reason == "sticky")
            let none = try await explain(
                scenario, "--live", "--admin", gateway.admin, url: "https://localhost/x", code: 1)
            #expect(none.reason == "no_route")
            let offline = try await scenario.sluice("explain", Self.url)
            #expect(offline.end == .exit(1))
        }
    }
}
