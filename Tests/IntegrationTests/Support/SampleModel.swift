// A sample model service as a process of its own.

import Foundation
import Testing
import Waiting

/// A running sample model.
struct SampleModel: Sendable {
    let process: ChildProcess
    let port: Int

    var endpoint: String { "http://127.0.0.1:\(port)" }
}

extension Scenario {
    /// Starts a sample model and waits until it listens.
    func model(
        _ version: String = "v1", latency: Double = 0, errors: Double = 0, port: Int = 0
    ) async throws -> SampleModel {
        let process = try start(
            Self.binary,
            [
                "sample-model", "--version", version, "--port", "\(port)", "--latency",
                "\(latency)", "--tail", "0", "--errors", "\(errors)",
            ])
        let prefix = "listening on http://127.0.0.1:"
        let taken = try await Wait.value("the port of the model \(version)") { () -> Int? in
            if let end = process.end {
                throw Gateway.StartFailure(end: end, errors: process.errors)
            }
            let line = process.output.split(separator: "\n").first { $0.hasPrefix(prefix) }
            return line.flatMap { Int($0.dropFirst(prefix.count)) }
        }
        return SampleModel(process: process, port: taken)
    }

    /// Changes how a model behaves from now on, as in `["error_rate": 0.5]`; gives all of it.
    @discardableResult
    func change(_ model: SampleModel, _ change: [String: Double]) async throws -> [String: Double] {
        let text = String(decoding: try JSONEncoder().encode(change), as: UTF8.self)
        let answer = try await curl(["-X", "PUT", "-d", text, "\(model.endpoint)/_behaviour"])
        try #require(answer.status == 200, "\(answer.text)")
        return try answer.json([String: Double].self)
    }

    /// Writes the route file NAME.yaml: these versions, and whatever else is given.
    func route(
        _ name: String = "sentiment", path: String = "/v1/sentiment/**",
        versions: [(name: String, endpoint: String)], _ rest: String = ""
    ) throws {
        let lines = versions.map { "  \($0.name): {endpoints: [\($0.endpoint)]}\n" }.joined()
        try write(
            "Routes/\(name).yaml",
            "route: \(name)\nmatch:\n  path: \(path)\nversions:\n\(lines)\(rest)\n")
    }
}
