// Proves: old TLS is refused, and sessions are resumed under both new versions.

import Foundation
import Testing

@Suite struct HandshakeTests {
    private func withGateway(_ body: (Scenario, Gateway) async throws -> Void) async throws {
        try await Scenario.run { scenario in
            let model = try await scenario.model("v1")
            try scenario.route(versions: [("v1", model.endpoint)])
            try await body(scenario, try await scenario.gateway())
        }
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func thisVersionIsSpoken(version: String) async throws {
        try await withGateway { scenario, gateway in
            let told = try await scenario.handshake(gateway, name: "localhost", [version])
            #expect(told.output.contains("HTTP/1.1 200"))
        }
    }

    @Test(arguments: ["-tls1_1", "-tls1"])
    func thisOldVersionIsRefused(version: String) async throws {
        try await withGateway { scenario, gateway in
            // The client itself is willing: its own policy would forbid such versions too.
            let told = try await scenario.handshake(
                gateway, name: "localhost", [version, "-cipher", "ALL:@SECLEVEL=0"])
            #expect(!told.output.contains("HTTP/1.1"))
            #expect(told.errors.contains("alert protocol version"), "\(told.errors)")
            #expect(try await scenario.curl(gateway, "/v1/sentiment").status == 200)
            let failed = try await gateway.metrics().sum("sluice_tls_handshakes_failed_total")
            #expect(failed == 1, "the failed handshake is not counted")
        }
    }

    @Test(arguments: ["AES128-SHA", "ECDHE-ECDSA-AES128-SHA"])
    func thisWeakCipherIsRefused(cipher: String) async throws {
        try await withGateway { scenario, gateway in
            let told = try await scenario.handshake(
                gateway, name: "localhost",
                ["-tls1_2", "-cipher", "\(cipher):@SECLEVEL=0"])
            #expect(!told.output.contains("HTTP/1.1"))
            #expect(told.errors.contains("handshake failure"), "\(told.errors)")
        }
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func aSessionIsResumed(version: String) async throws {
        try await withGateway { scenario, gateway in
            let first = try await scenario.handshake(
                gateway, name: "localhost", [version, "-sess_out", "session"])
            #expect(first.output.contains("New, "))
            #expect(scenario.exists("session"))
            let second = try await scenario.handshake(
                gateway, name: "localhost", [version, "-sess_in", "session"])
            #expect(second.output.contains("Reused, "))
            #expect(second.output.contains("HTTP/1.1 200"))
            let resumed = "sluice_tls_handshakes_resumed_total"
            #expect(try await gateway.metrics().sum(resumed) == 1)
        }
    }

    @Test func plainHTTPOnTheClientsPortHarmsNobody() async throws {
        try await withGateway { scenario, gateway in
            let plain = try await scenario.curl(["http://\(gateway.clients)/v1/sentiment"])
            #expect(plain.end != .exit(0) || plain.status == 400)
            #expect(try await scenario.curl(gateway, "/v1/sentiment").status == 200)
        }
    }
}
