// The stage of a ramp's scenario: two models, the route between them, and a gateway.

import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Synchronization
import Testing
import Waiting

/// A gateway with a ramp from `v1` to `v2`, which can be asked, edited and started again.
final class RampStage: Sendable {
    let scenario: Scenario
    let stable: SampleModel
    let candidate: SampleModel
    /// What the gateway is started by, as in `["nice"]`.
    private let launcher: [String]
    private let writtenRoute: Mutex<RampRoute>
    private let runningGateway: Mutex<Gateway>

    /// What the route file says.
    var route: RampRoute { writtenRoute.withLock { $0 } }
    /// The gateway as it was started last.
    var gateway: Gateway { runningGateway.withLock { $0 } }

    /// Starts two models and a gateway.
    init(
        _ scenario: Scenario, launcher: [String] = [],
        _ change: (inout RampRoute) -> Void = { _ in }
    ) async throws {
        self.scenario = scenario
        self.launcher = launcher
        stable = try await scenario.model("v1", latency: 2)
        candidate = try await scenario.model("v2", latency: 2)
        var route = RampRoute(
            stableEndpoints: [stable.endpoint], candidateEndpoints: [candidate.endpoint])
        change(&route)
        writtenRoute = Mutex(route)
        try scenario.write("Routes/sentiment.yaml", route.text)
        runningGateway = Mutex(try await Self.start(scenario, launcher))
    }

    /// Runs a scenario on a stage whose route is changed like this.
    static func run(
        _ change: (inout RampRoute) -> Void = { _ in }, body: (RampStage) async throws -> Void
    ) async throws {
        try await Scenario.run { scenario in
            try await body(try await RampStage(scenario, change))
        }
    }

    private static func start(_ scenario: Scenario, _ launcher: [String]) async throws -> Gateway {
        try await scenario.makeCertificate()
        let words =
            launcher + [
                Scenario.binary, "run", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0",
                "--workers", "2",
            ]
        let process = try scenario.start(words[0], Array(words.dropFirst()))
        return try await Gateway(scenario: scenario, listening: process)
    }

    // MARK: The gateway and its files

    /// Ends the gateway: at once, unless another signal is named.
    func stop(_ signal: Int32 = SIGKILL) async throws {
        gateway.process.send(signal)
        _ = try await gateway.process.waitForEnd()
    }

    /// Starts it again on the same state.
    func start() async throws {
        let gateway = try await Self.start(scenario, launcher)
        runningGateway.withLock { $0 = gateway }
    }

    /// Changes the route file.
    func write(_ change: (inout RampRoute) -> Void) throws {
        var route = self.route
        change(&route)
        writtenRoute.withLock { [route] in $0 = route }
        try scenario.write("Routes/sentiment.yaml", route.text)
    }

    /// Has the candidate served elsewhere.
    func write(candidate endpoint: String) throws {
        try write { $0.candidateEndpoints = [endpoint] }
    }

    /// Writes another route, and waits until it is served.
    func writeOther(_ name: String) async throws {
        try scenario.route(name, path: "/\(name)", versions: [("v1", stable.endpoint)])
        try await Wait.until("the route \(name)") {
            try await get("/api/v1/routes/\(name)").status == 200
        }
    }

    // MARK: Questions

    /// What an admin path answers.
    func get(_ path: String) async throws -> (status: Int, body: Data) {
        try await ask(HTTPClientRequest(url: "http://\(gateway.admin)\(path)"))
    }

    /// What an admin path answers to a JSON document.
    func post(_ path: String, _ question: some Encodable) async throws -> (status: Int, body: Data)
    {
        var request = HTTPClientRequest(url: "http://\(gateway.admin)\(path)")
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.body = .bytes(ByteBuffer(bytes: try JSONEncoder().encode(question)))
        return try await ask(request)
    }

    private func ask(_ request: HTTPClientRequest) async throws -> (status: Int, body: Data) {
        let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
        let body = try await answer.body.collect(upTo: 16 * 1024 * 1024)
        return (Int(answer.status.code), Data(body.readableBytesView))
    }

    private func document<T: Decodable>(_ path: String, as type: T.Type) async throws -> T {
        let (status, body) = try await get(path)
        try #require(
            status == 200, "\(path) answered \(status): \(String(decoding: body, as: UTF8.self))")
        return try Self.decode(body)
    }

    private static func decode<T: Decodable>(_ body: Data) throws -> T {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(T.self, from: body)
    }

    /// The shares that are served, and the ramp.
    func served() async throws -> RampRouteDocument {
        try await document("/api/v1/routes/sentiment", as: RampRouteDocument.self)
    }

    /// Where the ramp stands.
    func ramp() async throws -> RampDocument {
        try #require(try await served().ramp, "the route has no ramp")
    }

    /// The same as the comparison tells it.
    func rampOfComparison() async throws -> RampDocument? {
        try await document(
            "/api/v1/routes/sentiment/comparison", as: RampComparisonDocument.self
        ).ramp
    }

    /// Every decision of the route, oldest first.
    func decisions() async throws -> [DecisionDocument] {
        try await document(
            "/api/v1/decisions?route=sentiment&limit=200", as: DecisionList.self
        ).decisions.reversed()
    }

    /// The kinds of all decisions, oldest first.
    func kinds() async throws -> [String] { try await decisions().map(\.kind) }

    /// The newest decision of a kind.
    func decision(_ kind: String) async throws -> DecisionDocument {
        let all = try await decisions()
        return try #require(
            all.last { $0.kind == kind }, "no \(kind) among \(all.map(\.kind))")
    }

    /// The same, asked for by its id.
    func decision(id: Int) async throws -> DecisionDocument {
        try await document("/api/v1/decisions/\(id)", as: DecisionDocument.self)
    }

    /// The version of every key, as the gateway explains it.
    func owners(_ keys: [String]) async throws -> [String] {
        struct Question: Encodable {
            let method = "POST"
            let host = "localhost"
            let target = "/v1/sentiment"
            let fields: [[String: String]]
        }
        var owners: [String] = []
        for key in keys {
            let question = Question(fields: [["name": "x-user-id", "value": key]])
            let (status, body) = try await post("/api/v1/explain", question)
            try #require(status == 200)
            let explanation: Explanation = try Self.decode(body)
            owners.append(try #require(explanation.version))
        }
        return owners
    }

    // MARK: Verbs

    /// Asks for a verb over the API; gives the status and, if it was done, the decision.
    func ask(
        _ verb: String, actor: String? = nil, reason: String? = nil, route: String = "sentiment"
    ) async throws -> (status: Int, decision: DecisionDocument?) {
        let words = ["actor": actor, "reason": reason].compactMapValues { $0 }
        let (status, body) = try await post("/api/v1/routes/\(route)/\(verb)", words)
        return (status, status == 200 ? try Self.decode(body) : nil)
    }

    /// Has a verb done that must fit.
    @discardableResult
    func act(_ verb: String, reason: String = "") async throws -> DecisionDocument {
        let (status, decision) = try await ask(verb, actor: "ada", reason: reason)
        return try #require(decision, "\(verb) was answered \(status)")
    }
}
