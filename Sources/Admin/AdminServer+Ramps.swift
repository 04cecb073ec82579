// The API of ramps: decisions, history, and the operator's verbs.

import Control
import Foundation
import Hummingbird
import Journal
import NIOCore
import Plan
import Verdict

extension AdminServer {
    private static let mostDecisions = 1_000
    private static let defaultDecisions = 50
    private static let mostActorBytes = 128
    private static let mostReasonBytes = 2_048

    /// Adds the paths of ramps to a router.
    func addRamps(to router: Router<AdminContext>) {
        let controller = self.controller
        router.get("api/v1/decisions") { request, _ in
            let query = request.uri.queryParameters
            guard
                let limit = Self.number(
                    query["limit"].map(String.init), 1...Int64(Self.mostDecisions),
                    Int64(Self.defaultDecisions))
            else {
                return Answers.problem(
                    .badRequest, "bad_limit", "limit must be 1 to \(Self.mostDecisions)")
            }
            let before = query["before"].map(String.init)
            guard let last = Self.number(before, 1...Int64.max, Int64.max) else {
                return Answers.problem(
                    .badRequest, "bad_before", "before must be the id of a decision")
            }
            let decisions = try controller.decisions(
                route: query["route"].map(String.init), before: last, limit: Int(limit))
            return try Answers.json(
                DecisionsDocument(decisions: decisions.map(DecisionDocument.init)))
        }
        router.get("api/v1/decisions/{id}") { _, context in
            let id = context.parameters.get("id").flatMap { Int64($0) } ?? 0
            guard let decision = try controller.decision(id: id) else {
                return Answers.problem(
                    .notFound, "no_decision",
                    "no decision has this id; /api/v1/decisions lists them")
            }
            return try Answers.json(DecisionDocument(decision))
        }
        router.get("api/v1/routes/{route}/history") { request, context in
            try await self.history(request, context.segment("route"))
        }
        for verb in RampVerb.allCases {
            router.post("api/v1/routes/{route}/\(verb.rawValue)") { request, context in
                try await self.operate(
                    verb, context.segment("route"), request, context)
            }
        }
    }

    /// A whole number within a range; the default if there is no text, nil if it is none.
    static func number(
        _ text: String?, _ range: ClosedRange<Int64>, _ standard: Int64
    ) -> Int64? {
        guard let text else { return standard }
        return Int64(text).flatMap { range.contains($0) ? $0 : nil }
    }

    // MARK: History

    private func history(_ request: Request, _ name: String) async throws -> Response {
        let state = await controller.state()
        guard state.plan.route(named: name) != nil else { return Answers.noRoute(state) }
        let query = request.uri.queryParameters
        let now = Int(Date().timeIntervalSince1970)
        guard
            let since = Self.moment(query["since"].map(String.init), nowSecond: now),
            let step = Self.seconds(query["step"].map(String.init) ?? "60s")
        else {
            return Answers.problem(
                .badRequest, "bad_history",
                "since must be a time in seconds since 1970 or a stretch like 6h, and step from "
                    + "1s to 24h")
        }
        if step < 60 {
            let steps = await controller.recent(route: name, seconds: now - since, step: step)
            return try Answers.json(
                HistoryDocument(route: name, stepSeconds: step, recent: steps))
        }
        let rows = try controller.history(
            route: name, fromMinute: since / 60, toMinute: now / 60)
        return try Answers.json(
            HistoryDocument(route: name, rows: rows, stepMinutes: max(1, step / 60)))
    }

    /// A moment as seconds since 1970, or so long ago; an hour ago without a text.
    private static func moment(_ text: String?, nowSecond: Int) -> Int? {
        guard let text else { return nowSecond - 3_600 }
        if let last = text.last, last.isLetter {
            let scale = ["s": 1, "m": 60, "h": 3_600, "d": 86_400][String(last)]
            guard let scale, let number = Int(text.dropLast()), (0...10_000_000).contains(number)
            else { return nil }
            return max(0, nowSecond - number * scale)
        }
        return Int(text).flatMap { (0...1 << 40).contains($0) ? $0 : nil }
    }

    // MARK: Verbs

    private func operate(
        _ verb: RampVerb, _ route: String, _ request: Request, _ context: AdminContext
    ) async throws -> Response {
        let asked: OperationRequest
        do throws(BodyFault) {
            asked = try await Self.body(
                of: request, empty: OperationRequest(actor: nil, reason: nil))
        } catch {
            return error.answer(
                "bad_operation",
                "the body must be empty or JSON like {\"actor\": \"ann\", \"reason\": \"good\"}")
        }
        let said = asked.actor ?? ""
        let reason = asked.reason ?? ""
        guard asked.actor != "", said.utf8.count <= Self.mostActorBytes,
            reason.utf8.count <= Self.mostReasonBytes,
            (said + reason).unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }
            )
        else {
            return Answers.problem(
                .badRequest, "bad_operation",
                "actor must have 1 to \(Self.mostActorBytes) bytes and reason at most "
                    + "\(Self.mostReasonBytes), both without control characters")
        }
        let caller = context.caller ?? .anybody
        let actor = caller.actor(saying: asked.actor)
        do {
            let decision = try await controller.operate(
                route, verb, actor: actor, reason: reason)
            return try Answers.json(DecisionDocument(decision))
        } catch OperationFailure.noRamp {
            let state = await controller.state()
            guard state.plan.route(named: route) != nil else { return Answers.noRoute(state) }
            return Answers.problem(.notFound, "no_ramp", "the route has no canary in its file")
        } catch OperationFailure.refused(let words) {
            return Answers.problem(.conflict, "refused", words)
        } catch OperationFailure.notWritten(let words) {
            return Answers.problem(
                .serviceUnavailable, "not_written", "no share is raised: \(words)")
        }
    }
}
