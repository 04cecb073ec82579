// The clients and services in Tests/Clients, run by the Python that `.ci/clients` has prepared.

import Foundation
import Testing
import Waiting

/// One row of what a driver found.
struct ClientResult: Decodable, Sendable {
    let name: String
    /// What had to come, in words.
    let wanted: String
    /// What came instead; nil if all is well.
    let missed: String?
}

/// Where the clients are, and whether they can run.
enum PythonClients {
    /// The environment is not there: nothing is skipped for that.
    struct Missing: Error, CustomStringConvertible {
        let description =
            "\(PythonClients.python) is missing: run 'make deps', which makes it by .ci/clients"
    }

    static let python = "\(Scenario.packageRoot)/.build/clients/bin/python"

    /// The words that run a script; they leave no compiled files among the sources.
    static func arguments(_ script: String, _ rest: [String]) throws -> [String] {
        guard FileManager.default.isExecutableFile(atPath: python) else { throw Missing() }
        return ["-B", "\(Scenario.packageRoot)/Tests/Clients/\(script)"] + rest
    }

    /// The names of all rows of a driver.
    static func rows(_ script: String) async throws -> [String] {
        try await Scenario.run { scenario in
            let list = try await scenario.finish(python, arguments(script, ["--list"]))
            try #require(list.end == .exit(0), "\(list.errors)")
            return try JSONDecoder().decode([String].self, from: Data(list.output.utf8))
        }
    }
}

/// The ports of Tests/Clients/upstream.py.
struct PythonUpstream: Decodable, Sendable {
    /// HTTP/1.1 and HTTP/2 in cleartext.
    let http1: Int
    let http2: Int
    /// HTTP/2 in cleartext, two streams at a time.
    let few: Int
    /// TLS: both protocols by ALPN, and HTTP/1.1 alone.
    let tls: Int
    let tls1: Int
    /// Nobody listens here.
    let dead: Int
    /// Where drivers ask what it has seen.
    let control: Int
}

/// The port of Tests/Clients/grpc_service.py.
struct PythonService: Decodable, Sendable {
    let port: Int
}

extension Scenario {
    /// Starts a service whose first line is a JSON object with its ports.
    func pythonService<T: Decodable & Sendable>(
        _ script: String, _ arguments: [String] = [], as type: T.Type
    ) async throws -> T {
        let process = try start(
            PythonClients.python, PythonClients.arguments(script, arguments))
        let line = try await Wait.value("the ports of \(script)") { () -> Substring? in
            try #require(process.end == nil, "\(process.errors)")
            // Only a whole line: it may still be on its way.
            return process.output.firstMatch(of: /(.+)\n/)?.1
        }
        return try JSONDecoder().decode(type, from: Data(line.utf8))
    }

    /// Starts the upstream that speaks everything, with the development certificate.
    func pythonUpstream() async throws -> PythonUpstream {
        try await makeCertificate()
        return try await pythonService(
            "upstream.py",
            ["--certificate", certificate, "--key", "\(folder)/Certs/development.key"],
            as: PythonUpstream.self)
    }

    /// Writes the route file NAME.yaml for a path, with one version at one endpoint.
    func route(
        _ name: String, path: String, to endpoint: String, wire: String = "http1",
        _ rest: String = ""
    ) throws {
        let tls = endpoint.hasPrefix("https") ? ", tls: {ca: \(certificate)}" : ""
        try write(
            "Routes/\(name).yaml",
            """
            route: \(name)
            match: {path: \(path)}
            versions:
              v1: {endpoints: ["\(endpoint)"], protocol: \(wire)\(tls)}
            \(rest)

            """)
    }

    /// The figures once all that has come so far is in them: they are read once a second, and when
    /// a later request is in them, all before it are. The route for that one is made here.
    func settledMetrics(
        _ gateway: Gateway, _ upstream: PythonUpstream
    ) async throws -> Metrics {
        try route("last", path: "/last/**", to: "http://127.0.0.1:\(upstream.http1)")
        try await gateway.waitFor("/last/echo", status: 200)
        try await Wait.until("a request to be counted") {
            try await gateway.metrics().sum("sluice_requests_total", "route=\"last\"") > 0
        }
        return try await gateway.metrics()
    }

    /// Runs a driver to its end against a gateway; its rows by name.
    func drive(
        _ script: String, _ gateway: Gateway, control: PythonUpstream? = nil,
        _ more: [String] = []
    ) async throws -> [String: ClientResult] {
        let place = ["--place", gateway.clients, "--certificate", certificate]
        let asked = control.map { ["--control", "\($0.control)"] } ?? []
        let process = try start(
            PythonClients.python, PythonClients.arguments(script, place + asked + more))
        // Every wait in a driver has a deadline of its own; this is for all of them together.
        let end = try await process.waitForEnd(seconds: 900)
        try #require(end == .exit(0), "\(script): \(process.errors)")
        let results = try JSONDecoder().decode([ClientResult].self, from: process.outputData)
        return Dictionary(uniqueKeysWithValues: results.map { ($0.name, $0) })
    }
}
