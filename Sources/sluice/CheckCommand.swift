// `sluice check`: all that is wrong with the files.

import ArgumentParser
import Foundation
import RouteFiles

/// Validates route files.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Validates route files and reports all problems.",
        discussion: "Paths are folders or files; without any, Routes is checked.")

    @Argument(help: "Folders and files.")
    var paths: [String] = []

    @Flag(help: "Prints the JSON Schema of the files instead, for editors.")
    var schema = false

    func run() throws {
        if schema {
            try Terminal.show(RouteSchema.text)
            return
        }
        var failures: [Diagnostic] = []
        var routes = 0
        var warnings: [Diagnostic] = []
        for set in sets {
            do {
                let loaded = try set()
                routes += loaded.routes.count
                warnings += loaded.warnings
            } catch let failure as LoadFailure {
                failures += failure.diagnostics
            }
        }
        for diagnostic in (failures + warnings).sorted() { try Terminal.show("\(diagnostic)\n") }
        let errors = failures.count { $0.severity == .error }
        if errors > 0 {
            let noun = errors == 1 ? "1 error" : "\(errors) errors"
            throw CommandFailure(
                code: CommandFailure.no, message: "\(noun): these files would not be served")
        }
        try Terminal.show("ok: \(routes == 1 ? "1 route" : "\(routes) routes")\n")
    }

    /// What belongs together: each folder, and all files that are named.
    private var sets: [() throws -> LoadedFiles] {
        let paths = self.paths.isEmpty ? ["Routes"] : self.paths
        var isFolder: ObjCBool = false
        let folders = paths.filter { path in
            let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            return exists && isFolder.boolValue || !exists && !path.hasSuffix(".yaml")
        }
        let files = paths.filter { !folders.contains($0) }
        var sets: [() throws -> LoadedFiles] = folders.map { folder in
            { try RouteFolder.load(folder: folder) }
        }
        if !files.isEmpty { sets.append { try RouteFolder.load(files: files) } }
        return sets
    }
}
