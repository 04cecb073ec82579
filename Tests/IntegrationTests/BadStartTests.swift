// Proves: a gateway that cannot start says why in one line, and leaves nothing behind.

import Foundation
import Testing

@Suite struct BadStartTests {
    private static let ports = ["--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"]

    /// A stage on which everything is in order, for a test to spoil one thing.
    private func withGoodFiles(_ body: (Scenario) async throws -> Void) async throws {
        try await Scenario.run { scenario in
            try scenario.route(versions: [("v1", "http://127.0.0.1:9")])
            try await scenario.makeCertificate()
            try await body(scenario)
        }
    }

    /// Starts a gateway that must end at once: one line of error, nothing else, no state.
    private func refused(
        _ scenario: Scenario, _ arguments: [String], code: Int32 = 1,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> String {
        let run = try await scenario.finish(Scenario.binary, arguments)
        #expect(run.end == .exit(code), sourceLocation: sourceLocation)
        #expect(run.output.isEmpty, sourceLocation: sourceLocation)
        #expect(run.errorLines.count == 1, "\(run.errors)", sourceLocation: sourceLocation)
        #expect(run.errors.contains("error:"), sourceLocation: sourceLocation)
        #expect(!scenario.exists(".sluice"), "state was made", sourceLocation: sourceLocation)
        return run.errors
    }

    @Test func theGoodFilesOfTheseTestsDoStart() async throws {
        try await withGoodFiles { scenario in
            let gateway = try await scenario.gateway()
            #expect(try await scenario.curl(["http://\(gateway.admin)/readyz"]).status == 200)
        }
    }

    @Test func brokenYAMLIsNamedWithItsPlace() async throws {
        try await withGoodFiles { scenario in
            try scenario.write("Routes/broken.yaml", "route: broken\nversions: [\n")
            let error = try await refused(scenario, ["run"] + Self.ports)
            #expect(error.hasPrefix("Routes/broken.yaml:2:12: error: "), "\(error)")
        }
    }

    @Test func aMissingRoutesFolderIsNamed() async throws {
        try await withGoodFiles { scenario in
            let error = try await refused(scenario, ["run", "--routes", "Nowhere"] + Self.ports)
            #expect(error.contains("Nowhere"))
            #expect(error.contains("--routes"))
        }
    }

    @Test(arguments: [true, false])
    func withoutACertificateTheWayToOneIsNamed(isFolderThere: Bool) async throws {
        try await withGoodFiles { scenario in
            try scenario.remove("Certs")
            if isFolderThere {
                try FileManager.default.createDirectory(
                    atPath: "\(scenario.folder)/Certs", withIntermediateDirectories: false)
            }
            let run = try await scenario.finish(Scenario.binary, ["run"] + Self.ports)
            #expect(run.end == .exit(1))
            #expect(run.output.isEmpty)
            #expect(run.errorLines.count == 1)
            #expect(run.errors.contains("sluice certs"))
            #expect(!scenario.exists(".sluice"))
        }
    }

    @Test func aKeyThatDoesNotFitItsCertificateIsNamed() async throws {
        try await withGoodFiles { scenario in
            try await scenario.openssl(
                "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out",
                "Certs/development.key")
            let error = try await refused(scenario, ["run"] + Self.ports)
            #expect(error.contains("Certs/development.pem"))
            #expect(error.contains("key does not belong"))
        }
    }

    @Test func aCertificateThatIsNoneIsNamed() async throws {
        try await withGoodFiles { scenario in
            try scenario.write("Certs/other.pem", "this is no certificate")
            try scenario.write("Certs/other.key", "and this is no key")
            let error = try await refused(scenario, ["run"] + Self.ports)
            #expect(error.contains("Certs/other.pem"))
        }
    }

    @Test(arguments: ["--listen", "--admin"])
    func aPortInUseIsNamedWithTheFlagThatChoosesAnother(flag: String) async throws {
        try await withGoodFiles { scenario in
            let occupant = try await scenario.model()
            let other = flag == "--listen" ? "--admin" : "--listen"
            let place = "127.0.0.1:\(occupant.port)"
            let error = try await refused(
                scenario, ["run", flag, place, other, "127.0.0.1:0"])
            #expect(error.contains(place))
            #expect(error.contains("another process listens there"))
            #expect(error.contains(flag))
        }
    }

    @Test func theClientsPortOfARunningGatewayIsNotShared() async throws {
        try await withGoodFiles { scenario in
            let gateway = try await scenario.gateway("--state", "first")
            let error = try await refused(
                scenario, ["run", "--listen", gateway.clients, "--admin", "127.0.0.1:0"])
            #expect(error.contains("another process listens there"))
            #expect(try await scenario.curl(["http://\(gateway.admin)/readyz"]).status == 200)
        }
    }

    @Test func onePortForClientsAndAdminIsRefusedInOneLine() async throws {
        try await withGoodFiles { scenario in
            // A port that was free a moment ago.
            let gone = try await scenario.model()
            gone.process.destroy()
            let place = "127.0.0.1:\(gone.port)"
            let error = try await refused(
                scenario, ["run", "--listen", place, "--admin", place])
            #expect(error.contains("--admin"), "\(error)")
        }
    }

    @Test func anAdminListenerBeyondThisMachineNeedsAToken() async throws {
        try await withGoodFiles { scenario in
            let error = try await refused(
                scenario, ["run", "--listen", "127.0.0.1:0", "--admin", "0.0.0.0:0"])
            #expect(error.contains("admin_token_file"))
        }
    }

    @Test(arguments: ["file/state", "/proc/nowhere/state", "file"])
    func aStateDirectoryThatCannotBeMadeIsNamed(state: String) async throws {
        try await withGoodFiles { scenario in
            try scenario.write("file", "")
            let error = try await refused(scenario, ["run", "--state", state] + Self.ports)
            #expect(error.contains(state))
            #expect(error.contains("--state"))
            #expect(scenario.read("file").isEmpty)
        }
    }

    @Test func anAccessLogThatCannotBeOpenedIsNamed() async throws {
        try await withGoodFiles { scenario in
            try scenario.write("Routes/gateway.yaml", "access_log: {to: nowhere/access.log}\n")
            let run = try await scenario.finish(Scenario.binary, ["run"] + Self.ports)
            #expect(run.end == .exit(1))
            #expect(run.output.isEmpty)
            #expect(run.errorLines.count == 1)
            #expect(run.errors.contains("nowhere/access.log"))
        }
    }

    @Test(arguments: [
        ["run", "--frobnicate"], ["frobnicate"], ["run", "--workers", "0"],
        ["run", "--workers", "many"], ["run", "--listen", "nonsense"],
        ["run", "--admin", "127.0.0.1:70000"], ["run", "unwanted"], ["explain"],
        ["explain", "not a URL"], ["demo", "--seconds", "0"], ["status", "--frobnicate"],
    ])
    func wrongUsageIsCodeTwo(arguments: [String]) async throws {
        try await withGoodFiles { scenario in
            let error = try await refused(scenario, arguments, code: 2)
            #expect(error.contains("--help"))
        }
    }

    @Test(arguments: ["run", "demo", "check", "diff", "explain", "status", "watch", "certs"])
    func everyCommandHasHelp(command: String) async throws {
        try await Scenario.run { scenario in
            let help = try await scenario.sluice(command, "--help")
            #expect(help.end == .exit(0))
            #expect(help.errors.isEmpty)
            #expect(help.output.contains("USAGE: sluice \(command)"))
        }
    }
}
