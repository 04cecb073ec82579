// Each folder of fixtures loads to the plan, or fails with the diagnostics, in its expected.txt.

import Foundation
import Testing

@testable import RouteFiles

/// Loads fixtures; `SLUICE_UPDATE_FIXTURES=1` writes their expected.txt anew instead of comparing.
@Suite("Golden route files")
struct GoldenTests {
    private static let valid = Places.fixtures(of: "valid")
    private static let invalid = Places.fixtures(of: "invalid")
    private static let isUpdating =
        ProcessInfo.processInfo.environment["SLUICE_UPDATE_FIXTURES"] == "1"

    @Test("there are fixtures of both kinds")
    func enough() {
        #expect(Self.valid.count >= 10)
        #expect(Self.invalid.count >= 40)
    }

    @Test("valid files load to the expected plan", arguments: valid)
    func plan(_ name: String) throws {
        let (result, folder) = try load("valid/\(name)")
        let files = try result.get()
        try compare(PlanText.text(files), with: "valid/\(name)", folder)
        #expect(files.warnings.allSatisfy { $0.severity == .warning })
    }

    @Test("invalid files fail with the expected diagnostics", arguments: invalid)
    func diagnostics(_ name: String) throws {
        let (result, folder) = try load("invalid/\(name)")
        guard case .failure(let failure) = result else {
            Issue.record("invalid/\(name) was loaded")
            return
        }
        #expect(failure.diagnostics.contains { $0.severity == .error })
        #expect(failure.diagnostics == failure.diagnostics.sorted())
        try compare(failure.description + "\n", with: "invalid/\(name)", folder)
    }

    @Test("every diagnostic says what, why and how to mend it", arguments: invalid)
    func parts(_ name: String) throws {
        guard case .failure(let failure) = try load("invalid/\(name)").result else { return }
        for diagnostic in failure.diagnostics {
            #expect(diagnostic.message.components(separatedBy: "; ").count >= 3)
            #expect(diagnostic.line >= 1 && diagnostic.column >= 1)
        }
    }

    /// Loads a copy of a fixture, in which `$FOLDER` stands for the folder itself.
    private func load(
        _ fixture: String
    ) throws -> (result: Result<LoadedFiles, LoadFailure>, folder: String) {
        let copy = try TemporaryFolder()
        let source = "\(Places.fixtures)/\(fixture)"
        for name in try FileManager.default.contentsOfDirectory(atPath: source) {
            var bytes = try Data(contentsOf: URL(filePath: "\(source)/\(name)"))
            while let place = bytes.range(of: Data("$FOLDER".utf8)) {
                bytes.replaceSubrange(place, with: Data(copy.path.utf8))
            }
            try copy.write(name, Array(bytes))
        }
        let path = copy.path
        let result = withExtendedLifetime(copy) {
            Result { () throws(LoadFailure) in try RouteFolder.load(folder: path) }
        }
        return (result, path)
    }

    private func compare(_ text: String, with fixture: String, _ folder: String) throws {
        let actual = text.replacing("\(folder)/", with: "").replacing(folder, with: ".")
        let path = "\(Places.fixtures)/\(fixture)/expected.txt"
        if Self.isUpdating {
            try Data(actual.utf8).write(to: URL(filePath: path))
            return
        }
        let expected = try String(contentsOfFile: path, encoding: .utf8)
        #expect(
            actual == expected,
            "\(fixture) differs; SLUICE_UPDATE_FIXTURES=1 swift test writes expected.txt anew")
    }
}
