// Proves: certificates are chosen by name and key kind, and replaced while the gateway runs.

import Foundation
import Testing
import Waiting

@Suite struct CertificateTests {
    private static let reloaded = "sluice_certificates_last_reload_successful"

    /// A stage with one model and a route for any host, without certificates.
    private func withRoute(_ body: (Scenario) async throws -> Void) async throws {
        try await Scenario.run { scenario in
            let model = try await scenario.model("v1")
            try scenario.route(versions: [("v1", model.endpoint)])
            try await body(scenario)
        }
    }

    /// The serial number of the certificate that clients get now.
    private func serial(_ scenario: Scenario, _ gateway: Gateway) async throws -> String? {
        let told = try await scenario.handshake(gateway, name: "localhost", ["-showcerts"])
        guard let begin = told.output.range(of: "-----BEGIN CERTIFICATE-----"),
            let end = told.output.range(of: "-----END CERTIFICATE-----")
        else { return nil }
        try scenario.write("tmp/seen.pem", "\(told.output[begin.lowerBound..<end.upperBound])\n")
        let read = try await scenario.openssl(
            "x509", "-in", "tmp/seen.pem", "-noout", "-serial")
        return read.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    @Test func aReplacedCertificateIsPickedUp() async throws {
        try await withRoute { scenario in
            try await scenario.certificate("own", names: ["localhost"], serial: 17)
            let gateway = try await scenario.gateway(certificates: false)
            #expect(try await serial(scenario, gateway) == "serial=11")
            try await scenario.certificate("own", names: ["localhost"], serial: 18)
            try await Wait.until("the new certificate") {
                try await serial(scenario, gateway) == "serial=12"
            }
            #expect(try await gateway.metrics().values[Self.reloaded] == 1)
        }
    }

    @Test func aBrokenReplacementLeavesTheOldOneServing() async throws {
        try await withRoute { scenario in
            try await scenario.certificate("own", names: ["localhost"], serial: 17)
            let gateway = try await scenario.gateway(certificates: false)
            let good = scenario.read("Certs/own.pem")
            try scenario.write("Certs/own.pem", String(good.prefix(200)))
            try await gateway.waitForMetric(Self.reloaded, 0)
            #expect(try await serial(scenario, gateway) == "serial=11")
            let status = try await gateway.sluice("status")
            #expect(status.output.contains("the certificates as they are now are NOT served"))
            #expect(status.output.contains("Certs/own.pem"))
            let ready = try await scenario.curl(["http://\(gateway.admin)/readyz"])
            #expect(ready.status == 200)
            try scenario.write("Certs/own.pem", good)
            try await gateway.waitForMetric(Self.reloaded, 1)
            #expect(try await serial(scenario, gateway) == "serial=11")
        }
    }

    @Test func twoKeyKindsForOneNameStandSideBySide() async throws {
        try await withRoute { scenario in
            try await scenario.certificate("curve", names: ["localhost"], kind: .ecdsa)
            try await scenario.certificate("classic", names: ["localhost"], kind: .rsa)
            let gateway = try await scenario.gateway(certificates: false)
            let cases: [(arguments: [String], subject: String)] = [
                (["-tls1_3", "-sigalgs", "ECDSA+SHA256"], "curve"),
                (["-tls1_3", "-sigalgs", "RSA-PSS+SHA256"], "classic"),
                (["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256"], "curve"),
                (["-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256"], "classic"),
            ]
            for (arguments, subject) in cases {
                let told = try await scenario.handshake(
                    gateway, name: "localhost", arguments)
                #expect(told.subject == subject, "\(arguments)")
                #expect(told.output.contains("HTTP/1.1 200"), "\(arguments)")
            }
        }
    }

    @Test func theServerNameChoosesAmongCertificates() async throws {
        try await withRoute { scenario in
            // The first by the files' names is for strangers.
            try await scenario.certificate("a", names: ["a.example.com"])
            try await scenario.certificate("b", names: ["b.example.com", "*.c.example.com"])
            let gateway = try await scenario.gateway(certificates: false)
            let cases: [(name: String?, subject: String)] = [
                ("a.example.com", "a"), ("b.example.com", "b"), ("B.EXAMPLE.com", "b"),
                ("x.c.example.com", "b"), ("x.y.c.example.com", "a"), ("c.example.com", "a"),
                ("stranger.example.org", "a"), (nil, "a"),
            ]
            for (name, subject) in cases {
                let told = try await scenario.handshake(gateway, name: name)
                #expect(told.subject == subject, "\(name ?? "no name")")
            }
        }
    }

    @Test func aHostThatTheCertificateIsNotForIsMisdirected() async throws {
        try await withRoute { scenario in
            try await scenario.certificate("a", names: ["a.example.com"])
            try await scenario.certificate("b", names: ["b.example.com"])
            let gateway = try await scenario.gateway(certificates: false)
            let resolve = "a.example.com:\(gateway.port):127.0.0.1"
            let url = "https://a.example.com:\(gateway.port)/v1/sentiment"
            let trust = ["--cacert", "\(scenario.folder)/Certs/a.pem", "--resolve", resolve]
            let own = try await scenario.curl(trust + [url])
            #expect(own.status == 200, "\(own.errors)")
            let other = try await scenario.curl(trust + ["-H", "host: b.example.com", url])
            #expect(other.status == 421)
            #expect(other["x-sluice-error"] == "misdirected_request")
        }
    }
}
