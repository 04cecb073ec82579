// A ramp's terms as JSON: all of them, but not where somebody could post.

import Plan
import Testing

@testable import Admin

@Suite struct CanaryDocumentTests {
    private func route(_ canary: Canary?, candidatePort: Int = 2) -> Route {
        let versions = [(name: "v1", port: 1), (name: "v2", port: candidatePort)].map {
            Version(
                name: $0.name,
                endpoints: [Endpoint(host: "127.0.0.1", port: $0.port, security: nil)])
        }
        return Route(
            name: "sentiment",
            match: RouteMatch(host: .any, path: .prefix("/v1"), methods: [], headers: []),
            timeouts: Timeouts(), versions: versions, sticky: [], overrideHeader: nil,
            salt: "sentiment", shares: [75_000, 25_000],
            buckets: BucketTable(ranges: [.init(start: 0, version: 0)]), showsVersion: true,
            allowsUpgrade: false, canary: canary)
    }

    private func canary(notify: [String] = [], targets: [NotifyTarget] = []) -> Canary {
        Canary(
            stable: 0, candidate: 1,
            steps: [
                Canary.Step(share: 1_500, holdMilliseconds: 60_000, needsApproval: false),
                Canary.Step(share: 100_000, holdMilliseconds: 0, needsApproval: true),
            ],
            minRequests: 7, bakeMilliseconds: 8,
            guards: [
                Guard(metric: .errorRate, limit: .maxIncrease(0.005)),
                Guard(metric: .latencyP99, limit: .maxRatio(1.2)),
                Guard(metric: .latencyP50, limit: .max(800_000)),
            ],
            breaker: Canary.Breaker(
                consecutiveErrors: 3, errorRate: 0.5, minRequests: 4, withinMilliseconds: 5),
            onInconclusive: .pause, deadlineMilliseconds: 9, falseRollback: 0.01,
            missedRegression: 0.05, notify: notify.map { NotifyTarget(url: $0) } + targets)
    }

    @Test func describesAllTerms() throws {
        let document = try #require(RouteDocument(route(canary())).canary)
        #expect(document.stable == "v1")
        #expect(document.candidate == "v2")
        #expect(document.steps.map(\.share) == [1.5, 100])
        #expect(document.steps.map(\.holdMs) == [60_000, 0])
        #expect(document.steps.map(\.approve) == [false, true])
        #expect(document.minRequests == 7)
        #expect(document.bakeMs == 8)
        #expect(
            document.guards == [
                "error_rate max_increase 0.5 %", "latency_p99 max_ratio 1.2",
                "latency_p50 max 800 ms",
            ])
        #expect(document.breaker.consecutiveErrors == 3)
        #expect(document.breaker.errorRate == 50)
        #expect(document.breaker.minRequests == 4)
        #expect(document.breaker.withinMs == 5)
        #expect(document.onInconclusive == "pause")
        #expect(document.deadlineMs == 9)
        #expect(document.falseRollback == 1)
        #expect(document.missedRegression == 5)
        #expect(document.notify.isEmpty)
    }

    @Test func saysWhatIsAskedForInTheShadow() throws {
        func canary(countsPairs: Bool) -> Canary {
            Canary(
                stable: 0, candidate: 1,
                steps: [
                    Canary.Step(
                        share: 0, holdMilliseconds: 5, needsApproval: false, minRequests: 900,
                        countsPairs: countsPairs),
                    Canary.Step(share: 1_500, holdMilliseconds: 6, needsApproval: false),
                ],
                minRequests: 7, bakeMilliseconds: 8,
                guards: [Guard(metric: .agreement, limit: .min(0.995))],
                breaker: Canary.Breaker(
                    consecutiveErrors: 3, errorRate: 0.5, minRequests: 4, withinMilliseconds: 5),
                onInconclusive: .pause, deadlineMilliseconds: 9, falseRollback: 0.01,
                missedRegression: 0.05, notify: [])
        }
        let document = try #require(CanaryDocument(route(canary(countsPairs: true))))
        #expect(document.steps.map(\.share) == [0, 1.5])
        #expect(document.steps.map(\.minPairs) == [900, nil])
        #expect(document.steps.map(\.minCopies) == [nil, nil])
        #expect(document.guards == ["agreement min 99.5 %"])
        let copies = try #require(CanaryDocument(route(canary(countsPairs: false))))
        #expect(copies.steps.map(\.minPairs) == [nil, nil])
        #expect(copies.steps.map(\.minCopies) == [900, nil])
    }

    @Test func aRouteWithoutARampHasNone() {
        #expect(RouteDocument(route(nil)).canary == nil)
    }

    @Test func anotherDefinitionOfTheCandidateHasAnotherDigest() throws {
        let first = try #require(CanaryDocument(route(canary())))
        let same = try #require(CanaryDocument(route(canary(notify: ["https://a/b"]))))
        let other = try #require(CanaryDocument(route(canary(), candidatePort: 3)))
        #expect(first.digest == same.digest)
        #expect(first.digest != other.digest)
    }

    @Test func saysWhatIsSpokenAndWhatCountsAsAnError() {
        let versions = [EndpointProtocol.http2, .auto].enumerated().map { index, wire in
            Version(
                name: "v\(index)",
                endpoints: [Endpoint(host: "127.0.0.1", port: 1, security: nil, wire: wire)])
        }
        let plain = route(nil)
        let document = RouteDocument(
            Route(
                name: "r", match: plain.match, timeouts: Timeouts(), versions: versions, sticky: [],
                overrideHeader: nil, salt: "r", shares: [1, 99_999], buckets: plain.buckets,
                showsVersion: true, allowsUpgrade: false,
                grpcErrors: GRPCStatusSet([.unavailable, .internal])))
        #expect(document.versions.map(\.protocol) == ["http2", "auto"])
        #expect(document.grpcErrors == ["internal", "unavailable"])
        #expect(RouteDocument(plain).versions.map(\.protocol) == ["http1", "http1"])
        #expect(RouteDocument(plain).grpcErrors.count == 6)
    }

    @Test func aReceiverOfLinesForSlackIsMarked() throws {
        let url = "https://hooks.example.com/T0/secret"
        let both = [NotifyTarget(url: url), NotifyTarget(url: url, form: .slack)]
        let shown = try #require(CanaryDocument(route(canary(targets: both)))?.notify)
        #expect(shown[1] == shown[0] + " slack")
        #expect(!shown[1].contains("secret"))
    }

    @Test(arguments: [
        ("https://hooks.example.com/T0/secret", "https://hooks.example.com/#"),
        ("http://127.0.0.1:9", "http://127.0.0.1:9/#"),
        ("https://hooks.example.com?token=secret", "https://hooks.example.com/#"),
    ])
    func pathsOfWebhooksStayHidden(url: String, start: String) throws {
        let shown = try #require(CanaryDocument(route(canary(notify: [url, url + "/x"])))?.notify)
        #expect(shown.allSatisfy { $0.hasPrefix(start) && !$0.contains("secret") }, "\(shown)")
        #expect(Set(shown).count == 2)
    }
}
