// `sluice check`: all that is wrong with the files.

import ArgumentParser
import Foundation
import RouteFiles
import Verdict

/// Validates route files.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Validates route files and reports all problems.",
        discussion: """
            Paths are folders or files; without any, Routes is checked. With --calibrate, it is \
            also reckoned how long the ramps in the files take to decide at a rate of traffic, \
            and what can hardly come to an end is warned of. Example: \
            sluice check --calibrate --rate 200 --error-rate 0.1% --latency 20ms
            """)

    @Argument(help: "Folders and files.")
    var paths: [String] = []

    @Flag(help: "Prints the JSON Schema of the files instead, for editors.")
    var schema = false

    @OptionGroup var calibration: CalibrateOptions

    func run() throws {
        if schema {
            try Terminal.show(RouteSchema.text)
            return
        }
        var problems: [Diagnostic] = []
        var routes: [RouteDefinition] = []
        for set in sets {
            do {
                let loaded = try set()
                routes += loaded.routes
                problems += loaded.warnings
            } catch let failure as LoadFailure {
                problems += failure.diagnostics
            }
        }
        let errors = problems.count { $0.severity == .error }
        if errors == 0 { problems += try calibrate(routes) }
        for problem in problems.sorted() {
            // Standard output is for JSON alone, if that is asked for.
            if calibration.json && errors == 0 {
                Terminal.complain("\(problem)")
            } else {
                try Terminal.show("\(problem)\n")
            }
        }
        if errors > 0 {
            let noun = errors == 1 ? "1 error" : "\(errors) errors"
            throw CommandFailure(
                code: CommandFailure.no, message: "\(noun): these files would not be served")
        }
        if calibration.json { return }
        try Terminal.show("ok: \(routes.count == 1 ? "1 route" : "\(routes.count) routes")\n")
    }

    /// Shows how long the ramps take to decide, if asked, and returns what is wrong with them.
    private func calibrate(_ routes: [RouteDefinition]) throws -> [Diagnostic] {
        guard calibration.calibrate else { return [] }
        let ramps = routes.compactMap { route in
            CalibratedRoute(route, calibration).map { (route: route, calibrated: $0) }
        }
        if calibration.json {
            try Terminal.show(AdminClient.text(ramps.map(\.calibrated)) + "\n")
        } else {
            if ramps.isEmpty { try Terminal.show("no route has a canary\n") }
            for ramp in ramps { try Terminal.show(CalibrationTable.text(ramp.calibrated) + "\n") }
        }
        return ramps.flatMap { ramp in
            ramp.calibrated.warnings.map { ramp.route.rampWarning($0.what, $0.why, $0.mend) }
        }
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
