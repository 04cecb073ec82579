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

    /// Of a ramp's terms: everything but who is told. What counts as an error belongs to them, and
    /// where the ramp looks at the candidate's shadow, which copies that gets and what counts as a
    /// difference: with another answer to that, evidence begins anew.
    package static func of(
        terms canary: Canary, grpcErrors: GRPCStatusSet, shadow: Shadow? = nil
    ) -> String {
        let steps = canary.steps.map { step in
            "\(step.share) \(step.holdMilliseconds) \(step.needsApproval)"
                + (step.minRequests.map { " \($0) \(step.countsPairs)" } ?? "")
        }
        let guards = canary.guards.map { rule in
            "\(rule.name) \(rule.limit.value)\(rule.isControlled ? " controlled" : "")"
        }
        let breaker = canary.breaker
        let rest = [
            "\(canary.minRequests) \(canary.bakeMilliseconds) \(canary.onInconclusive.rawValue)",
            "\(canary.deadlineMilliseconds) \(canary.falseRollback) \(canary.missedRegression)",
            "\(breaker.consecutiveErrors) \(breaker.errorRate) \(breaker.minRequests)",
            "\(breaker.withinMilliseconds)",
        ]
        // Nothing for the default, as above.
        let grpc = grpcErrors == .serverFaults ? [] : ["grpc \(grpcErrors.rawValue)"]
        let copies = canary.looksAtShadow ? shadow.map(lines) ?? [] : []
        let lines = steps + [""] + guards + [""] + rest + grpc + copies
        return sha256(lines.joined(separator: "\n"))
    }

    /// What the answers of a shadow depend on, and how they are compared. How many copies there are
    /// is left out, and what is kept and shown of them.
    private static func lines(_ shadow: Shadow) -> [String] {
        let changes = shadow.changes
        let set =
            changes.headers.map { "\($0.name): \($0.value)" }
            + changes.fields.map { "\($0.path) \(String(decoding: $0.value, as: UTF8.self))" }
        let copies =
            [
                "shadow \(shadow.methods) \(shadow.mostBodyBytes) \(changes.host ?? "")",
                "\(changes.keepsCredentials) \(changes.stripped)",
            ] + shadow.headers.map { "\($0.name) \($0.value)" } + set
        guard let rule = shadow.comparison else { return copies }
        func shown(_ tolerance: NumericTolerance) -> String {
            "\(tolerance.absolute) \(tolerance.relative)"
        }
        return copies + [
            "compare \(rule.mode.rawValue) \(rule.comparesStatus) \(rule.headers)",
            "ignore \(rule.ignored.map(\.description))",
            "unordered \(rule.unordered.map(\.description))",
            "tolerance \(shown(rule.tolerance))",
        ] + rule.tolerances.map { "\($0.path) \(shown($0.tolerance))" }
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
