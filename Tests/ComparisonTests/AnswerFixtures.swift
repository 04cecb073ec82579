// Answers in the style of real services, from files.

import Foundation

enum AnswerFixtures {
    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/Answers").path

    /// Streams whose document is known; by name, without their ending.
    static let streams: [String] = {
        let files =
            (try? FileManager.default.contentsOfDirectory(atPath: folder + "/streams")) ?? []
        return files.filter { $0.hasSuffix(".sse") }.map { String($0.dropLast(4)) }.sorted()
    }()

    /// The bytes of a file.
    static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")))
    }

    /// The text of a file without its last line's end.
    static func line(_ name: String) throws -> String {
        String(decoding: try bytes(name), as: UTF8.self).trimmingCharacters(in: .newlines)
    }
}
