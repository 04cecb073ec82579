// Proves: the page is served with what keeps it safe and quick, and nothing is done for other sites.

import Foundation
import Testing

@Suite struct DashboardPageTests {
    private func withGateway(_ body: (Scenario, Gateway) async throws -> Void) async throws {
        try await Scenario.run { scenario in
            try scenario.route(versions: [("v1", "http://127.0.0.1:9")])
            try await body(scenario, try await scenario.gateway())
        }
    }

    @Test func thePageMayRunItsOwnFilesAlone() async throws {
        try await withGateway { scenario, gateway in
            let page = try await scenario.curl(["http://\(gateway.admin)/"])
            #expect(page.status == 200)
            #expect(page["content-type"] == "text/html; charset=utf-8")
            #expect(page["cache-control"] == "no-cache")
            #expect(
                page["content-security-policy"]
                    == "default-src 'none'; script-src 'self'; style-src 'self'; "
                    + "connect-src 'self'; img-src 'self' data:; base-uri 'none'; "
                    + "form-action 'none'; frame-ancestors 'none'")
            // Nothing inline, and nothing of another host.
            #expect(page.text.firstMatch(of: /<script>|<style|style=|\son[a-z]+=|https?:/) == nil)
            let scripts = page.text.matches(of: /src="(assets\/[0-9a-f]{32}\/[a-z-]+\.js)"/)
            #expect(scripts.count == 2)
            for script in scripts {
                let file = try await scenario.curl(["http://\(gateway.admin)/\(script.1)"])
                #expect(file.status == 200)
                #expect(file["content-type"] == "text/javascript; charset=utf-8")
                #expect(file["cache-control"] == "public, max-age=31536000, immutable")
                #expect(file["x-content-type-options"] == "nosniff")
            }
        }
    }

    @Test func aPageThatIsKnownIsNotSentAgain() async throws {
        try await withGateway { scenario, gateway in
            let tag = try #require(try await scenario.curl(["http://\(gateway.admin)/"])["etag"])
            for (known, status) in [
                (tag, 304), ("\"x\", \(tag)", 304), ("\"x\"", 200), ("", 200),
            ] {
                let again = try await scenario.curl([
                    "-H", "if-none-match: \(known)", "http://\(gateway.admin)/",
                ])
                #expect(again.status == status, "\(known)")
                #expect(again["etag"] == tag)
                #expect(again.body.isEmpty == (status == 304))
            }
        }
    }

    @Test(arguments: [
        "/assets/00000000000000000000000000000000/app.js", "/assets/app.js", "/index.html",
        "/assets/../app.js", "/nothing",
    ])
    func otherPathsAreNotFound(path: String) async throws {
        try await withGateway { scenario, gateway in
            let answer = try await scenario.curl([
                "--path-as-is", "http://\(gateway.admin)\(path)",
            ])
            #expect(answer.status == 404)
            #expect(answer["content-type"] == "application/problem+json")
            #expect(answer["x-content-type-options"] == "nosniff")
            #expect(answer["content-security-policy"]?.hasPrefix("default-src 'none'") == true)
        }
    }

    @Test func everyAnswerOfTheApiIsKeptFromOtherPages() async throws {
        try await withGateway { scenario, gateway in
            for path in ["/api/v1/routes", "/api/v1/routes/nobody", "/metrics", "/healthz"] {
                let answer = try await scenario.curl(["http://\(gateway.admin)\(path)"])
                #expect(answer["x-content-type-options"] == "nosniff", "\(path)")
                #expect(answer["cross-origin-resource-policy"] == "same-origin", "\(path)")
                #expect(answer["access-control-allow-origin"] == nil, "\(path)")
            }
        }
    }

    @Test func pagesOfOtherSitesAreRefused() async throws {
        try await RampStage.run {
            $0.hold = "10m"
        } body: { stage in
            try await stage.waitFor(step: 1)
            let admin = stage.gateway.admin
            let foreign = [
                ["origin: https://evil.example"], ["origin: null"],
                ["origin: http://\(admin).evil"],
                ["origin: http://evil.example://\(admin)"], ["sec-fetch-site: cross-site"],
                ["sec-fetch-site: same-site"], ["host: evil.example"],
                ["host: evil.example", "origin: http://evil.example"],
                ["sec-fetch-site: cross-site", "sec-fetch-mode: navigate"],
            ]
            for fields in foreign {
                for path in ["pause", "abort", "promote"] {
                    let answer = try await stage.scenario.curl(
                        ["-X", "POST", "-H", "content-type: text/plain", "-d", "{}"]
                            + fields.flatMap { ["-H", $0] }
                            + ["http://\(admin)/api/v1/routes/sentiment/\(path)"])
                    let wanted = fields[0].hasPrefix("host") ? 421 : 403
                    #expect(answer.status == wanted, "\(fields) \(path)")
                }
            }
            #expect(try await stage.kinds() == ["started"])
            for fields in [["sec-fetch-site: cross-site"], ["origin: https://evil.example"]] {
                let answer = try await stage.scenario.curl(
                    fields.flatMap { ["-H", $0] } + ["http://\(admin)/api/v1/stream"])
                #expect(answer.status == 403)
            }
            let link = try await stage.scenario.curl([
                "-H", "sec-fetch-site: cross-site", "-H", "sec-fetch-mode: navigate",
                "http://\(admin)/api/v1/routes",
            ])
            #expect(link.status == 200, "a link may be followed")
            let own = try await stage.scenario.curl([
                "-d", "{}", "-H", "origin: http://\(admin)", "-H", "sec-fetch-site: same-origin",
                "http://\(admin)/api/v1/routes/sentiment/pause",
            ])
            #expect(own.status == 200)
        }
    }
}
