// From the files in `Routes/` to what the gateway is to serve: all of it, or all that is wrong.

package import Plan

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
        let diagnostics = Diagnostics()
        for name in odd {
            diagnostics.add(
                Diagnostic(
                    file: "\(folder)/\(name)", line: 1, column: 1, severity: .warning,
                    "the file ends in .yml", "only .yaml files are read", "rename it"))
        }
        if files.allSatisfy(isGateway) {
            diagnostics.add(
                Diagnostic(
                    file: folder, line: 1, column: 1, severity: .warning,
                    "there is no route in the folder", "every request would be answered 404",
                    "write a route file such as sentiment.yaml"))
        }
        return try load(
            files: files.map { "\(folder)/\($0)" }, overrides: overrides, diagnostics)
    }

    /// Reads just these files; throws all that is wrong.
    package static func load(
        files: [String], overrides: GatewayOverrides = GatewayOverrides()
    ) throws(LoadFailure) -> LoadedFiles {
        try load(files: files, overrides: overrides, Diagnostics())
    }

    /// What a change of a folder's files changes too.
    package static func fingerprint(_ folder: String) -> [FileStamp] {
        let names = FileCheck.names(in: folder) ?? []
        return names.filter { $0.hasSuffix(".yaml") && !$0.hasPrefix(".") }
            .compactMap { FileStamp("\(folder)/\($0)") }
    }

    private static func load(
        files: [String], overrides: GatewayOverrides, _ diagnostics: Diagnostics
    ) throws(LoadFailure) -> LoadedFiles {
        var gateway = GatewayFile()
        var routeFiles: [YAMLValue] = []
        for file in files {
            guard let root = YAMLText.parse(file, diagnostics) else { continue }
            if isGateway(file) {
                gateway.read(root)
            } else {
                routeFiles.append(root)
            }
        }
        gateway.apply(overrides)
        let gatewayFile = files.first(where: isGateway) ?? GatewayFile.name
        gateway.checkAdmin(gatewayFile, diagnostics)
        let routes = routeFiles.compactMap { root in
            RouteFile(
                root: root, defaults: gateway.timeouts, limits: gateway.limits,
                diagnostics: diagnostics
            ).read()
        }.sorted { ($0.name, $0.file) < ($1.name, $1.file) }
        compare(routes, diagnostics)
        gateway.checkAlerts(routes.map(\.name))
        if diagnostics.hasErrors {
            throw LoadFailure(diagnostics: diagnostics.items.sorted())
        }
        return LoadedFiles(
            gateway: gateway.settings, limits: gateway.limits, routes: routes,
            warnings: diagnostics.items.sorted())
    }

    /// Whether this is the file of what belongs to the process.
    static func isGateway(_ file: String) -> Bool {
        file == GatewayFile.name || file.hasSuffix("/" + GatewayFile.name)
    }

    /// Reports routes of the same name, and routes that take exactly the same requests.
    private static func compare(_ routes: [RouteDefinition], _ diagnostics: Diagnostics) {
        var byName: [String: RouteDefinition] = [:]
        var byMatch: [String: RouteDefinition] = [:]
        for route in routes {
            if let other = byName[route.name] {
                report(
                    route, "route \(route.name) is also in \(other.file):\(other.place.line)",
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
}
