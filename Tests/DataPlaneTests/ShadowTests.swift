// What a copy of a request carries, who gets one, and what is made of both answers.

import Comparison
import Foundation
import Pairing
import Plan
import Recording
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ShadowTests {
    private static let get = "GET /a?key=1 HTTP/1.1\r\nHost: localhost\r\n\r\n"

    private static func post(_ body: String, _ fields: String = "") -> String {
        "POST /a HTTP/1.1\r\nHost: localhost\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n"
            + body
    }

    private static func answer(_ body: String, _ fields: String = "") -> String {
        "HTTP/1.1 200 OK\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    /// A gateway whose requests go to v1 and, as copies, to v2.
    private static func start(
        _ primary: ScriptedUpstream, _ shadow: ScriptedUpstream, _ pairs: PairCollector? = nil,
        _ change: (inout Shadow) -> Void = { _ in },
        limits: (inout Plan.Limits) -> Void = { _ in }
    ) async throws -> GatewayUnderTest {
        try await GatewayUnderTest.start(
            ["v1": [primary.port], "v2": [shadow.port]], pairs: pairs, limits: limits,
            route: { route in
                var shadow = Shadow(version: 1)
                shadow.comparison = ComparisonRule(mode: .json)
                change(&shadow)
                route.shadows = [shadow]
                route.sticky = [.header("x-user-id")]
            })
    }

    @Test func bothAnswersMakeAPair() async throws {
        let primary = try await ScriptedUpstream.answering(Self.answer("{\"a\":1}"))
        let shadow = try await ScriptedUpstream.answering(
            Self.answer("{\"a\":2}", "Set-Cookie: s=1\r\nX-Model: two\r\n"))
        let pairs = PairCollector()
        let gateway = try await Self.start(primary, shadow, pairs)
        let answer = try await gateway.ask(Self.post("{}", "X-Request-Id: abc\r\n"))
        #expect(answer.text == "{\"a\":1}")
        #expect(answer["set-cookie"] == nil && answer["x-model"] == nil)
        let pair = try #require(await pairs.next(1).first)
        #expect(pair.route == "test" && pair.shadow == "v2" && pair.version == "v1")
        #expect(pair.kind == .shadow && pair.requestLine == "POST /a")
        #expect(pair.primary.body == Array("{\"a\":1}".utf8))
        #expect(pair.other.body == Array("{\"a\":2}".utf8))
        #expect(pair.other.outcome.status == 200 && pair.other.outcome.kind == .answered)
        #expect(String(decoding: pair.other.fields, as: UTF8.self).contains("X-Model: two\r\n"))
        #expect(pair.identifier == answer["x-request-id"])
        #expect(shadow.received.first?.body == Array("{}".utf8))
        #expect(gateway.figures("v1").requests == 1 && gateway.figures("v2").requests == 0)
        #expect(gateway.figures("v2", role: .shadow).requests == 1)
        #expect(gateway.figures("v2", role: .mirrored).requests == 1)
        try await gateway.until("v2") { $0.requestsUnderWay == 0 }
        await gateway.stop()
        #expect(gateway.recorders.allShadows.heldBytes == 0)
        #expect(gateway.recorders.allShadows.requestsUnderWay == 0)
    }

    @Test func credentialsStayBehindAndTheCopyIsMarked() async throws {
        let primary = try await ScriptedUpstream.answering(Self.answer("1"))
        let shadow = try await ScriptedUpstream.answering(Self.answer("1"))
        let pairs = PairCollector()
        let gateway = try await Self.start(primary, shadow, pairs) { shadow in
            shadow.changes.stripped = ["x-secret"]
            shadow.changes.headers = [Shadow.Header(name: "x-env", value: "shadow")]
        }
        let fields =
            "Authorization: Bearer a\r\nCOOKIE: b=c\r\nX-Api-Key: d\r\nX-Secret: e\r\n"
            + "x-env: live\r\nX-Kept: f\r\nX-Sluice-Shadow: forged\r\nExpect: 100-continue\r\n"
        _ = try await gateway.ask(Self.post("1", fields))
        _ = await pairs.next(1)
        let copy = try #require(shadow.received.first)
        for name in ["authorization", "cookie", "x-api-key", "x-secret", "expect"] {
            #expect(copy.values(name).isEmpty, "\(name)")
        }
        #expect(copy.values("x-kept") == ["f"] && copy.values("x-env") == ["shadow"])
        #expect(copy.values("x-sluice-shadow") == ["test/v2"])
        #expect(copy.values("host") == ["localhost"])
        #expect(copy.values("content-length") == ["1"])
        let original = try #require(primary.received.first)
        #expect(original.values("authorization") == ["Bearer a"])
        #expect(original.values("x-sluice-shadow").isEmpty)
        await gateway.stop()
    }

    @Test func credentialsGoAlongIfTheFileSaysSo() async throws {
        let primary = try await ScriptedUpstream.answering(Self.answer("1"))
        let shadow = try await ScriptedUpstream.answering(Self.answer("1"))
        let pairs = PairCollector()
        let gateway = try await Self.start(primary, shadow, pairs) { shadow in
            shadow.changes.keepsCredentials = true
            shadow.changes.host = "shadow.example.com"
        }
        _ = try await gateway.ask(Self.post("1", "Authorization: Bearer a\r\n"))
        _ = await pairs.next(1)
        #expect(shadow.received.first?.values("authorization") == ["Bearer a"])
        #expect(shadow.received.first?.values("host") == ["shadow.example.com"])
        #expect(primary.received.first?.values("host") == ["localhost"])
        await gateway.stop()
    }

    @Test(arguments: [false, true])
    func aFieldOfTheBodyIsSet(isChunked: Bool) async throws {
        let primary = try await ScriptedUpstream.answering(Self.answer("1"))
        let shadow = try await ScriptedUpstream.answering(Self.answer("1"))
        let pairs = PairCollector()
        let path = try JSONPath("$.model")
        let gateway = try await Self.start(primary, shadow, pairs) { shadow in
            shadow.changes.fields = [JSONFieldChange(path: path, value: Array("\"v3\"".utf8))]
        }
        let body = "{\"model\":\"gpt\", \"n\":1}"
        let chunked =
            "POST /a HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "5\r\n{\"mod\r\n\(String(body.utf8.count - 5, radix: 16))\r\n\(body.dropFirst(5))\r\n"
            + "0\r\n\r\n"
        _ = try await gateway.ask(isChunked ? chunked : Self.post(body))
        _ = await pairs.next(1)
        let wanted = "{\"model\":\"v3\", \"n\":1}"
        let copy = try #require(shadow.received.first)
        #expect(copy.body == Array(wanted.utf8))
        #expect(copy.values("content-length") == ["\(wanted.utf8.count)"])
        #expect(copy.values("transfer-encoding").isEmpty)
        #expect(primary.received.first?.body == Array(body.utf8))
        // What is no JSON cannot be changed: no copy, and nobody else notices.
        #expect(try await gateway.ask(Self.post("{no")).status == 200)
        try await gateway.until("v2") { $0.count(.notRewritable) == 1 }
        await gateway.stop()
        #expect(gateway.recorders.allShadows.heldBytes == 0)
    }

    @Test func theSampleIsOfCallers() async throws {
        let primary = try await ScriptedUpstream.answering(Self.answer("1"))
        let shadow = try await ScriptedUpstream.answering(Self.answer("1"))
        let gateway = try await Self.start(primary, shadow) { shadow in
            shadow.sample = 30_000
            shadow.comparison = nil
        }
        var client = try await gateway.connect()
        for round in 0..<3 {
            for user in 0..<60 {
                try await client.send(
                    "GET /\(round)/\(user) HTTP/1.1\r\nHost: localhost\r\nX-User-Id: \(user)\r\n\r\n"
                )
                _ = try await client.response()
            }
        }
        await client.close()
        try await gateway.until("v2") { $0.requestsUnderWay == 0 }
        let users = Dictionary(grouping: shadow.received) {
            $0.values("x-user-id").first ?? ""
        }
        // Whoever is mirrored is mirrored each time; by chance 18 of 60 are.
        #expect(users.values.allSatisfy { $0.count == 3 })
        #expect((8...30).contains(users.count))
        await gateway.stop()
    }

    @Test func filtersSayWhoIsMirrored() async throws {
        let primary = try await ScriptedUpstream.answering(Self.answer("1"))
        let shadow = try await ScriptedUpstream.answering(Self.answer("1"))
        let pairs = PairCollector()
        let gateway = try await Self.start(primary, shadow, pairs) { shadow in
            shadow.methods = ["POST"]
            shadow.headers = [HeaderCondition(name: "x-tier", value: .exact("gold"))]
            shadow.mostBodyBytes = 4
        }
        let gold = "X-Tier: gold\r\n"
        _ = try await gateway.ask("GET / HTTP/1.1\r\nHost: localhost\r\n\(gold)\r\n")
        _ = try await gateway.ask(Self.post("1"))
        _ = try await gateway.ask(Self.post("12345", gold))
        _ = try await gateway.ask(Self.post("1234", gold))
        #expect(await pairs.next(1).first?.primary.outcome.status == 200)
        #expect(shadow.received.map(\.body) == [Array("1234".utf8)])
        let ledger = gateway.recorders.shadow(route: "test", version: "v2")
        #expect(ledger.mirrored == 1 && ledger.count(.bodyTooLong) == 1)
        await gateway.stop()
    }

    @Test func aTestersRequestAndTheShadowsOwnAreNotMirrored() async throws {
        let primary = try await ScriptedUpstream.answering(Self.answer("1"))
        let shadow = try await ScriptedUpstream.answering(Self.answer("1"))
        let gateway = try await GatewayUnderTest.start(
            ["v1": [primary.port], "v2": [shadow.port]], shares: [0, 100_000],
            route: { route in
                route.shadows = [Shadow(version: 1)]
                route.overrideHeader = "x-use-version"
            })
        #expect(try await gateway.ask(Self.get).status == 200)
        let wish = "GET / HTTP/1.1\r\nHost: localhost\r\nX-Use-Version: v1\r\n\r\n"
        #expect(try await gateway.ask(wish).status == 200)
        #expect(gateway.recorders.shadow(route: "test", version: "v2").mirrored == 0)
        #expect(shadow.received.count == 1 && primary.received.count == 1)
        await gateway.stop()
    }

    @Test func controlPairsAreOfTheVersionThatAnswers() async throws {
        let primary = try await ScriptedUpstream.answering(Self.answer("1"))
        let second = try await ScriptedUpstream.answering(Self.answer("2"))
        let shadow = try await ScriptedUpstream.answering(Self.answer("3"))
        let pairs = PairCollector()
        let gateway = try await GatewayUnderTest.start(
            ["v1": [primary.port, second.port], "v2": [shadow.port]], pairs: pairs,
            route: { route in
                var shadow = Shadow(version: 1)
                shadow.comparison = ComparisonRule(mode: .json)
                shadow.noiseControl = BucketTable.bucketCount
                route.shadows = [shadow]
            })
        for _ in 0..<20 { _ = try await gateway.ask(Self.get) }
        let found = await pairs.next(40)
        let controls = found.filter { $0.kind == .control }
        #expect(controls.count == 20)
        // Of two endpoints, the other one is asked.
        #expect(controls.allSatisfy { $0.primary.body != $0.other.body })
        #expect(controls.allSatisfy { $0.other.body != Array("3".utf8) })
        #expect(found.filter { $0.kind == .shadow }.allSatisfy { $0.other.body == Array("3".utf8) })
        #expect(gateway.figures("v2", role: .shadow).requests == 20)
        #expect(gateway.figures("v2", role: .mirrored).requests == 20)
        #expect(gateway.figures("v1").requests == 20)
        await gateway.stop()
    }

    @Test func severalShadowsGetTheSameBody() async throws {
        let primary = try await ScriptedUpstream.answering(Self.answer("1"))
        let one = try await ScriptedUpstream.answering(Self.answer("1"))
        let two = try await ScriptedUpstream.answering(Self.answer("1"))
        let pairs = PairCollector()
        let gateway = try await GatewayUnderTest.start(
            ["v1": [primary.port], "v2": [one.port], "v3": [two.port]], pairs: pairs,
            route: { route in
                route.shadows = [1, 2].map { version in
                    var shadow = Shadow(version: version)
                    shadow.comparison = ComparisonRule(mode: .json)
                    return shadow
                }
            })
        let body = String(repeating: "0123456789", count: 30_000)
        #expect(try await gateway.ask(Self.post(body)).status == 200)
        #expect(Set(await pairs.next(2).map(\.shadow)) == ["v2", "v3"])
        for upstream in [primary, one, two] {
            #expect(upstream.received.first?.body == Array(body.utf8))
        }
        await gateway.stop()
        #expect(gateway.recorders.allShadows.heldBytes == 0)
    }
}
