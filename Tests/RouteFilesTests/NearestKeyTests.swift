// A slip finds the word that was meant; another word finds none.

import SeededRandom
import Testing

@testable import RouteFiles

@Suite("Nearest key")
struct NearestKeyTests {
    @Test(
        "edits are counted",
        arguments: [
            ("", "", 0), ("a", "", 1), ("", "abc", 3), ("match", "match", 0), ("mtach", "match", 1),
            ("macth", "match", 1), ("matc", "match", 1), ("mmatch", "match", 1),
            ("metch", "match", 1),
            ("sticky", "split", 5), ("kitten", "sitting", 3), ("größe", "grösse", 2),
        ])
    func edits(_ left: String, _ right: String, _ count: Int) {
        #expect(NearestKey.edits(Array(left), Array(right)) == count)
        #expect(NearestKey.edits(Array(right), Array(left)) == count)
    }

    @Test(
        "a slip finds its key",
        arguments: [
            ("mtach", "match"), ("verison", "versions"), ("timeouts", "timeout"),
            ("Route", "route"),
            ("overide", "override"), ("shadows", "shadow"), ("version-header", "version_header"),
            ("spilt", "split"),
        ])
    func found(_ word: String, _ key: String) {
        #expect(NearestKey.find(word, among: RouteFile.keys) == key)
    }

    @Test("another word finds none", arguments: ["colour", "replicas", "x", "backend_weights"])
    func notFound(_ word: String) {
        let known = ["match", "versions", "timeout"]
        #expect(NearestKey.find(word, among: known) == nil)
    }

    @Test("of equally near keys the first by name is suggested, whatever their order")
    func ties() {
        #expect(NearestKey.find("v3", among: ["v2", "v1"]) == "v1")
        #expect(NearestKey.find("v3", among: ["v1", "v2"]) == "v1")
        #expect(NearestKey.find("v3", among: []) == nil)
    }

    @Test("a word as long as a file is not compared")
    func long() {
        #expect(NearestKey.find(String(repeating: "a", count: 4_000_000), among: ["a"]) == nil)
    }

    @Test("every key is nearest to itself with one slip in it")
    func slips() {
        var random = SeededGenerator.announced("slips")
        let keys = LimitKey.all.map(\.name)
        for key in keys {
            var word = Array(key)
            word[Int.random(in: 0..<word.count, using: &random)] = "#"
            #expect(NearestKey.find(String(word), among: keys) == key)
        }
    }
}
