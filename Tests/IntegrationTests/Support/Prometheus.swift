// A real Prometheus as a process, and what it answers.

import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Testing
import Waiting

/// A running Prometheus.
struct Prometheus: Sendable {
    /// One series with its value at the moment of the question.
    struct Sample: Decodable, Sendable {
        let labels: [String: String]
        let value: Double

        private enum Key: String, CodingKey {
            case metric
            case value
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            labels = try container.decode([String: String].self, forKey: .metric)
            var pair = try container.nestedUnkeyedContainer(forKey: .value)
            _ = try pair.decode(Double.self)
            let text = try pair.decode(String.self)
            value = try #require(Double(text), "\(text) is no number")
        }
    }

    /// What is told of a family of metrics.
    struct Family: Decodable, Sendable {
        let type: String
        let help: String
    }

    /// A question that Prometheus did not understand.
    struct Refusal: Error, CustomStringConvertible {
        let description: String
    }

    private struct Answer<T: Decodable>: Decodable {
        let status: String
        let error: String?
        let data: T?
    }

    private struct Vector: Decodable {
        let result: [Sample]
    }

    let process: ChildProcess
    let address: String

    /// The series that a query gives, those without a name as well.
    func query(_ expression: String) async throws -> [Sample] {
        try await ask("query", ["query": expression], as: Vector.self).result
    }

    /// The one value that a query gives; nil if there is none.
    func value(_ expression: String) async throws -> Double? {
        let samples = try await query(expression)
        try #require(samples.count <= 1, "\(expression) gives \(samples)")
        return samples.first?.value
    }

    /// The values of a query by one label.
    func values(_ expression: String, by label: String) async throws -> [String: Double] {
        Dictionary(
            try await query(expression).map { ($0.labels[label] ?? "", $0.value) },
            uniquingKeysWith: { _, new in new })
    }

    /// The values of a label among the series that fit.
    func labelValues(_ label: String, of selector: String) async throws -> [String] {
        try await ask("label/\(label)/values", ["match[]": selector], get: true, as: [String].self)
    }

    /// All families that targets have told of.
    func families() async throws -> [String: Family] {
        try await ask("metadata", [:], get: true, as: [String: [Family]].self)
            .compactMapValues(\.first)
    }

    /// Every rule with its state of health, as `name: health error`.
    func rules() async throws -> [(name: String, health: String)] {
        struct Groups: Decodable {
            struct Rule: Decodable {
                let name: String
                let health: String
                let lastError: String?
            }
            struct Group: Decodable { let rules: [Rule] }
            let groups: [Group]
        }
        return try await ask("rules", [:], get: true, as: Groups.self).groups.flatMap(\.rules)
            .map { ($0.name, $0.lastError.map { "error: \($0)" } ?? $0.health) }
    }

    private func ask<T: Decodable>(
        _ path: String, _ words: [String: String], get: Bool = false, as type: T.Type
    ) async throws -> T {
        let form = words.map { "\(Self.escaped($0.key))=\(Self.escaped($0.value))" }
            .joined(separator: "&")
        var request = HTTPClientRequest(
            url: "http://\(address)/api/v1/\(path)" + (get ? "?\(form)" : ""))
        if !get {
            request.method = .POST
            request.headers.add(name: "content-type", value: "application/x-www-form-urlencoded")
            request.body = .bytes(ByteBuffer(string: form))
        }
        let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
        let body = try await answer.body.collect(upTo: 16 * 1024 * 1024)
        let told = try JSONDecoder().decode(Answer<T>.self, from: Data(body.readableBytesView))
        guard told.status == "success", let data = told.data else {
            throw Refusal(description: "\(path) \(words): \(told.error ?? "no data")")
        }
        return data
    }

    private static func escaped(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }
}

extension Scenario {
    /// Starts the Prometheus that `.ci/deps tests` installs, on a port of the system's choice, with
    /// the file `prometheus.yml` of the stage.
    func prometheus() async throws -> Prometheus {
        let process = try start(
            "prometheus",
            [
                "--config.file=prometheus.yml", "--storage.tsdb.path=data",
                "--storage.tsdb.retention.time=30d", "--web.listen-address=127.0.0.1:0",
            ])
        let address = try await Wait.value("the port of Prometheus") { () -> String? in
            if let end = process.end {
                throw Gateway.StartFailure(end: end, errors: process.errors)
            }
            let line = process.errors.firstMatch(of: /msg="Listening on" address=(\S+)\n/)
            return line.map { String($0.1) }
        }
        let prometheus = Prometheus(process: process, address: address)
        try await Wait.until("Prometheus to be ready") {
            try await curl(["http://\(address)/-/ready"]).status == 200
        }
        return prometheus
    }

    /// Runs `promtool` to its end; the tests of rules take their time.
    func promtool(_ arguments: [String], input: String? = nil) async throws -> Finished {
        let run = try start("promtool", arguments, input: input)
        let end = try await run.waitForEnd(seconds: 240)
        return Finished(end: end, output: run.output, errors: run.errors)
    }
}
