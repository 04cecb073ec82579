// A collector of spans in Python: it takes what is posted in OTLP's JSON and writes it down.

import Foundation
import Testing
import Waiting

/// A running collector; what it is sent is in its file.
struct SpanCollector: Sendable {
    /// One span, as far as these tests ask.
    struct Span: Decodable, Sendable {
        struct Attribute: Decodable, Sendable {
            struct Value: Decodable, Sendable {
                let stringValue: String?
                let intValue: String?
            }

            let key: String
            let value: Value
        }

        let traceId: String
        let spanId: String
        let parentSpanId: String?
        let kind: Int
        let startTimeUnixNano: String
        let endTimeUnixNano: String
        let attributes: [Attribute]

        subscript(key: String) -> String? {
            let value = attributes.first { $0.key == key }?.value
            return value?.stringValue ?? value?.intValue
        }
    }

    private struct Post: Decodable {
        struct Resource: Decodable { let scopeSpans: [Scope] }
        struct Scope: Decodable { let spans: [Span] }
        let resourceSpans: [Resource]
    }

    let scenario: Scenario
    let process: ChildProcess
    let port: Int

    var endpoint: String { "http://127.0.0.1:\(port)/v1/traces" }

    /// Everything that has come so far.
    func spans() throws -> [Span] {
        // Only whole lines: the last one may still be on its way.
        let lines = scenario.read("tmp/spans").split(
            separator: "\n", omittingEmptySubsequences: false)
        return try lines.dropLast().flatMap { line in
            try JSONDecoder().decode(Post.self, from: Data(line.utf8)).resourceSpans
                .flatMap { $0.scopeSpans.flatMap(\.spans) }
        }
    }
}

extension Scenario {
    private static let collector = """
        import http.server, json

        class Collector(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                with open("tmp/spans", "a") as file:
                    file.write(json.dumps(body) + "\\n")
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *arguments):
                pass

        server = http.server.HTTPServer(("127.0.0.1", 0), Collector)
        print(f"listening on {server.server_port}", flush=True)
        server.serve_forever()

        """

    /// Starts a collector.
    func spanCollector() async throws -> SpanCollector {
        try write("tmp/collector.py", Self.collector)
        let process = try start("python3", ["tmp/collector.py"])
        let port = try await Wait.value("the collector's port") { () -> Int? in
            try #require(process.end == nil, "\(process.errors)")
            return process.output.firstMatch(of: /listening on (\d+)\n/).flatMap { Int($0.1) }
        }
        return SpanCollector(scenario: self, process: process, port: port)
    }
}
