// The API of shadows: how their answers compare, and pairs that differ.

import Control
import Hummingbird
import Journal
import NIOCore
import Pairing
import Plan
import Recording

extension AdminServer {
    private static let mostPairs: Int64 = 1_000
    private static let defaultPairs: Int64 = 20
    /// Identifiers of kept pairs that are told of each group.
    private static let mostExamples = 3

    /// Adds the paths of shadows to a router.
    func addShadows(to router: Router<AdminContext>) {
        router.get("api/v1/routes/{route}/shadows") { request, context in
            try await self.shadows(request, context.segment("route"))
        }
        router.get("api/v1/routes/{route}/shadows/{shadow}/pairs") { request, context in
            try await self.pairs(request, context)
        }
        router.get("api/v1/routes/{route}/shadows/{shadow}/pairs/{id}") { _, context in
            try await self.pair(context)
        }
    }

    private func shadows(_ request: Request, _ name: String) async throws -> Response {
        let state = await controller.state()
        guard let route = state.plan.route(named: name) else { return Answers.noRoute(state) }
        let text = request.uri.queryParameters["window"].map(String.init)
        var figures = state.snapshot.versions
        var window = Self.age(of: state)
        if let text {
            guard let seconds = Self.seconds(text) else { return Self.badWindow }
            figures = await controller.window(seconds: seconds)
            window = min(seconds, window)
        }
        var examples: [String: [String: [Int64]]] = [:]
        for shadow in route.shadows where shadow.keptPairs > 0 {
            let version = ShadowSummaryDocument.name(shadow, of: route)
            // What is counted is worth an answer, also where examples cannot be read.
            examples[version] = try? controller.pairs(
                byGroupOf: PairKey(route: name, shadow: version), limit: Self.mostExamples)
        }
        return try Answers.json(
            ShadowsDocument(
                route, state.shadows, figures: figures, windowSeconds: window,
                examples: examples))
    }

    // MARK: Pairs

    private func pairs(_ request: Request, _ context: AdminContext) async throws -> Response {
        let key = Self.key(context)
        if let refusal = await refusal(key) { return refusal }
        let query = request.uri.queryParameters
        let limit = Self.number(
            query["limit"].map(String.init), 1...Self.mostPairs, Self.defaultPairs)
        let before = Self.number(query["before"].map(String.init), 1...Int64.max, Int64.max)
        guard let limit, let before else {
            return Answers.problem(
                .badRequest, "bad_pairs",
                "limit must be 1 to \(Self.mostPairs), and before the id of a pair")
        }
        let pairs = try controller.pairs(
            of: key, before: before, group: query["group"].map(String.init), limit: Int(limit))
        return try Answers.json(
            PairsDocument(
                route: key.route, shadow: key.shadow, pairs: pairs.map(PairLineDocument.init)))
    }

    private func pair(_ context: AdminContext) async throws -> Response {
        let key = Self.key(context)
        if let refusal = await refusal(key) { return refusal }
        let id = context.parameters.get("id").flatMap { Int64($0) } ?? 0
        guard let pair = try controller.pair(id: id, of: key) else {
            return Answers.problem(
                .notFound, "no_pair",
                "no kept pair of this shadow has this id; the oldest are forgotten")
        }
        return try Answers.json(PairDocument(pair))
    }

    private static func key(_ context: AdminContext) -> PairKey {
        PairKey(
            route: context.segment("route"),
            shadow: context.segment("shadow"))
    }

    /// Why there is nothing to be told; nil if the route has this shadow.
    private func refusal(_ key: PairKey) async -> Response? {
        let state = await controller.state()
        guard let route = state.plan.route(named: key.route) else { return Answers.noRoute(state) }
        let names = route.shadows.map { ShadowSummaryDocument.name($0, of: route) }
        if names.contains(key.shadow) { return nil }
        return Answers.problem(
            .notFound, "no_shadow",
            names.isEmpty
                ? "the route has no shadow in its file"
                : "no such shadow; the route has: \(names.joined(separator: ", "))")
    }
}
