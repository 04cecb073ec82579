// Proves: status shows streams and calls of gRPC in lines of their own, where a version has any.

import Foundation
import Testing
import Waiting

@Suite struct StreamStatusTests {
    /// Passes on what a gateway's admin listener answers, with streams of v1 and calls of v2.
    private static let proxy = """
        import http.server, json, sys, urllib.request

        def quantile(value):
            return {"value": value, "low": value - 1, "high": value + 1}

        class Proxy(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                with urllib.request.urlopen("http://" + sys.argv[1] + self.path) as answer:
                    document = json.load(answer)
                if "/comparison" in self.path:
                    first, second = document["versions"]
                    first["first_byte_ms"] = {"p50": quantile(12.5), "p99": quantile(230)}
                    first["streams"] = {
                        "streams": 120, "broken": 3, "client_gone": 20, "events": 4800,
                        "broken_rate": {"value": 0.03, "low": 0.01, "high": 0.085},
                        "events_per_second": 38.25, "bytes_per_second": 1000.0,
                        "event_gap_ms": {"p50": quantile(21.5), "p99": quantile(80.25)},
                        "all_gaps_ms": {"p50": 20.0},
                    }
                    second["grpc"] = {"ok": 90, "unavailable": 7, "data_loss": 7, "not_found": 1}
                    second["errors"]["grpc_error"] = 14
                body = json.dumps(document).encode()
                self.send_response(200)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
        print(f"listening on {server.server_port}", flush=True)
        server.serve_forever()

        """

    /// The cells of the lines after the one that begins like this, as far as they are indented.
    private func rows(_ output: String, after head: String) -> [[String]] {
        let lines = output.split(separator: "\n").map(String.init)
        return lines.drop { !$0.hasPrefix(head) }.prefix { $0.hasPrefix("  ") }.map { line in
            line.split(separator: " ").map(String.init)
        }
    }

    @Test func versionsWithStreamsAndCallsHaveLinesOfTheirOwn() async throws {
        try await Scenario.run { scenario in
            try scenario.route(
                versions: [("v1", "http://127.0.0.1:9"), ("v2", "http://127.0.0.1:9")],
                "split: {v1: 75%, v2: 25%}")
            let gateway = try await scenario.gateway()
            let plain = try await gateway.sluice("status")
            #expect(plain.end == .exit(0))
            #expect(!plain.output.contains("STREAMS") && !plain.output.contains("GRPC"))

            try scenario.write("tmp/proxy.py", Self.proxy)
            let process = try scenario.start("python3", ["tmp/proxy.py", gateway.admin])
            let port = try await Wait.value("the proxy's port") { () -> Int? in
                try #require(process.end == nil, "\(process.errors)")
                return process.output.firstMatch(of: /listening on (\d+)\n/).flatMap { Int($0.1) }
            }
            let status = try await scenario.sluice("status", "--admin", "127.0.0.1:\(port)")
            #expect(status.end == .exit(0), "\(status.errors)")
            let streams = rows(status.output, after: "  STREAMS OF").dropFirst().first
            #expect(
                streams == [
                    "v1", "120", "3", "3.00", "%", "(1.00–8.50)", "4800", "38.3", "21.5", "80.2",
                    "12.5", "230",
                ], "\(status.output)")
            let calls = rows(status.output, after: "  GRPC OF").dropFirst().first
            #expect(
                calls?.joined(separator: " ")
                    == "v2 105 14 ok 90, data_loss 7, unavailable 7, not_found 1")
        }
    }
}
