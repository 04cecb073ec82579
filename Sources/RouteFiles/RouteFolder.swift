// From the files in `Routes/` to what the gateway is to serve: all of it, or all that is wrong.

import Glibc
package import Plan
import Yams

/// What a set of files says, when nothing in them is wrong.
package struct LoadedFiles: Sendable {
    /// What belongs to the process, flags applied.
    package let gateway: GatewaySettings
    /// The named limits.
    package let limits: Plan.Limits
    /// The routes, in the order of their names.
    package let routes: [RouteDefinition]
    /// What works but is hardly meant.
    package let warnings: [Diagnostic]
}

/// All problems of a set of files.
package struct LoadFailure: Error, Sendable, CustomStringConvertible {
    /// At least one error, and the warnings, in the order of files and places.
    package let diagnostics: [Diagnostic]

    /// One problem a line.
    package var description: String {
        diagnostics.map(\.description).joined(separator: "\n")
    }
}

/// Reads route files.
package enum RouteFolder {
    /// Reads `gateway.yaml` and every other `*.yaml` in a folder; throws all that is wrong.
    package static func load(
        folder: String, overrides: GatewayOverrides = GatewayOverrides()
    ) throws(LoadFailure) -> LoadedFiles {
        guard let names = FileCheck.names(in: folder) else {
            throw LoadFailure(diagnostics: [
                Diagnostic(
                    file: folder, line: 1, column: 1,
                    "the folder cannot be read (\(FileCheck.lastError))",
                    "there are no routes without it",
                    "make the folder, or name another with --routes")
            ])
        }
        let files = names.filter { $0.hasSuffix(".yaml") && !$0.hasPrefix(".") }
        let odd = names.filter { $0.hasSuffix(".yml") && !$0.hasPrefix(".") }
        return try load(
            files: files.map { "\(folder)/\($0)" }, odd: odd.map { "\(folder)/\($0)" },
            overrides: overrides)
    }

    /// Reads just these files; throws all that is wrong.
    package static func load(
        files: [String], overrides: GatewayOverrides = GatewayOverrides()
    ) throws(LoadFailure) -> LoadedFiles {
        try load(files: files, odd: [], overrides: overrides)
    }

    /// What a change of a folder's files changes too.
    package static func fingerprint(_ folder: String) -> [FileStamp] {
        let names = FileCheck.names(in: folder) ?? []
        return names.filter { $0.hasSuffix(".yaml") && !$0.hasPrefix(".") }
            .compactMap { FileStamp("\(folder)/\($0)") }
    }

    private static func load(
        files: [String], odd: [String], overrides: GatewayOverrides
    ) throws(LoadFailure) -> LoadedFiles {
        let diagnostics = Diagnostics()
        for file in odd {
            diagnostics.add(
                Diagnostic(
                    file: file, line: 1, column: 1, severity: .warning,
                    "the file ends in .yml", "only .yaml files are read", "rename it"))
        }
        var gateway = GatewayFile()
        var routeFiles: [YAMLValue] = []
        for file in files {
            guard let root = parse(file, diagnostics) else { continue }
            if file == GatewayFile.name || file.hasSuffix("/" + GatewayFile.name) {
                gateway.read(root)
            } else {
                routeFiles.append(root)
            }
        }
        gateway.apply(overrides)
        let gatewayFile = files.first { $0.hasSuffix(GatewayFile.name) } ?? GatewayFile.name
        gateway.checkAdmin(gatewayFile, diagnostics)
        let routes = routeFiles.compactMap { root in
            RouteFile(root: root, defaults: gateway.timeouts, diagnostics: diagnostics).read()
        }.sorted { ($0.name, $0.file) < ($1.name, $1.file) }
        compare(routes, diagnostics)
        if diagnostics.hasErrors {
            throw LoadFailure(diagnostics: diagnostics.items.sorted())
        }
        return LoadedFiles(
            gateway: gateway.settings, limits: gateway.limits, routes: routes,
            warnings: diagnostics.items.sorted())
    }

    /// Reports routes of the same name, and routes that take exactly the same requests.
    private static func compare(_ routes: [RouteDefinition], _ diagnostics: Diagnostics) {
        var byName: [String: RouteDefinition] = [:]
        var byMatch: [String: RouteDefinition] = [:]
        for route in routes {
            if let other = byName[route.name] {
                report(
                    route, "route \(route.name) is also in \(other.file)",
                    "their figures could not be told apart", "rename one of them", diagnostics)
                continue
            }
            byName[route.name] = route
            let match = "\(route.match)"
            if let other = byMatch[match] {
                report(
                    route, "route \(route.name) matches exactly what \(other.name) matches",
                    "it would never get a request", "change the match of one of them", diagnostics)
            }
            byMatch[match] = route
        }
    }

    private static func report(
        _ route: RouteDefinition, _ what: String, _ why: String, _ mend: String,
        _ diagnostics: Diagnostics
    ) {
        diagnostics.add(
            Diagnostic(
                file: route.file, line: route.place.line, column: route.place.column, what, why,
                mend))
    }

    // MARK: YAML

    private static func parse(_ file: String, _ diagnostics: Diagnostics) -> YAMLValue? {
        func refuse(_ line: Int, _ column: Int, _ what: String, _ why: String, _ mend: String) {
            diagnostics.add(
                Diagnostic(file: file, line: line, column: column, what, why, mend))
        }
        guard let bytes = FileCheck.read(file) else {
            refuse(
                1, 1, "the file cannot be read (\(FileCheck.lastError))",
                "nothing of it can be used",
                "correct its path or permissions, and keep it below 4 MiB")
            return nil
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            refuse(
                1, 1, "the file is not UTF-8", "its names could be misread", "save it as UTF-8")
            return nil
        }
        do {
            guard let node = try Yams.compose(yaml: text) else {
                refuse(1, 1, "the file is empty", "it says nothing", "write a route, or remove it")
                return nil
            }
            return YAMLValue(node: node, file: file, diagnostics: diagnostics)
        } catch {
            let (mark, problem) = explain(error)
            refuse(
                mark?.line ?? 1, mark?.column ?? 1, "this is not YAML: \(problem)",
                "nothing of the file can be used", "correct the syntax there or just before")
            return nil
        }
    }

    private static func explain(_ error: any Error) -> (Mark?, String) {
        guard let error = error as? YamlError else { return (nil, "\(error)") }
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return (mark, problem)
        case .duplicatedKeysInMapping(let duplicates, let context):
            let names = duplicates.joined(separator: ", ")
            return (context.mark, "\(names) stands twice in a mapping")
        default: return (nil, "\(error)")
        }
    }
}
