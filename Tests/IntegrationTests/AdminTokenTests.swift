// Proves: beyond this machine, operators need a token, and the commands can send it.

import Foundation
import Testing

@Suite struct AdminTokenTests {
    private static let token = "0123456789abcdef0123456789abcdef"

    /// A gateway whose admin listener is open to all interfaces, with a token.
    private func withGateway(_ body: (Scenario, String) async throws -> Void) async throws {
        try await Scenario.run { scenario in
            try scenario.route(versions: [("v1", "http://127.0.0.1:9")])
            try scenario.write("token", "\(Self.token)\n")
            chmod("\(scenario.folder)/token", 0o600)
            try scenario.write("Routes/gateway.yaml", "admin_token_file: token\n")
            try await scenario.makeCertificate()
            let process = try scenario.start(
                Scenario.binary, ["run", "--listen", "127.0.0.1:0", "--admin", "0.0.0.0:0"])
            let gateway = try await Gateway(scenario: scenario, listening: process)
            try await body(scenario, "127.0.0.1:\(gateway.adminPort)")
        }
    }

    @Test func withoutTheTokenNothingIsTold() async throws {
        try await withGateway { scenario, admin in
            let wrong = [
                [], ["-H", "authorization: Bearer wrong"],
                ["-H", "authorization: Bearer \(Self.token)x"],
                ["-H", "authorization: Bearer \(Self.token.dropLast())"],
                ["-H", "authorization: \(Self.token)"], ["-u", "x:\(Self.token)"],
            ]
            for path in ["/metrics", "/api/v1/routes", "/api/v1/routes/sentiment/comparison"] {
                for arguments in wrong {
                    let answer = try await scenario.curl(arguments + ["http://\(admin)\(path)"])
                    #expect(answer.status == 401, "\(path)")
                    #expect(answer["www-authenticate"] == "Bearer")
                    #expect(!answer.text.contains("sentiment"))
                }
            }
        }
    }

    @Test func withTheTokenEverythingIs() async throws {
        try await withGateway { scenario, admin in
            for path in ["/metrics", "/api/v1/routes", "/api/v1/routes/sentiment/comparison"] {
                let answer = try await scenario.curl([
                    "-H", "authorization: Bearer \(Self.token)", "http://\(admin)\(path)",
                ])
                #expect(answer.status == 200, "\(path)")
            }
        }
    }

    @Test func healthChecksNeedNoToken() async throws {
        try await withGateway { scenario, admin in
            for path in ["/healthz", "/readyz"] {
                let answer = try await scenario.curl(["http://\(admin)\(path)"])
                #expect(answer.status == 200)
            }
        }
    }

    @Test func theCommandsSendTheToken() async throws {
        try await withGateway { scenario, admin in
            let without = try await scenario.sluice("status", "--admin", admin)
            #expect(without.end == .exit(1))
            #expect(without.errors.contains("401"))
            #expect(without.errors.contains("--token-file"))
            try scenario.write("other", "another token of sixteen")
            let wrong = try await scenario.sluice(
                "status", "--admin", "http://\(admin)/", "--token-file", "other")
            #expect(wrong.end == .exit(1))
            #expect(wrong.errors.contains("does not know the token"))
            for arguments in [
                ["status"], ["diff"],
                ["explain", "--live", "https://localhost/v1/sentiment"],
            ] {
                let with = try await scenario.finish(
                    Scenario.binary, arguments + ["--admin", admin, "--token-file", "token"])
                #expect(with.end == .exit(0), "\(with.errors)")
            }
            let missing = try await scenario.sluice(
                "status", "--admin", admin, "--token-file", "nowhere")
            #expect(missing.end == .exit(1))
            #expect(missing.errorLines.count == 1)
        }
    }

    @Test(arguments: ["", "short", "        \t            "])
    func aTokenThatIsTooShortIsRefused(token: String) async throws {
        try await Scenario.run { scenario in
            try scenario.route(versions: [("v1", "http://127.0.0.1:9")])
            try scenario.write("token", token)
            try scenario.write("Routes/gateway.yaml", "admin_token_file: token\n")
            try await scenario.makeCertificate()
            let run = try await scenario.sluice(
                "run", "--listen", "127.0.0.1:0", "--admin", "0.0.0.0:0")
            #expect(run.end == .exit(1))
            #expect(run.errors.contains("16 characters"))
        }
    }
}
