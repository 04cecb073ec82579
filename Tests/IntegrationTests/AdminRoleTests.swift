// Proves: tokens have roles, verbs need the operator's, and the journal names the token's holder.

import Foundation
import Testing
import Waiting

@Suite struct AdminRoleTests {
    private static let viewer = "viewers-look-on-0123456789"
    private static let ann = "ann-moves-ramps-0123456789"
    private static let hashed = "known-by-its-digest-alone-42"
    private static let old = "the-token-of-the-old-key-123"

    /// A stage whose gateway knows four tokens, on loopback.
    private func withTokens(_ body: (Scenario, String) async throws -> Void) async throws {
        try await Scenario.run { scenario in
            let model = try await scenario.model()
            let sum = try await scenario.finish(
                "sh", ["-c", "printf %s \(Self.hashed) | sha256sum | cut -c1-64"])
            let digest = sum.output.trimmingSuffix("\n")
            try #require(digest.count == 64)
            for (name, text) in [
                ("old", Self.old), ("ann", Self.ann), ("bob", "sha256:\(digest)\n"),
            ] {
                try scenario.write(name, text)
            }
            try scenario.write(
                "Routes/gateway.yaml",
                """
                admin_token_file: old
                admin_names: [Sluice.Example.com]
                admin_tokens:
                  - {name: wall, role: viewer, file: viewer}
                  - {name: ann, role: operator, file: ann}
                  - {name: bob, role: operator, file: bob}
                  - {name: cat, role: viewer, sha256: "\(digest.reversed().map(String.init).joined())"}

                """)
            try scenario.write("viewer", "\(Self.viewer)\n")
            let route = RampRoute(
                stableEndpoints: [model.endpoint], candidateEndpoints: [model.endpoint])
            var held = route
            held.hold = "10m"
            try scenario.write("Routes/sentiment.yaml", held.text)
            let gateway = try await scenario.gateway()
            try await body(scenario, gateway.admin)
        }
    }

    /// What a path answers to a token.
    private func ask(
        _ scenario: Scenario, _ admin: String, _ path: String, _ token: String?,
        _ arguments: String...
    ) async throws -> Answer {
        let field = token.map { ["-H", "authorization: Bearer \($0)"] } ?? []
        return try await scenario.curl(field + arguments + ["http://\(admin)\(path)"])
    }

    @Test func viewersLookOnAndOperatorsAct() async throws {
        try await withTokens { scenario, admin in
            struct Me: Decodable {
                let name: String?
                let role: String
            }
            for (token, name, role) in [
                (Self.viewer, "wall", "viewer"), (Self.ann, "ann", "operator"),
                (Self.hashed, "bob", "operator"), (Self.old, nil, "operator"),
            ] as [(String, String?, String)] {
                let me = try await ask(scenario, admin, "/api/v1/me", token).json(Me.self)
                #expect(me.name == name)
                #expect(me.role == role)
                for path in ["/api/v1/routes", "/metrics", "/api/v1/decisions"] {
                    #expect(try await ask(scenario, admin, path, token).status == 200)
                }
                let stream = try scenario.listen(
                    admin, "", "-H", "authorization: Bearer \(token)")
                try await Wait.until("a snapshot for \(role)") { try !stream.snapshots().isEmpty }
                stream.process.destroy()
            }
            let pause = "/api/v1/routes/sentiment/pause"
            let refused = try await ask(scenario, admin, pause, Self.viewer, "-X", "POST")
            #expect(refused.status == 403)
            #expect(refused.text.contains("needs_operator"))
            let stranger = try await ask(
                scenario, admin, pause, "somebody-else-entirely", "-X", "POST")
            #expect(stranger.status == 401)
            let decisions = try await ask(scenario, admin, "/api/v1/decisions", Self.viewer)
            #expect(!decisions.text.contains("\"paused\""), "what was refused was not done")
            let explained = try await ask(
                scenario, admin, "/api/v1/explain", Self.viewer, "-H",
                "content-type: application/json", "-d",
                "{\"method\":\"GET\",\"host\":\"x\",\"target\":\"/\",\"fields\":[]}")
            #expect(explained.status == 200)
        }
    }

    @Test func theJournalNamesTheHolder() async throws {
        try await withTokens { scenario, admin in
            var actors: [String] = []
            for (verb, token, body) in [
                ("pause", Self.ann, "{}"), ("resume", Self.hashed, "{\"actor\": \"eve\"}"),
                ("pause", Self.old, "{\"actor\": \"eve\"}"),
            ] {
                let answer = try await Wait.value("\(verb) to fit") { () -> Answer? in
                    let answer = try await ask(
                        scenario, admin, "/api/v1/routes/sentiment/\(verb)", token, "-d", body)
                    return answer.status == 200 ? answer : nil
                }
                actors.append(try answer.json(Acted.self).actor)
            }
            #expect(actors == ["ann", "eve (token bob)", "eve"])
        }
    }

    private struct Acted: Decodable {
        let actor: String
    }

    @Test func thePageNeedsNoTokenAndTellsNothing() async throws {
        try await withTokens { scenario, admin in
            let page = try await ask(scenario, admin, "/", nil)
            #expect(page.status == 200)
            #expect(!page.text.contains("sentiment"))
            let script = try #require(page.text.firstMatch(of: /assets\/[0-9a-f]+\/app\.js/))
            #expect(try await ask(scenario, admin, "/\(script.0)", nil).status == 200)
            for path in ["/api/v1/me", "/api/v1/stream", "/api/v1/routes", "/metrics"] {
                #expect(try await ask(scenario, admin, path, nil).status == 401, "\(path)")
            }
        }
    }

    @Test func theListenerAnswersToItsNamesOnly() async throws {
        try await withTokens { scenario, admin in
            for (host, status) in [
                ("sluice.example.com", 200), ("SLUICE.example.com:9901", 200),
                ("localhost:80", 200), ("[::1]", 200), ("evil.example", 421),
                ("sluice.example.com.evil.example", 421),
            ] {
                let answer = try await ask(
                    scenario, admin, "/api/v1/routes", Self.viewer, "-H", "host: \(host)")
                #expect(answer.status == status, "\(host)")
                let health = try await ask(
                    scenario, admin, "/readyz", nil, "-H", "host: \(host)")
                #expect(health.status == 200)
            }
        }
    }
}
