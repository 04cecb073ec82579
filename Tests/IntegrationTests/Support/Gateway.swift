// A gateway under test: `sluice run` as a process, with the ports that it says it took.

import Foundation
import Testing
import Waiting

/// A running gateway.
struct Gateway: Sendable {
    let scenario: Scenario
    let process: ChildProcess
    /// `127.0.0.1:PORT` of the clients' listener.
    let clients: String
    /// `127.0.0.1:PORT` of the admin listener.
    let admin: String

    var port: Int { Int(clients.split(separator: ":").last ?? "") ?? 0 }
    var adminPort: Int { Int(admin.split(separator: ":").last ?? "") ?? 0 }

    /// The URL of a path by this host name, which the certificate has to be for.
    func url(_ path: String, host: String = "localhost") -> String {
        "https://\(host):\(port)\(path)"
    }

    /// Runs a command of `sluice` against this gateway.
    func sluice(_ arguments: String...) async throws -> Finished {
        try await scenario.finish(Scenario.binary, arguments + ["--admin", admin])
    }

    /// What an admin path answers, decoded.
    func document<T: Decodable>(_ path: String, as type: T.Type) async throws -> T {
        let answer = try await scenario.curl(["http://\(admin)\(path)"])
        try #require(answer.status == 200, "\(path) answered \(answer.status): \(answer.text)")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: answer.body)
    }

    /// The text of `/metrics`, read.
    func metrics() async throws -> Metrics {
        Metrics(try await scenario.curl(["http://\(admin)/metrics"]).text)
    }

    /// Waits until a path is answered like this.
    func waitFor(
        _ path: String, status: Int, version: String? = nil, _ arguments: String...
    ) async throws {
        let wanted = version ?? "any"
        try await Wait.until("\(path) to answer \(status) by \(wanted)") {
            let answer = try await scenario.curl(self, path, arguments)
            return answer.status == status
                && (version == nil || answer["x-sluice-version"] == version)
        }
    }

    /// Waits until this counter or gauge has a value.
    func waitForMetric(_ series: String, _ value: Double) async throws {
        try await Wait.until("\(series) to be \(value)") {
            try await metrics().values[series] == value
        }
    }
}

extension Scenario {
    /// Makes the development certificate.
    func makeCertificate() async throws {
        if exists("Certs/development.pem") { return }
        let made = try await sluice("certs")
        try #require(made.end == .exit(0), "\(made.errors)")
    }

    /// Starts a gateway on ports of the system's choice and waits until it listens.
    func gateway(
        _ arguments: String..., certificates: Bool = true, listen: String = "127.0.0.1:0"
    ) async throws -> Gateway {
        if certificates { try await makeCertificate() }
        let process = try start(
            Self.binary,
            ["run", "--listen", listen, "--admin", "127.0.0.1:0", "--workers", "2"] + arguments)
        return try await Gateway(scenario: self, listening: process)
    }
}

extension Gateway {
    /// Waits for the line in which a gateway names its ports, on standard error or elsewhere.
    init(
        scenario: Scenario, listening process: ChildProcess, in text: (() -> String)? = nil
    ) async throws {
        let places = try await Wait.value("the gateway's listening line") {
            if let end = process.end {
                throw StartFailure(end: end, errors: process.errors)
            }
            return Self.places(text?() ?? process.errors)
        }
        self.init(
            scenario: scenario, process: process, clients: places.clients, admin: places.admin)
    }

    /// A gateway that ended instead of listening.
    struct StartFailure: Error {
        let end: ChildProcess.End
        let errors: String
    }

    private static func places(_ text: String) -> (clients: String, admin: String)? {
        // Only whole lines: the last one may still be on its way.
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        for line in lines where line.contains("listening") {
            let words = line.split(separator: " ")
            let clients = words.first { $0.hasPrefix("clients=https://") }
            let admin = words.first { $0.hasPrefix("admin=http://") }
            guard let clients, let admin else { continue }
            return (String(clients.dropFirst(16)), String(admin.dropFirst(13)))
        }
        return nil
    }
}
