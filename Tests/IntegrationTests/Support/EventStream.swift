// The live stream, read by a `curl` of its own while a test goes on.

import Foundation
import Testing

/// A listener of `/api/v1/stream`, and what it has heard.
struct EventStream: Sendable {
    /// One event.
    struct Event: Sendable {
        let name: String
        let id: String
        let data: Data

        /// The data, decoded.
        func document<T: Decodable>(_ type: T.Type) throws -> T {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            return try decoder.decode(type, from: data)
        }
    }

    /// A snapshot, as far as the tests read it.
    struct Snapshot: Decodable, Sendable {
        struct Route: Decodable, Sendable {
            struct Version: Decodable, Sendable {
                let version: String
                let shareWanted: Double
                let requests: Int
                let errors: Int
            }

            let route: String
            let versions: [Version]
            let ramp: RampDocument?
        }

        let atMs: Int
        let windowSeconds: Int
        let draining: Bool
        let routesTotal: Int
        let routes: [Route]
    }

    let process: ChildProcess

    /// The events that have come whole so far.
    var events: [Event] {
        let text = process.output.replacing("\r\n", with: "\n")
        return text.components(separatedBy: "\n\n").dropLast().compactMap { block in
            var fields: [String: String] = [:]
            for line in block.split(separator: "\n") {
                guard let colon = line.firstIndex(of: ":") else { continue }
                let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
                fields[String(line[..<colon])] = value
            }
            guard let name = fields["event"], let data = fields["data"] else { return nil }
            return Event(name: name, id: fields["id"] ?? "", data: Data(data.utf8))
        }
    }

    /// The snapshots so far.
    func snapshots() throws -> [Snapshot] {
        try events.filter { $0.name == "snapshot" }.map { try $0.document(Snapshot.self) }
    }

    /// The decisions so far.
    func decisions() throws -> [DecisionDocument] {
        try events.filter { $0.name == "decision" }.map { try $0.document(DecisionDocument.self) }
    }
}

extension Scenario {
    /// Listens until the test ends.
    func listen(_ admin: String, _ query: String = "", _ arguments: String...) throws -> EventStream
    {
        EventStream(
            process: try start(
                "curl",
                ["-q", "-sSN", "--max-time", "120"] + arguments + [
                    "http://\(admin)/api/v1/stream\(query)"
                ]))
    }
}
