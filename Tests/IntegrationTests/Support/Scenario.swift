// The stage of one test: a folder of its own, and every process that it starts.

import Foundation
import Glibc
import Synchronization

/// A temporary folder with `Routes` and `Certs`, and processes that end with the test.
final class Scenario: Sendable {
    /// The built program: the package's debug build, unless SLUICE_BINARY names another.
    static let binary =
        ProcessInfo.processInfo.environment["SLUICE_BINARY"]
        ?? "\(packageRoot)/.build/debug/sluice"

    /// The folder of Package.swift: this file lies in Tests/IntegrationTests/Support.
    static let packageRoot = (1...4).reduce(URL(filePath: #filePath)) { path, _ in
        path.deletingLastPathComponent()
    }.path(percentEncoded: false).trimmingSuffix("/")

    let folder: String
    private let children = Mutex<[ChildProcess]>([])
    private let labels = Mutex<[String: Int]>([:])

    /// Where children make their temporary files.
    var temporary: String { "\(folder)/tmp" }
    var certificate: String { "\(folder)/Certs/development.pem" }

    private init() throws {
        let base = NSTemporaryDirectory().trimmingSuffix("/")
        folder = "\(base)/sluice-scenario-\(UUID().uuidString)"
        for name in ["Routes", "Certs", "tmp"] {
            try FileManager.default.createDirectory(
                atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
        }
    }

    /// Runs a test on a stage that is cleared afterwards, however the test ends.
    static func run<T: Sendable>(_ body: (Scenario) async throws -> T) async throws -> T {
        await Slots.shared.take()
        let result: Result<T, any Error>
        do {
            let scenario = try Scenario()
            defer { scenario.clear() }
            result = .success(try await body(scenario))
        } catch {
            result = .failure(error)
        }
        await Slots.shared.giveBack()
        return try result.get()
    }

    private func clear() {
        children.withLock { children in
            for child in children.reversed() { child.destroy() }
        }
        try? FileManager.default.removeItem(atPath: folder)
    }

    // MARK: Files

    /// Writes a file of the stage, whole or not at all, as careful editors do.
    func write(_ path: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(path)"), options: .atomic)
    }

    /// Removes a file of the stage.
    func remove(_ path: String) throws {
        try FileManager.default.removeItem(atPath: "\(folder)/\(path)")
    }

    /// The text of a file of the stage; empty if there is none.
    func read(_ path: String) -> String {
        let data = FileManager.default.contents(atPath: "\(folder)/\(path)") ?? Data()
        return String(decoding: data, as: UTF8.self)
    }

    /// Whether a file of the stage is there.
    func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(folder)/\(path)")
    }

    // MARK: Processes

    /// Starts a program in the stage's folder.
    func start(
        _ program: String, _ arguments: [String], input: String? = nil, output: String? = nil,
        errors: String? = nil
    ) throws -> ChildProcess {
        let base = (program as NSString).lastPathComponent
        let number = labels.withLock { labels in
            labels[base, default: 0] += 1
            return labels[base, default: 0]
        }
        let own = ProcessInfo.processInfo.environment
        // No proxies, no configuration files of whoever runs the tests.
        // A trap should end a program at once, not after seconds spent on a picture of it.
        var environment = [
            "HOME": folder, "TMPDIR": temporary, "LC_ALL": "C.UTF-8",
            "SWIFT_BACKTRACE": "enable=no",
        ]
        for name in ["PATH", "LD_LIBRARY_PATH"] where own[name] != nil {
            environment[name] = own[name]
        }
        let child = try ChildProcess(
            program, arguments, folder: folder, label: "\(base)-\(number)", input: input,
            output: output, errors: errors, environment: environment)
        children.withLock { $0.append(child) }
        return child
    }

    /// Runs a program to its end.
    func finish(
        _ program: String, _ arguments: [String], input: String? = nil
    ) async throws -> Finished {
        let child = try start(program, arguments, input: input)
        let end = try await child.waitForEnd()
        return Finished(end: end, output: child.output, errors: child.errors)
    }

    /// Runs `sluice` to its end.
    func sluice(_ arguments: String...) async throws -> Finished {
        try await finish(Self.binary, arguments)
    }
}

/// What a program that has ended left.
struct Finished: Sendable {
    let end: ChildProcess.End
    let output: String
    let errors: String

    var errorLines: [Substring] { errors.split(separator: "\n") }
}

extension String {
    /// The text without this ending.
    func trimmingSuffix(_ suffix: String) -> String {
        hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
    }
}
