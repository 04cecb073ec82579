// The style of the dashboard's files and of what drives a browser: sizes, first lines, no markup.

import Foundation
import Testing

@Suite struct DashboardTidyTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
    private static let mostLines = 300
    private static let mostColumns = 120

    /// The files of a folder with this ending, each with its lines.
    private static func files(_ folder: String, _ ending: String) throws -> [(String, [String])] {
        let names = try FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)")
        return try names.filter { $0.hasSuffix(ending) }.sorted().map { name in
            let path = "\(folder)/\(name)"
            let text = try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8)
            return (path, text.components(separatedBy: "\n"))
        }
    }

    @Test(arguments: [
        ("Sources/CDashboard/assets", ".js", "// "), ("Sources/CDashboard/assets", ".css", "/* "),
        ("Tests/Browser", ".py", "# "),
    ])
    func filesAreSmallAndSayTheirJob(folder: String, ending: String, comment: String) throws {
        let files = try Self.files(folder, ending)
        #expect(files.count >= 4)
        for (file, lines) in files {
            #expect(lines.first?.hasPrefix(comment) == true, "\(file) does not say its job")
            #expect(lines.count <= Self.mostLines, "\(file) has \(lines.count) lines")
            // A rule of a style sheet stands in one line.
            for (number, line) in lines.enumerated()
            where line.count > Self.mostColumns && ending != ".css" {
                Issue.record("\(file):\(number + 1) is \(line.count) columns wide")
            }
        }
    }

    /// What makes markup or code of text, or a style that the policy would refuse.
    @Test func textIsNeverMadeMarkup() throws {
        let banned = [
            "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "DOMParser",
            "createContextualFragment", "eval(", "new Function", "setAttribute('style'",
            "srcdoc", "javascript:", "http://", "https://",
        ]
        for (file, lines) in try Self.files("Sources/CDashboard/assets", ".js") {
            for (number, line) in lines.enumerated() {
                // The namespace of SVG is a name, not a place.
                if line.contains("'http://www.w3.org/2000/svg'") { continue }
                for word in banned where line.contains(word) {
                    Issue.record("\(file):\(number + 1) has \(word)")
                }
            }
        }
    }
}
