// A candidate and a ramp's terms are known again by what their file says, and by nothing else.

import Control
import Plan
import Testing

@Suite struct CandidateDigestTests {
    private func version(_ wire: EndpointProtocol = .http1, name: String = "v2") -> Version {
        let security = EndpointSecurity(trust: .system, serverName: "a.example")
        return Version(
            name: name,
            endpoints: [
                Endpoint(host: "127.0.0.1", port: 3, security: security, wire: wire),
                Endpoint(host: "127.0.0.1", port: 2, security: nil, wire: wire),
            ])
    }

    private func canary(
        minRequests: Int = 5, notify: [String] = [], shadow: Canary.Step? = nil,
        rule: Guard = Guard(metric: .errorRate, limit: .max(0.5))
    ) -> Canary {
        Canary(
            stable: 0, candidate: 1,
            steps: [shadow].compactMap(\.self)
                + [Canary.Step(share: 1_000, holdMilliseconds: 1, needsApproval: false)],
            minRequests: minRequests, bakeMilliseconds: 0, guards: [rule],
            breaker: Canary.Breaker(
                consecutiveErrors: 1, errorRate: 1, minRequests: 1, withinMilliseconds: 1),
            onInconclusive: .wait, deadlineMilliseconds: 1, falseRollback: 0.5,
            missedRegression: 0.5, notify: notify.map { NotifyTarget(url: $0) })
    }

    @Test func whatIsLatchedStaysLatchedWithANewRelease() {
        // As releases that knew only HTTP/1.1 wrote it into their journals.
        #expect(CandidateDigest.of(version()) == "7d58e487881c0fbfeaf5c61d5bc7029d")
    }

    @Test func whatIsSpokenMakesAnotherCandidate() {
        let digests = EndpointProtocol.allCases.map { CandidateDigest.of(version($0)) }
        #expect(Set(digests).count == 3)
        #expect(CandidateDigest.of(version()) != CandidateDigest.of(version(name: "v3")))
    }

    @Test func whatCountsAsAnErrorIsOneOfTheTerms() {
        func terms(_ canary: Canary, _ errors: GRPCStatusSet = .serverFaults) -> String {
            CandidateDigest.of(terms: canary, grpcErrors: errors)
        }
        let usual = terms(canary())
        #expect(terms(canary(notify: ["https://a.example"])) == usual)
        #expect(terms(canary(minRequests: 6)) != usual)
        let other = terms(canary(), GRPCStatusSet([.unavailable]))
        #expect(other != usual)
        #expect(terms(canary(), GRPCStatusSet([])) != other)
    }

    @Test func termsAreKnownAgainWithANewRelease() {
        // As releases that knew no shadows wrote them into their journals.
        #expect(
            CandidateDigest.of(terms: canary(), grpcErrors: .serverFaults)
                == "d666de8e87d15f32350a5526dcd504af")
    }

    // MARK: Shadows

    private func shadow(_ change: (inout Shadow) -> Void = { _ in }) -> Shadow {
        var shadow = Shadow(version: 1)
        shadow.comparison = ComparisonRule(mode: .json)
        change(&shadow)
        return shadow
    }

    @Test func whatAShadowIsJudgedByIsOneOfTheTerms() throws {
        let step = Canary.Step(
            share: 0, holdMilliseconds: 1, needsApproval: false, minRequests: 9, countsPairs: true)
        let mirrored = canary(shadow: step)
        func terms(_ shadow: Shadow?, _ canary: Canary) -> String {
            CandidateDigest.of(terms: canary, grpcErrors: .serverFaults, shadow: shadow)
        }
        let path = try JSONPath("$.a")
        let usual = terms(shadow(), mirrored)
        #expect(usual != terms(shadow(), canary()))
        // How many there are, and what is kept of them, does not matter to what they say.
        let same: [(inout Shadow) -> Void] = [
            { $0.sample = 5 }, { $0.keptPairs = 5 }, { $0.mostRequests = 1 },
            { $0.comparison?.redaction.paths = [path] },
        ]
        for change in same { #expect(terms(shadow(change), mirrored) == usual) }
        let others: [(inout Shadow) -> Void] = [
            { $0.methods = ["GET"] }, { $0.mostBodyBytes = 1 }, { $0.changes.host = "b" },
            { $0.headers = [HeaderCondition(name: "a", value: .exact("b"))] },
            { $0.changes.keepsCredentials = true }, { $0.changes.stripped = ["a"] },
            { $0.changes.headers = [Shadow.Header(name: "a", value: "b")] },
            { $0.changes.fields = [JSONFieldChange(path: path, value: [0x31])] },
            { $0.comparison = nil }, { $0.comparison = ComparisonRule(mode: .text) },
            { $0.comparison?.comparesStatus = false }, { $0.comparison?.headers = ["a"] },
            { $0.comparison?.ignored = [path] }, { $0.comparison?.unordered = [path] },
            { $0.comparison?.tolerance = NumericTolerance(absolute: 1) },
            {
                $0.comparison?.tolerances = [
                    ComparisonRule.PathTolerance(path: path, tolerance: .exact)
                ]
            },
        ]
        let digests = others.map { terms(shadow($0), mirrored) }
        #expect(Set(digests + [usual]).count == others.count + 1)
        // A ramp that does not look at the shadow goes on, whatever becomes of that.
        #expect(terms(shadow(), canary()) == terms(nil, canary()))
        let least = Guard(metric: .agreement, limit: .min(0.99))
        let controlled = Guard(metric: .agreement, limit: .min(0.99), isControlled: true)
        #expect(terms(shadow(), canary(rule: least)) != terms(nil, canary(rule: least)))
        #expect(terms(shadow(), canary(rule: least)) != terms(shadow(), canary(rule: controlled)))
    }
}
