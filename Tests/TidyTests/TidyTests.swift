// The style that the project keeps: sizes, first lines, names, and the edges of the map.

import Foundation
import Testing

@Suite struct TidyTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    private static let mostLines = 400
    private static let mostColumns = 100
    /// The raw bytes of requests stand in tests as single lines.
    private static let mostTestColumns = 110
    private static let mostFunctionLines = 70

    private static func files(in folder: String) -> [String] {
        let paths = FileManager.default.enumerator(atPath: "\(root)/\(folder)")?.allObjects ?? []
        return paths.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }
            .map { "\(folder)/\($0)" }.sorted()
    }

    private static func lines(_ file: String) throws -> [String] {
        try String(contentsOfFile: "\(root)/\(file)", encoding: .utf8)
            .components(separatedBy: "\n")
    }

    @Test func filesAreSmallAndSayTheirJob() throws {
        let files = Self.files(in: "Sources") + Self.files(in: "Tests")
        #expect(files.count > 100)
        for file in files {
            let lines = try Self.lines(file)
            #expect(lines.first?.hasPrefix("// ") == true, "\(file) does not say its job")
            #expect(lines.count <= Self.mostLines, "\(file) has \(lines.count) lines")
            let most = file.hasPrefix("Tests") ? Self.mostTestColumns : Self.mostColumns
            for (number, line) in lines.enumerated() where line.count > most {
                Issue.record("\(file):\(number + 1) is \(line.count) columns wide")
            }
        }
    }

    @Test func functionsAreShort() throws {
        for file in Self.files(in: "Sources") {
            var start: (line: Int, indent: String)?
            for (number, line) in try Self.lines(file).enumerated() {
                let indent = String(line.prefix { $0 == " " })
                let words = line.split(separator: " ")
                if start == nil, words.contains("func") || words.first?.hasPrefix("init") == true {
                    start = (number, indent)
                }
                if let begun = start, line == "\(begun.indent)}" {
                    let length = number - begun.line + 1
                    #expect(length <= Self.mostFunctionLines, "\(file):\(begun.line + 1)")
                    start = nil
                }
            }
        }
    }

    @Test func nothingIsCalledAfterNothing() {
        for file in Self.files(in: "Sources") {
            for word in ["Common", "Utils", "Helpers", "Misc", "Manager"] {
                #expect(!file.contains(word), "\(file)")
            }
        }
    }

    @Test func uncheckedEscapesStayOut() throws {
        for file in Self.files(in: "Sources") {
            let text = try Self.lines(file).joined(separator: "\n")
            for escape in ["@unchecked Sendable", "nonisolated(unsafe)", "try!", "fatalError("] {
                #expect(!text.contains(escape), "\(file): \(escape)")
            }
        }
    }

    @Test func theRequestPathKeepsOutWhatIsSlow() throws {
        for folder in ["HTTPWire", "TLS", "DataPlane", "Splitting", "Recording", "Plan"] {
            for file in Self.files(in: "Sources/\(folder)") {
                let lines = try Self.lines(file)
                #expect(!lines.contains("import Foundation"), "\(file)")
            }
        }
    }

    @Test func targetsDependOnlyOnThoseAboveThem() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        // In a folder of its own: the package's is locked by whoever runs the tests.
        let scratch = "\(NSTemporaryDirectory())/sluice-tidy-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        process.arguments = [
            "swift", "package", "--package-path", Self.root, "--scratch-path", scratch,
            "dump-package",
        ]
        process.environment = ProcessInfo.processInfo.environment
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let package = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let targets = try #require(package["targets"] as? [[String: Any]])
        var above: Set<String> = []
        let names = Set(targets.compactMap { $0["name"] as? String })
        for target in targets {
            let name = target["name"] as? String ?? ""
            for dependency in target["dependencies"] as? [[String: Any]] ?? [] {
                let byName = dependency["byName"] as? [Any]
                guard let needed = byName?.first as? String, names.contains(needed) else {
                    continue
                }
                #expect(above.contains(needed), "\(name) depends on \(needed), which is below it")
            }
            above.insert(name)
        }
        #expect(above.contains("sluice"))
        #expect(above.contains("DataPlane"))
    }
}
