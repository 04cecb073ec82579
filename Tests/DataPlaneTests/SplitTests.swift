// Who gets which version, over real connections and several workers.

import DataPlane
import NIOCore
import Plan
import Recording
import Splitting
import Synchronization
import TLS
import Testing

@Suite(.timeLimit(.minutes(1)))
struct SplitTests {
    private func upstream(_ name: String) async throws -> ScriptedUpstream {
        try await ScriptedUpstream.answering(
            "HTTP/1.1 200 OK\r\nContent-Length: \(name.utf8.count)\r\n\r\n\(name)")
    }

    @Test func givesAKeyTheVersionThatOwnsItsBucketOnEveryWorker() async throws {
        let first = try await upstream("v1")
        let second = try await upstream("v2")
        let gateway = try await GatewayUnderTest.start(
            ["v1": [first.port], "v2": [second.port]], shares: [70_000, 30_000], workers: 2,
            route: { $0.sticky = [.header("x-user-id"), .cookie("session")] })
        let hash = BucketHash(salt: "test")
        for user in 0..<40 {
            let expected = hash.bucket(of: "user-\(user)") < 70_000 ? "v1" : "v2"
            for field in ["X-User-Id: user-\(user)", "Cookie: a=b; session=user-\(user)"] {
                let answer = try await gateway.ask(
                    "GET / HTTP/1.1\r\nHost: localhost\r\n\(field)\r\n\r\n")
                #expect(answer.text == expected)
                #expect(answer["x-sluice-version"] == expected)
            }
        }
        let all = gateway.figures("v1").requests + gateway.figures("v2").requests
        #expect(all == 80)
        await gateway.stop()
    }

    @Test func drawsForCallersWithoutAKey() async throws {
        let first = try await upstream("v1")
        let second = try await upstream("v2")
        let gateway = try await GatewayUnderTest.start(
            ["v1": [first.port], "v2": [second.port]], shares: [50_000, 50_000],
            route: { $0.sticky = [.header("x-user-id")] })
        var client = try await gateway.connect()
        var seen: Set<String> = []
        while seen.count < 2 {
            try await client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            seen.insert(try await client.response().text)
        }
        await client.close()
        await gateway.stop()
    }

    @Test func obeysATesterAndCountsHimApart() async throws {
        let first = try await upstream("v1")
        let second = try await upstream("v2")
        let gateway = try await GatewayUnderTest.start(
            ["v1": [first.port], "v2": [second.port]],
            route: {
                $0.overrideHeader = "x-use-version"
                $0.showsVersion = false
            })
        let tester = "GET / HTTP/1.1\r\nHost: localhost\r\nX-Use-Version: "
        let answer = try await gateway.ask("\(tester)v2\r\n\r\n")
        #expect(answer.text == "v2")
        #expect(answer["x-sluice-version"] == nil)
        #expect(gateway.figures("v2").requests == 0)
        #expect(gateway.figures("v2").overrides == 1)
        let unknown = try await gateway.ask("\(tester)v9\r\n\r\n")
        #expect(unknown.status == 400)
        #expect(unknown["x-sluice-error"] == "unknown_version")
        await gateway.stop()
    }

    @Test func takesAPlanWithoutDroppingARequest() async throws {
        let first = try await upstream("v1")
        let second = try await upstream("v2")
        var parts = RouteParts()
        parts.versions = [("v1", first.port), ("v2", second.port)].map { name, port in
            Version(
                name: name,
                endpoints: [Endpoint(host: "127.0.0.1", port: port, security: nil)])
        }
        let gateway = try await GatewayUnderTest.start(routes: [parts.route])
        var client = try await gateway.connect()
        let get = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
        try await client.send(get)
        #expect(try await client.response().text == "v1")
        parts.shares = [0, 100_000]
        gateway.dataPlane.publish(
            Plan(
                revision: 2, gateway: GatewaySettings(), limits: Plan.Limits(),
                routes: [parts.route]))
        var text = ""
        while text != "v2" {
            try await client.send(get)
            let answer = try await client.response()
            #expect(answer.status == 200)
            text = answer.text
        }
        await client.close()
        await gateway.stop()
    }

    @Test func usesNewCertificatesForNewConnections() async throws {
        let only = try await upstream("v1")
        let gateway = try await GatewayUnderTest.start(["v1": [only.port]])
        var old = try await gateway.connect()
        let pair = try DevelopmentCertificate.make(names: ["new.example"], days: 1)
        let certificate = try ServerCertificate(
            chainPEM: pair.certificatePEM, keyPEM: pair.keyPEM, label: "new")
        try gateway.dataPlane.use(certificates: [certificate], ticketKeys: .random())
        // The old connection goes on; a new one gets the new certificate, which it does not trust.
        try await old.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(try await old.response().text == "v1")
        await #expect(throws: (any Error).self) { _ = try await gateway.connect() }
        await old.close()
        await gateway.stop()
    }

    @Test func finishesWhatIsUnderWayWhenItDrains() async throws {
        let asked = Mutex<(any Channel)?>(nil)
        let slow = try await ScriptedUpstream.start { _ in
            [.hand { channel in asked.withLock { $0 = channel } }]
        }
        let gateway = try await GatewayUnderTest.start(["v1": [slow.port]])
        var busy = try await gateway.connect()
        var idle = try await gateway.connect()
        try await busy.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        while asked.withLock({ $0 == nil }) { await Task.yield() }
        async let drained: Void = gateway.dataPlane.drain(Plan.Limits())
        #expect(try await idle.readToEnd() == "")
        // The idle one is closed, so the drain has begun; only now the endpoint answers.
        let channel = try #require(asked.withLock { $0 })
        try await channel.writeAndFlush(
            ByteBuffer(string: "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate"))
        let answer = try await busy.response()
        #expect(answer.text == "late")
        #expect(answer["connection"] == "close")
        await drained
        await #expect(throws: (any Error).self) { _ = try await gateway.connect() }
    }
}
