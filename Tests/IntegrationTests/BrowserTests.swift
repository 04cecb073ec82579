// Proves: people can use the dashboard: a real browser over the running demo (Tests/Browser).

import Foundation
import Testing

// One after the other: each drives a browser, and this machine has other tests to run as well.
@Suite(.serialized) struct BrowserTests {
    private static let folder = "\(Scenario.packageRoot)/Tests/Browser"
    private static let python = "\(Scenario.packageRoot)/.build/browser/bin/python"

    @Test(arguments: [
        "test_demo", "test_access", "test_hostile", "test_shadows", "test_alerts",
        "test_drawings", "test_streams",
    ])
    func thePageDoesWhatItShould(module: String) async throws {
        try #require(
            FileManager.default.isExecutableFile(atPath: Self.python),
            "`sh .ci/browser` makes what drives the browser; `make test` does so too")
        try await Scenario.run { scenario in
            let run = try scenario.start(
                "env",
                [
                    "PYTHONPATH=\(Self.folder)", "PYTHONDONTWRITEBYTECODE=1",
                    "SLUICE_BINARY=\(Scenario.binary)", Self.python, "-m", "unittest", "-v", module,
                ])
            let end = try await run.waitForEnd(seconds: 240)
            #expect(end == .exit(0), "\(run.errors)")
            #expect(run.errors.contains("\nOK\n"))
            // How long a rollback took to be seen.
            print(run.output, terminator: "")
        }
    }
}
