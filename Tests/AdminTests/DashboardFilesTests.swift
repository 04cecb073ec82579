// The dashboard's files: all of them are compiled in, and each is found where the page asks for it.

import Foundation
import NIOCore
import Testing

@testable import Admin

@Suite struct DashboardFilesTests {
    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Sources/CDashboard/assets").path

    @Test func everyFileOfTheFolderIsCompiledIn() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder)
        #expect(names.count > 30)
        #expect(Set(DashboardFiles.shared.assets.keys) == Set(names).subtracting(["index.html"]))
        for (name, file) in DashboardFiles.shared.assets {
            let data = FileManager.default.contents(atPath: "\(Self.folder)/\(name)") ?? Data()
            #expect(Array(file.bytes.readableBytesView) == Array(data), "\(name)")
            #expect(!file.type.hasPrefix("application/octet"), "\(name)")
        }
    }

    @Test func whatThePageAndItsFilesAskForIsThere() {
        let files = DashboardFiles.shared
        let page = String(buffer: files.page.bytes)
        #expect(!page.contains("ASSETS"))
        let asked = page.matches(of: /assets\/([0-9a-f]{32})\/([a-z-]+\.[a-z]+)/)
        #expect(asked.count >= 8)
        for match in asked {
            #expect(match.1 == files.digest)
            #expect(files.assets[String(match.2)] != nil, "\(match.2)")
        }
        for (name, file) in files.assets where name.hasSuffix(".js") {
            let text = String(buffer: file.bytes)
            for match in text.matches(of: /from '\.\/([a-z-]+\.js)'/) {
                #expect(files.assets[String(match.1)] != nil, "\(name) asks for \(match.1)")
            }
        }
    }

    @Test func otherContentsHaveAnotherPath() {
        let one = DashboardFiles([("index.html", Array("ASSETS/a.js".utf8)), ("a.js", [1])])
        let other = DashboardFiles([("index.html", Array("ASSETS/a.js".utf8)), ("a.js", [2])])
        #expect(one.digest != other.digest)
        #expect(String(buffer: one.page.bytes) == "assets/\(one.digest)/a.js")
        #expect(one.assets.keys.sorted() == ["a.js"])
    }
}
