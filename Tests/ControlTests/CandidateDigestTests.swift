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

    private func canary(minRequests: Int = 5, notify: [String] = []) -> Canary {
        Canary(
            stable: 0, candidate: 1,
            steps: [Canary.Step(share: 1_000, holdMilliseconds: 1, needsApproval: false)],
            minRequests: minRequests, bakeMilliseconds: 0,
            guards: [Guard(metric: .errorRate, limit: .max(0.5))],
            breaker: Canary.Breaker(
                consecutiveErrors: 1, errorRate: 1, minRequests: 1, withinMilliseconds: 1),
            onInconclusive: .wait, deadlineMilliseconds: 1, falseRollback: 0.5,
            missedRegression: 0.5, notify: notify)
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
}
