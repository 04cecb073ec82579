// Problems are one line each, in the order of files and places, and cannot deceive a terminal.

import Testing

@testable import RouteFiles

@Suite("Diagnostics")
struct DiagnosticTests {
    @Test("a problem is written as file, line, column, severity, what, why and mend")
    func description() {
        let error = Diagnostic(file: "a.yaml", line: 3, column: 7, "what", "why", "mend")
        #expect(error.description == "a.yaml:3:7: error: what; why; mend")
        let warning = Diagnostic(
            file: "a.yaml", line: 1, column: 1, severity: .warning, "what", "why", "mend")
        #expect(warning.description == "a.yaml:1:1: warning: what; why; mend")
    }

    @Test("problems are ordered by file, line, column and text")
    func order() {
        let sorted = [
            Diagnostic(file: "a.yaml", line: 2, column: 9, "x"),
            Diagnostic(file: "a.yaml", line: 10, column: 1, "x"),
            Diagnostic(file: "a.yaml", line: 10, column: 2, "a"),
            Diagnostic(file: "a.yaml", line: 10, column: 2, "b"),
            Diagnostic(file: "b.yaml", line: 1, column: 1, "x"),
        ]
        #expect(sorted.reversed().sorted() == sorted)
    }

    @Test("nothing that steers a terminal or begins a line reaches a message or a file's name")
    func printable() throws {
        let steering = [
            "\0", "\t", "\n", "\r", "\u{1B}", "\u{7F}", "\u{85}", "\u{9B}", "\u{200B}", "\u{200F}",
            "\u{202E}", "\u{2028}", "\u{2029}", "\u{2066}", "\u{FEFF}", "\u{E0001}",
        ]
        for character in steering {
            let diagnostic = Diagnostic(
                file: "a\(character).yaml", line: 1, column: 1, "b\(character)c", "d")
            #expect(diagnostic.description == "a\u{FFFD}.yaml:1:1: error: b\u{FFFD}c; d")
        }
        let plain = Diagnostic(file: "größe.yaml", line: 1, column: 1, "naïve 日本語 👍")
        #expect(plain.description == "größe.yaml:1:1: error: naïve 日本語 👍")
    }

    @Test("every place in a file where text can stand keeps control characters out of its message")
    func places() throws {
        let evil = #""x\x1b[31m\nerror: all is well\u202e""#
        let files = [
            "route: \(evil)", "\(evil): 1", "match: {host: \(evil), path: \(evil)}",
            "match: {methods: [\(evil)], headers: {\(evil): a, x-a: \(evil)}}",
            "match: {headers: {x-a: {regex: \(evil)}, x-b: {\(evil): a}}}",
            "timeout: {connect: \(evil), \(evil): 1s}", "versions: {\(evil): {}}",
            "versions: {v1: {endpoints: [\(evil)], protocol: \(evil), tls: {ca: \(evil)}}}",
            "versions: {v1: {endpoints: [https://a], tls: {server_name: \(evil), verify: \(evil)}}}",
            "versions: {a: {\(evil): 1}, b: {}}\nsplit: {\(evil): 1%, a: \(evil)}",
            "sticky: [{header: \(evil)}, {cookie: \(evil)}, \(evil)]",
            "override: {header: \(evil)}",
            "versions: {a: {}}\ncanary: {stable: \(evil), candidate: \(evil), \(evil): 1}",
            "canary: {steps: [\(evil), {share: \(evil), hold: \(evil), approve: \(evil)}]}",
            "canary: {hold: \(evil), min_requests: \(evil), bake: \(evil), deadline: \(evil)}",
            "canary: {guards: [{metric: \(evil)}, {metric: error_rate, max: \(evil)}, \(evil)]}",
            "canary: {guards: {metric: latency_p99, max_ratio: \(evil)}, notify: \(evil)}",
            "canary: {breaker: {within: \(evil), \(evil): 1}, on_inconclusive: \(evil)}",
            "webhook_secret_file: \(evil)",
            "salt: \(evil)\nversion_header: \(evil)\nupgrade: \(evil)", "\(evil): 1\n\(evil): 2",
            "a: *\u{E9}", "!\(evil) a", "&a\u{2028}b c: [", "'\u{1B}'",
        ]
        let folder = try TemporaryFolder()
        for text in files {
            for name in ["a.yaml", "gateway.yaml"] {
                try folder.write(name, text)
                do throws(LoadFailure) {
                    _ = try RouteFolder.load(files: ["\(folder.path)/\(name)"])
                    Issue.record("\(text) was loaded as \(name)")
                } catch {
                    let lines = error.description.split(separator: "\n")
                    #expect(lines.count == error.diagnostics.count)
                    #expect(lines.allSatisfy { $0.hasPrefix("\(folder.path)/\(name):") })
                    #expect(
                        !error.description.unicodeScalars.contains {
                            $0.value < 0x20 && $0 != "\n" || $0 == "\u{202E}" || $0 == "\u{2028}"
                        })
                }
            }
        }
    }
}
