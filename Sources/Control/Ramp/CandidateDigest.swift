// What a rollback is latched to: a digest of the candidate as the file defines it.

import COpenSSL
package import Plan

/// Digests of definitions, so that a changed one is known for another.
package enum CandidateDigest {
    /// Of a version: its name, its endpoints in any order, how they are trusted, and what is
    /// spoken there.
    package static func of(_ version: Version) -> String {
        let endpoints = version.endpoints.map { endpoint -> String in
            // What earlier releases could only say has the digest that it had: no ramp begins anew,
            // and no latch is lost, with a new release.
            let wire = endpoint.wire == .http1 ? "" : " \(endpoint.wire.rawValue)"
            guard let security = endpoint.security else { return endpoint.url + wire }
            return "\(endpoint.url) \(security.trust) \(security.serverName)\(wire)"
        }
        return sha256(([version.name] + endpoints.sorted()).joined(separator: "\n"))
    }

    /// Of a ramp's terms: everything but who is told. What counts as an error belongs to them: with
    /// another answer to that, evidence begins anew.
    package static func of(terms canary: Canary, grpcErrors: GRPCStatusSet) -> String {
        let steps = canary.steps.map { "\($0.share) \($0.holdMilliseconds) \($0.needsApproval)" }
        let guards = canary.guards.map { "\($0.name) \($0.limit.value)" }
        let breaker = canary.breaker
        let rest = [
            "\(canary.minRequests) \(canary.bakeMilliseconds) \(canary.onInconclusive.rawValue)",
            "\(canary.deadlineMilliseconds) \(canary.falseRollback) \(canary.missedRegression)",
            "\(breaker.consecutiveErrors) \(breaker.errorRate) \(breaker.minRequests)",
            "\(breaker.withinMilliseconds)",
        ]
        // Nothing for the default, as above.
        let grpc = grpcErrors == .serverFaults ? [] : ["grpc \(grpcErrors.rawValue)"]
        return sha256((steps + [""] + guards + [""] + rest + grpc).joined(separator: "\n"))
    }

    /// Of any text that is not to be shown.
    package static func of(text: String) -> String { sha256(text) }

    /// The first 128 bits of SHA-256, in hexadecimal.
    private static func sha256(_ text: String) -> String {
        let input = Array(text.utf8)
        var output = [UInt8](repeating: 0, count: 32)
        unsafe output.withUnsafeMutableBufferPointer { output in
            _ = unsafe SHA256(input, input.count, output.baseAddress)
        }
        let digits = Array("0123456789abcdef")
        return String(
            output.prefix(16).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
