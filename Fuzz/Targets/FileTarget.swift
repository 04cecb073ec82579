// Files of `Routes/`: the first byte says which of the two kinds the rest is.

import Foundation
import Plan
import RouteFiles

/// Loads a folder of one file.
enum FileTarget {
    static let seeds: [[UInt8]] = [
        [0] + Array("listen: 127.0.0.1:0\nlimits: {head_bytes: 16KiB}\n".utf8),
        [1] + Array("route: a\nversions: {v1: {endpoints: [http://127.0.0.1:1]}}\n".utf8),
    ]

    /// In memory, if the machine has a place for that.
    private static let folder: String = {
        let place = FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : "/tmp"
        let folder = "\(place)/sluice-fuzz-\(getpid())"
        try? FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        atexit { try? FileManager.default.removeItem(atPath: FileTarget.folder) }
        return folder
    }()

    static func run(_ input: [UInt8]) {
        guard let first = input.first else { return }
        let path = "\(folder)/\(first % 2 == 0 ? "gateway" : "route").yaml"
        guard FileManager.default.createFile(atPath: path, contents: Data(input.dropFirst()))
        else { fatalError("\(path) cannot be written") }
        do throws(LoadFailure) {
            _ = try RouteFolder.load(files: [path])
        } catch {
            promise(error.diagnostics.contains { $0.severity == .error }, "\(error)")
            for problem in error.diagnostics {
                promise(problem.line > 0 && problem.column > 0, "\(problem)")
                promise(!problem.description.contains("\n"), "\(problem)")
            }
        }
    }
}
