// Requests by `curl`, and what it got back.

import Foundation
import Testing

/// One answer, as `curl` saw it.
struct Answer: Sendable {
    let status: Int
    /// The head's fields in their order, names in lowercase.
    let fields: [(name: String, value: String)]
    let body: Data
    /// How `curl` ended: 0 is good.
    let end: ChildProcess.End
    /// What `curl` complained of, and with `-v` all that it told.
    let errors: String

    var text: String { String(decoding: body, as: UTF8.self) }

    /// The value of a field; nil if it is missing.
    subscript(name: String) -> String? { fields.first { $0.name == name }?.value }

    /// The body as JSON.
    func json<T: Decodable>(_ type: T.Type) throws -> T {
        try JSONDecoder().decode(type, from: body)
    }

    init(head: String, body: Data, end: ChildProcess.End, errors: String) {
        // The last head counts, with trailers behind it: those before it are informational.
        let parts = head.replacing("\r\n", with: "\n").split(separator: "\n\n")
        let last = parts.lastIndex { $0.hasPrefix("HTTP/") } ?? parts.startIndex
        let lines = parts[last...].flatMap { $0.split(separator: "\n") }
        status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        fields = lines.dropFirst().compactMap { line in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            return (line[..<colon].lowercased(), value)
        }
        self.body = body
        self.end = end
        self.errors = errors
    }
}

extension Scenario {
    /// What every request has in common; `-q` keeps configuration files out.
    private static let common = ["-q", "-sS", "--max-time", "60"]

    /// Sends one request with these arguments.
    func curl(_ arguments: [String], input: String? = nil) async throws -> Answer {
        let head = "\(temporary)/head-\(UUID().uuidString)"
        let child = try start(
            "curl", Self.common + ["--dump-header", head] + arguments, input: input)
        let end = try await child.waitForEnd(seconds: 90)
        let text = String(
            decoding: FileManager.default.contents(atPath: head) ?? Data(), as: UTF8.self)
        return Answer(head: text, body: child.outputData, end: end, errors: child.errors)
    }

    /// Sends one request to a gateway, which is known by the development certificate.
    func curl(
        _ gateway: Gateway, _ path: String, _ arguments: [String] = [], input: String? = nil
    ) async throws -> Answer {
        try await curl(
            ["--cacert", certificate] + arguments + [gateway.url(path)], input: input)
    }

    /// Sends many requests with one `curl`, each with its own lines of a configuration file, and
    /// gives the answers in the same order.
    func curl(many requests: [[String]], parallel: Int = 1) async throws -> [Answer] {
        let base = "\(temporary)/many-\(UUID().uuidString)"
        let sections = requests.indices.map { index in
            (requests[index] + [
                "dump-header = \"\(base).\(index).head\"", "output = \"\(base).\(index).body\"",
                "max-time = 60", "silent", "show-error",
            ]).joined(separator: "\n")
        }
        try Data(sections.joined(separator: "\nnext\n").utf8).write(
            to: URL(filePath: "\(base).config"))
        let concurrency = parallel > 1 ? ["-Z", "--parallel-max", "\(parallel)"] : []
        let child = try start("curl", ["-q"] + concurrency + ["-K", "\(base).config"])
        let end = try await child.waitForEnd(seconds: 120)
        let errors = child.errors
        return requests.indices.map { index in
            let manager = FileManager.default
            let head = manager.contents(atPath: "\(base).\(index).head") ?? Data()
            return Answer(
                head: String(decoding: head, as: UTF8.self),
                body: manager.contents(atPath: "\(base).\(index).body") ?? Data(), end: end,
                errors: errors)
        }
    }

    /// The lines of a configuration file for one request to a gateway.
    func section(_ gateway: Gateway, _ path: String, headers: [String] = []) -> [String] {
        ["url = \"\(gateway.url(path))\"", "cacert = \"\(certificate)\""]
            + headers.map { "header = \"\($0)\"" }
    }
}
