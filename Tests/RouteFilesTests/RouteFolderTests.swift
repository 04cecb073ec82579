// A folder is read whole, flags go before its files, and its fingerprint tells of every change.

import Foundation
import Plan
import Testing

@testable import RouteFiles

@Suite("Route folder")
struct RouteFolderTests {
    private static let route = "route: a\nversions: {v1: {endpoints: [http://127.0.0.1:9001]}}\n"

    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func problems(
        files: [String]? = nil, overrides: GatewayOverrides = GatewayOverrides()
    ) -> [String] {
        do throws(LoadFailure) {
            let loaded =
                if let files {
                    try RouteFolder.load(
                        files: files.map { "\(folder.path)/\($0)" }, overrides: overrides)
                } else {
                    try RouteFolder.load(folder: folder.path, overrides: overrides)
                }
            return loaded.warnings.map(shown)
        } catch {
            return error.diagnostics.map(shown)
        }
    }

    private func shown(_ diagnostic: Diagnostic) -> String {
        diagnostic.description.replacing(folder.path, with: "Routes")
    }

    @Test("a folder that is not there says how to make or name one")
    func missingFolder() throws {
        #expect(throws: LoadFailure.self) { try RouteFolder.load(folder: "/nowhere/at/all") }
        do throws(LoadFailure) {
            _ = try RouteFolder.load(folder: "/nowhere/at/all")
        } catch {
            #expect(
                error.description == "/nowhere/at/all:1:1: error: the folder cannot be read "
                    + "(No such file or directory); there are no routes without it; "
                    + "make the folder, or name another with --routes")
        }
    }

    @Test("a file that is not there, is a folder or is too large cannot be read")
    func unreadable() throws {
        let manager = FileManager.default
        try manager.createDirectory(
            atPath: "\(folder.path)/b.yaml", withIntermediateDirectories: false)
        try folder.write("c.yaml", Array(repeating: 0x23, count: FileCheck.mostBytes + 1))
        try manager.createSymbolicLink(
            atPath: "\(folder.path)/d.yaml", withDestinationPath: "nowhere")
        let mend = "nothing of it can be used; correct its path or permissions, and keep it below "
        #expect(
            problems(files: ["a.yaml", "b.yaml", "c.yaml", "d.yaml"]) == [
                "Routes/a.yaml:1:1: error: the file cannot be read (No such file or directory); "
                    + mend + "4 MiB",
                "Routes/b.yaml:1:1: error: the file cannot be read (Is a directory); "
                    + mend + "4 MiB",
                "Routes/c.yaml:1:1: error: the file cannot be read (File too large); "
                    + mend + "4 MiB",
                "Routes/d.yaml:1:1: error: the file cannot be read (No such file or directory); "
                    + mend + "4 MiB",
            ])
    }

    @Test("a pipe in the folder keeps nobody waiting", .timeLimit(.minutes(1)))
    func pipe() throws {
        #expect(mkfifo("\(folder.path)/a.yaml", 0o600) == 0)
        #expect(
            problems() == [
                "Routes/a.yaml:1:1: error: the file is empty; it says nothing; "
                    + "write a route, or remove it"
            ])
    }

    @Test("a file as large as may be is read")
    func largest() throws {
        let filling = FileCheck.mostBytes - Self.route.utf8.count - 1
        let comment = "#" + String(repeating: "x", count: filling - 1) + "\n"
        try folder.write("a.yaml", comment + Self.route)
        #expect(problems().isEmpty)
    }

    @Test("nesting without end is refused", arguments: ["[", "{a: ", "- ", "? "])
    func nesting(_ text: String) throws {
        try folder.write("a.yaml", "a:\n  " + String(repeating: text, count: 50_000))
        let problems = problems()
        #expect(problems.count == 1)
        #expect(problems.first?.contains("this is not YAML") == true)
    }

    @Test("routes come in the order of their names, whatever their files are called")
    func order() throws {
        for (file, name) in [("1", "c"), ("2", "a"), ("3", "b")] {
            try folder.write(
                "\(file).yaml",
                Self.route.replacing("route: a", with: "route: \(name)\nmatch: {path: /\(name)}"))
        }
        #expect(try RouteFolder.load(folder: folder.path).routes.map(\.name) == ["a", "b", "c"])
    }

    @Test("more endpoints than may be are refused, as many as may be are not")
    func endpoints() throws {
        for (count, isGood) in [(1_024, true), (1_025, false)] {
            let urls = (0..<count).map { "http://127.0.0.1:\($0 + 1)" }.joined(separator: ", ")
            try folder.write("a.yaml", "route: a\nversions: {v1: {endpoints: [\(urls)]}}\n")
            let expected =
                "Routes/a.yaml:2:28: error: version v1 has 1025 endpoints; 1024 are possible; "
                + "put a load balancer in front of them"
            #expect(problems() == (isGood ? [] : [expected]))
        }
    }

    // MARK: Flags

    @Test("flags go before the file, and what they leave out does not")
    func overrides() throws {
        try folder.write(
            "gateway.yaml",
            "listen: 127.0.0.1:1\nadmin: 127.0.0.1:2\ncertificates: a\nstate: b\nworkers: 3\n")
        var overrides = GatewayOverrides()
        #expect(try load(overrides) == settings("127.0.0.1", 1, 2, "a", "b", 3))
        overrides.listen = ListenAddress(host: "::1", port: 10)
        overrides.admin = ListenAddress(host: "::1", port: 20)
        #expect(try load(overrides) == settings("::1", 10, 20, "a", "b", 3))
        overrides.certificates = "c"
        overrides.state = "d"
        overrides.workers = 4
        #expect(try load(overrides) == settings("::1", 10, 20, "c", "d", 4))
    }

    private func load(_ overrides: GatewayOverrides) throws -> GatewaySettings {
        try RouteFolder.load(folder: folder.path, overrides: overrides).gateway
    }

    private func settings(
        _ host: String, _ port: Int, _ admin: Int, _ certificates: String, _ state: String,
        _ workers: Int
    ) -> GatewaySettings {
        var settings = GatewaySettings()
        settings.listen = ListenAddress(host: host, port: port)
        settings.admin = ListenAddress(host: host, port: admin)
        settings.certificates = certificates
        settings.state = state
        settings.workers = workers
        return settings
    }

    @Test("an admin listener is judged with the flags applied")
    func adminFlag() throws {
        let message =
            ":1:1: error: admin listens on 0.0.0.0:9901, beyond this machine, without a token; "
            + "anybody could read how the gateway is doing; name a file with a token in "
            + "admin_token_file, or listen on 127.0.0.1"
        try folder.write("a.yaml", Self.route)
        var overrides = GatewayOverrides()
        overrides.admin = ListenAddress(host: "0.0.0.0", port: 9901)
        #expect(problems(overrides: overrides) == ["gateway.yaml" + message])
        try folder.write("my-gateway.yaml", Self.route.replacing("route: a", with: "route: b"))
        try folder.write("gateway.yaml", "admin: 0.0.0.0:9901\n")
        overrides.admin = ListenAddress(host: "127.0.0.1", port: 9901)
        #expect(!problems(overrides: overrides).contains { $0.contains("admin listens") })
    }

    // MARK: Fingerprints

    @Test("the fingerprint changes with the content, the files and their names")
    func fingerprint() throws {
        var seen: [[FileStamp]] = []
        func look(_ what: String, isNew: Bool = true) {
            let stamps = RouteFolder.fingerprint(folder.path)
            #expect(!seen.contains(stamps) == isNew, "\(what)")
            seen.append(stamps)
        }
        look("empty")
        try folder.write("a.yaml", Self.route)
        look("a file")
        look("nothing", isNew: false)
        try folder.write("a.yaml", Self.route + "# more\n")
        look("longer content")
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1)],
            ofItemAtPath: "\(folder.path)/a.yaml")
        look("another time")
        try folder.write("b.yaml", Self.route)
        look("another file")
        try FileManager.default.moveItem(
            atPath: "\(folder.path)/b.yaml", toPath: "\(folder.path)/c.yaml")
        look("another name")
        try folder.remove("a.yaml")
        look("a file less")
        try folder.write(".hidden.yaml", "x")
        try folder.write("notes.txt", "x")
        look("files that are not read", isNew: false)
        #expect(RouteFolder.fingerprint("/nowhere/at/all").isEmpty)
    }

    @Test("a file replaced by another of the same size changes the fingerprint")
    func replaced() throws {
        try folder.write("a.yaml", "route: a\n")
        let before = RouteFolder.fingerprint(folder.path)
        try folder.write("b.txt", "route: b\n")
        #expect(rename("\(folder.path)/b.txt", "\(folder.path)/a.yaml") == 0)
        #expect(RouteFolder.fingerprint(folder.path) != before)
    }
}
