// Proves: `sluice certs` makes one certificate that fits the routes, and never harms another.

import Foundation
import Testing

@Suite struct CertsCommandTests {
    @Test func theFirstCertificateIsForThisMachineAndTheRoutes() async throws {
        try await Scenario.run { scenario in
            try scenario.write(
                "Routes/a.yaml",
                "route: a\nmatch: {host: models.example.com}\n"
                    + "versions: {v1: {endpoints: [http://127.0.0.1:9]}}\n")
            try scenario.remove("Certs")
            let made = try await scenario.sluice("certs")
            #expect(made.end == .exit(0))
            #expect(made.errors.isEmpty)
            let names = try await scenario.openssl(
                "x509", "-in", "Certs/development.pem", "-noout", "-ext", "subjectAltName")
            for name in [
                "DNS:localhost", "DNS:models.example.com", "IP Address:127.0.0.1",
                "IP Address:0:0:0:0:0:0:0:1",
            ] {
                #expect(names.output.contains(name))
            }
        }
    }

    @Test func theKeyIsForItsOwnerAlone() async throws {
        try await Scenario.run { scenario in
            try await scenario.makeCertificate()
            let attributes = try FileManager.default.attributesOfItem(
                atPath: "\(scenario.folder)/Certs/development.key")
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            let files = try FileManager.default.contentsOfDirectory(
                atPath: "\(scenario.folder)/Certs")
            #expect(files.sorted() == ["development.key", "development.pem"])
        }
    }

    @Test func aCertificateThatIsThereStays() async throws {
        try await Scenario.run { scenario in
            try await scenario.certificate("own", names: ["localhost"])
            let again = try await scenario.sluice("certs")
            #expect(again.end == .exit(0))
            #expect(again.output.contains("own.pem"))
            #expect(!scenario.exists("Certs/development.pem"))
        }
    }

    @Test func forceReplacesTheDevelopmentCertificate() async throws {
        try await Scenario.run { scenario in
            try await scenario.makeCertificate()
            let before = scenario.read("Certs/development.pem")
            #expect(try await scenario.sluice("certs").end == .exit(0))
            #expect(scenario.read("Certs/development.pem") == before)
            #expect(try await scenario.sluice("certs", "--force").end == .exit(0))
            #expect(scenario.read("Certs/development.pem") != before)
        }
    }

    @Test func aFolderThatCannotBeMadeIsOneClearError() async throws {
        try await Scenario.run { scenario in
            let made = try await scenario.sluice("certs", "--certs", "/proc/nowhere/Certs")
            #expect(made.end == .exit(1))
            #expect(made.output.isEmpty)
            #expect(made.errorLines.count == 1, "\(made.errors)")
        }
    }
}
