// Where the tests find the repository's files, and folders of their own.

import Foundation

/// The repository, seen from this file.
enum Places {
    /// The repository's root folder.
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    /// The folder of fixtures.
    static let fixtures = "\(root)/Tests/Fixtures/Routes"

    /// The names of the fixtures of a kind.
    static func fixtures(of kind: String) -> [String] {
        let names = try? FileManager.default.contentsOfDirectory(atPath: "\(fixtures)/\(kind)")
        return (names ?? []).filter { !$0.hasPrefix(".") }.sorted()
    }
}

/// A folder that is gone when the test ends.
final class TemporaryFolder {
    let path: String

    init() throws {
        // Short, for messages repeat only so much of a path; of one length, for columns.
        path = "/tmp/rf-\(UInt32.random(in: 1_000_000_000 ... .max))"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Writes a file and returns its path.
    @discardableResult
    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        let file = "\(path)/\(name)"
        try Data(bytes).write(to: URL(filePath: file))
        return file
    }

    /// Writes a file and returns its path.
    @discardableResult
    func write(_ name: String, _ text: String) throws -> String {
        try write(name, Array(text.utf8))
    }

    /// Removes a file.
    func remove(_ name: String) throws {
        try FileManager.default.removeItem(atPath: "\(path)/\(name)")
    }
}
