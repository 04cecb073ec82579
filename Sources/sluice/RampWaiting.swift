// `sluice status --wait`: follows a ramp to its end, for people and for scripts.

import Admin
import Foundation
import Verdict

/// Waits for the end of one route's ramp.
struct RampWaiting {
    private static let pause = Duration.milliseconds(500)
    /// A gateway that answered before may be away for so long: it may be starting again.
    private static let mostAbsence = Duration.seconds(30)
    /// Decisions that are looked at together; there are never so many between two looks.
    private static let mostDecisions = 100

    let route: String
    let place: AdminPlace
    /// Nil waits for as long as it takes.
    let timeout: Duration?
    /// Is given a line for each decision as it comes, and one for the end.
    let tell: (String) throws -> Void

    /// Waits, and says whether the ramp succeeded.
    func run() async throws -> Bool {
        let clock = ContinuousClock()
        let start = clock.now
        var lastAnswer = start
        var newest = try await decisions(limit: 1).decisions.first?.id ?? 0
        while true {
            do {
                let ramp = try await ramp()
                let known = try await decisions(limit: Self.mostDecisions)
                lastAnswer = clock.now
                for decision in known.decisions.reversed() where decision.id > newest {
                    try tell("\(decision.summary) (decision \(decision.id))")
                    newest = decision.id
                }
                if ramp.phase.isFinal {
                    try tell(Self.end(ramp, known))
                    return ramp.phase == .succeeded
                }
                if let timeout, clock.now - start >= timeout {
                    let milliseconds = Int(timeout / .milliseconds(1))
                    try tell(
                        "the ramp has not ended in \(FigureText.duration(milliseconds)): "
                            + RampBlock.place(ramp))
                    return false
                }
            } catch let failure as CommandFailure where failure.code == CommandFailure.unreachable {
                if clock.now - lastAnswer >= Self.mostAbsence { throw failure }
            }
            try await clock.sleep(for: Self.pause)
        }
    }

    private static func end(_ ramp: RampDocument, _ known: DecisionsDocument) -> String {
        let why = ramp.phase == .succeeded ? nil : known.rollback(of: ramp)
        let more = why.map { "; `sluice explain --decision \($0.id)` says why" } ?? ""
        return "the ramp is \(RampBlock.place(ramp))\(more)"
    }

    private func ramp() async throws -> RampDocument {
        let state = try await AdminClient.use(place) { client in
            try await client.get(
                "/api/v1/routes/\(OperationOptions.escaped(route))", as: RouteStateDocument.self)
        }
        guard let ramp = state.ramp else {
            throw CommandFailure(
                code: CommandFailure.no,
                message: "error: the route \(route) has no ramp to wait for; "
                    + "canary: in its file begins one")
        }
        return ramp
    }

    /// The newest decisions of the route, the newest first.
    private func decisions(limit: Int) async throws -> DecisionsDocument {
        try await AdminClient.use(place) { client in
            try await client.get(
                "/api/v1/decisions?route=\(OperationOptions.escaped(route))&limit=\(limit)",
                as: DecisionsDocument.self)
        }
    }
}
