// An agent of DogStatsD in Python: it takes datagrams, refuses what is not the format, and writes
// down the rest.

import Foundation
import Testing
import Waiting

/// A running agent; what it is sent is in its file.
struct MetricAgent: Sendable {
    /// One line of a datagram.
    struct Line: Decodable, Sendable {
        let name: String
        let value: Double
        let kind: String
        /// How often the value was measured: the reciprocal of the rate, cut down as agents do.
        let repeats: Int
        let tags: [String]
    }

    private struct Datagram: Decodable {
        let bytes: Int
        let lines: [Line]
        let broken: [String]
    }

    let scenario: Scenario
    let process: ChildProcess
    let address: String

    /// Everything that has come so far; an error if any of it is not DogStatsD.
    func lines() throws -> [Line] {
        let datagrams = try datagrams()
        #expect(datagrams.flatMap(\.broken) == [])
        return datagrams.flatMap(\.lines)
    }

    /// The bytes of the longest datagram.
    func longest() throws -> Int { try datagrams().map(\.bytes).max() ?? 0 }

    private func datagrams() throws -> [Datagram] {
        // Only whole lines: the last one may still be on its way.
        try scenario.read("tmp/datagrams").split(separator: "\n", omittingEmptySubsequences: false)
            .dropLast().map { try JSONDecoder().decode(Datagram.self, from: Data($0.utf8)) }
    }
}

extension Scenario {
    private static let agent = """
        import json, os, re, socket, sys

        LINE = re.compile(
            r"([A-Za-z][A-Za-z0-9_.]*):(-?[0-9]+(?:\\.[0-9]+)?)\\|(c|g|d)"
            r"(?:\\|@(0\\.[0-9]+|1))?(?:\\|#([^|,]+(?:,[^|,]+)*))?")

        if sys.argv[1] == "unix":
            server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            if os.path.exists("agent.socket"):
                os.unlink("agent.socket")
            server.bind("agent.socket")
            print("listening on 0", flush=True)
        else:
            server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            server.bind(("127.0.0.1", 0))
            print(f"listening on {server.getsockname()[1]}", flush=True)

        with open("tmp/datagrams", "w") as file:
            while True:
                data = server.recv(65536)
                lines, broken = [], []
                for text in data.decode().split("\\n"):
                    match = LINE.fullmatch(text)
                    if not match:
                        broken.append(text)
                        continue
                    name, value, kind, rate, tags = match.groups()
                    lines.append(dict(
                        name=name, value=float(value), kind=kind,
                        repeats=int(1 / float(rate or 1)), tags=(tags or "").split(",")))
                file.write(json.dumps(dict(bytes=len(data), lines=lines, broken=broken)) + "\\n")
                file.flush()

        """

    /// Starts an agent, by a socket of this machine or by UDP.
    func metricAgent(isUnix: Bool) async throws -> MetricAgent {
        try write("tmp/agent.py", Self.agent)
        let process = try start("python3", ["tmp/agent.py", isUnix ? "unix" : "udp"])
        let port = try await Wait.value("the agent's port") { () -> Int? in
            try #require(process.end == nil, "\(process.errors)")
            return process.output.firstMatch(of: /listening on (\d+)\n/).flatMap { Int($0.1) }
        }
        let address = isUnix ? "unix://\(folder)/agent.socket" : "127.0.0.1:\(port)"
        return MetricAgent(scenario: self, process: process, address: address)
    }
}
