// Waiting for a ramp: until it stands like this, by what the gateway says of it.

import Foundation
import Waiting

extension RampStage {
    /// A ramp that ended otherwise than the test waits for.
    struct OtherEnd: Error, CustomStringConvertible {
        let description: String
    }

    /// Waits until the ramp stands like this.
    @discardableResult
    func waitFor(
        _ what: String, seconds: Double = 60, _ condition: (RampDocument) -> Bool
    ) async throws -> RampDocument {
        var last: RampDocument?
        do {
            return try await Wait.value(what, seconds: seconds) {
                guard let ramp = try await self.served().ramp else { return nil }
                last = ramp
                return condition(ramp) ? ramp : nil
            }
        } catch let failure as Wait.Failure {
            let decisions = try await decisions().map { "\($0.kind): \($0.summary)" }
            throw OtherEnd(description: "\(failure): \(String(describing: last)) \(decisions)")
        }
    }

    /// Waits until the ramp is in a phase; one that ends otherwise is not waited for.
    @discardableResult
    func waitFor(phase: String, seconds: Double = 60) async throws -> RampDocument {
        let ramp = try await waitFor("the phase \(phase)", seconds: seconds) {
            $0.phase == phase || $0.isFinal
        }
        if ramp.phase != phase {
            let decisions = try await decisions().map { "\($0.kind): \($0.summary)" }
            throw OtherEnd(description: "\(ramp.phase) instead of \(phase): \(decisions)")
        }
        return ramp
    }

    /// Waits until a step is under way.
    @discardableResult
    func waitFor(step: Int, seconds: Double = 60) async throws -> RampDocument {
        try await waitFor("step \(step)", seconds: seconds) {
            $0.phase == "step" && $0.step == step
        }
    }

    /// Waits until the candidate is served with this share, in percent.
    func waitFor(served share: Double) async throws {
        try await Wait.until("\(share) % served") { try await served().share("v2") == share }
    }
}
