// Proves: `sluice check` reports all that is wrong, each with its place.

import Foundation
import Testing

@Suite struct CheckTests {
    @Test func goodFilesAreCodeZero() async throws {
        try await Scenario.run { scenario in
            try scenario.route("one", path: "/one", versions: [("v1", "http://127.0.0.1:9")])
            try scenario.route("two", path: "/two", versions: [("v1", "http://127.0.0.1:9")])
            let check = try await scenario.sluice("check")
            #expect(check.end == .exit(0))
            #expect(check.output == "ok: 2 routes\n")
            #expect(check.errors.isEmpty)
        }
    }

    @Test func allProblemsOfAllFilesAreReportedWithTheirPlaces() async throws {
        try await Scenario.run { scenario in
            try scenario.write(
                "Routes/one.yaml",
                """
                route: one
                match: {paht: /one}
                versions:
                  v1: {endpoints: [http://127.0.0.1:9]}
                  v2: {endpoints: [http://127.0.0.1:9]}
                split: {v1: 50%, v2: 40%}

                """)
            try scenario.write("Routes/two.yaml", "route: two\n")
            try scenario.write("Routes/three.yaml", "route: [\n")
            let check = try await scenario.sluice("check")
            #expect(check.end == .exit(1))
            let places = check.output.split(separator: "\n").compactMap { line in
                line.firstMatch(of: /^(Routes\/[a-z]+\.yaml:\d+:\d+): error:/).map {
                    String($0.1)
                }
            }
            #expect(
                places == [
                    "Routes/one.yaml:2:9", "Routes/one.yaml:6:8", "Routes/three.yaml:1:9",
                    "Routes/two.yaml:1:1",
                ], "\(check.output)")
            #expect(check.output.contains("did you mean path?"))
            #expect(check.output.contains("add up to 90%"))
            #expect(check.errors.contains("4 errors"))
        }
    }

    @Test func filesCanBeNamedOneByOne() async throws {
        try await Scenario.run { scenario in
            try scenario.route(versions: [("v1", "http://127.0.0.1:9")])
            try scenario.write("Routes/broken.yaml", "route: [\n")
            let good = try await scenario.sluice("check", "Routes/sentiment.yaml")
            #expect(good.end == .exit(0))
            let bad = try await scenario.sluice("check", "Routes/broken.yaml")
            #expect(bad.end == .exit(1))
            let missing = try await scenario.sluice("check", "Routes/missing.yaml")
            #expect(missing.end == .exit(1))
            #expect(missing.output.contains("Routes/missing.yaml:1:1: error: "))
        }
    }

    @Test func aMissingFolderIsCodeOne() async throws {
        try await Scenario.run { scenario in
            let check = try await scenario.sluice("check", "Nowhere")
            #expect(check.end == .exit(1))
            #expect(check.output.contains("Nowhere"))
        }
    }

    @Test func controlCharactersOfAFileNeverReachTheTerminal() async throws {
        try await Scenario.run { scenario in
            try scenario.write("Routes/evil.yaml", "route: \"a\\e[31m\"\n\"k\\e]0;x\\a\": 1\n")
            let check = try await scenario.sluice("check")
            #expect(check.end == .exit(1))
            #expect(!check.output.contains("\u{1B}"))
            #expect(!check.output.contains("\u{07}"))
        }
    }

    @Test func theSchemaIsTheOneInTheRepository() async throws {
        try await Scenario.run { scenario in
            let schema = try await scenario.sluice("check", "--schema")
            #expect(schema.end == .exit(0))
            let path = "\(Scenario.packageRoot)/Routes/schema.json"
            let kept = try #require(FileManager.default.contents(atPath: path), "no \(path)")
            let printed = try JSONSerialization.jsonObject(with: Data(schema.output.utf8))
            let expected = try JSONSerialization.jsonObject(with: kept)
            #expect(try #require(printed as? NSDictionary) == expected as? NSDictionary)
        }
    }

    @Test func whatTheRepositoryShipsIsGood() async throws {
        try await Scenario.run { scenario in
            let check = try await scenario.sluice("check", "\(Scenario.packageRoot)/Routes")
            #expect(check.end == .exit(0), "\(check.output)")
        }
    }
}
