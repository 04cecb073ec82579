// A small client that sends the demo's requests.

import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL

/// Sends steady load over TLS, from two thousand users, to several paths in equal parts.
struct DemoLoad {
    private static let users = 2_000
    private static let senders = 24

    let port: Int
    let certificate: String
    /// Requests a second, over all paths.
    let rate: Int
    let paths: [String]

    /// Sends until it is cancelled. Failed requests show in the table, not here.
    func run() async throws {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .file(certificate)
        var configuration = HTTPClient.Configuration(tlsConfiguration: tls)
        configuration.httpVersion = .http1Only
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = Self.senders
        let client = HTTPClient(configuration: configuration)
        await withTaskGroup(of: Void.self) { group in
            for sender in 0..<Self.senders {
                group.addTask { await send(client, sender) }
            }
        }
        try? await client.shutdown()
    }

    private func send(_ client: HTTPClient, _ sender: Int) async {
        let pause = Duration.seconds(Double(Self.senders) / Double(rate))
        let clock = ContinuousClock()
        var next = clock.now + pause * Double.random(in: 0..<1)
        while !Task.isCancelled {
            try? await clock.sleep(until: next)
            next = max(next + pause, clock.now)
            let path = paths.randomElement() ?? "/"
            var request = HTTPClientRequest(url: "https://localhost:\(port)\(path)")
            request.method = .POST
            request.headers.add(name: "content-type", value: "application/json")
            request.headers.add(name: "x-user-id", value: "user-\(Int.random(in: 0..<Self.users))")
            request.body = .bytes(ByteBuffer(string: "{\"text\":\"a fine day\"}"))
            let response = try? await client.execute(request, timeout: .seconds(10))
            _ = try? await response?.body.collect(upTo: 64 * 1024)
        }
    }
}
