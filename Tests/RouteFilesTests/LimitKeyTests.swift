// Every limit has exactly one key, with a default that the key itself would take.

import Foundation
import Plan
import Testing

@testable import RouteFiles

@Suite("Limit keys")
struct LimitKeyTests {
    private static let defaults = Plan.Limits()

    private static let stored = Mirror(reflecting: defaults).children.compactMap(\.label)

    @Test("there is a key for every stored limit, and no two have the same name")
    func complete() {
        #expect(LimitKey.all.count == Self.stored.count)
        #expect(Set(LimitKey.all.map(\.name)).count == LimitKey.all.count)
    }

    @Test("setting a key changes just the limit at its place in Plan.Limits")
    func places() {
        for (index, key) in LimitKey.all.enumerated() {
            var limits = Self.defaults
            limits[keyPath: key.field] += 1
            let changed = zip(
                Mirror(reflecting: limits).children, Mirror(reflecting: Self.defaults).children
            ).filter { "\($0.value)" != "\($1.value)" }.compactMap(\.0.label)
            #expect(changed == [Self.stored[index]], "\(key.name)")
        }
    }

    @Test("every default lies in the key's range")
    func ranges() {
        for key in LimitKey.all {
            #expect(key.range.contains(Self.defaults[keyPath: key.field]), "\(key.name)")
        }
    }

    @Test("the kind of a key fits the unit in the limit's name")
    func kinds() {
        for (key, name) in zip(LimitKey.all, Self.stored) {
            let isDuration = name.hasSuffix("Milliseconds")
            #expect((key.kind == .duration) == isDuration, "\(key.name)")
            #expect((key.kind == .size) == name.hasSuffix("Bytes"), "\(key.name)")
        }
    }

    @Test("every default is read back from what is written for it")
    func defaultsAsText() throws {
        let folder = try TemporaryFolder()
        var text = "limits:\n"
        for key in LimitKey.all { text += "  \(key.name): \(key.text(in: Self.defaults))\n" }
        let file = try folder.write("gateway.yaml", text)
        #expect(try RouteFolder.load(files: [file]).limits == Self.defaults)
    }

    @Test(
        "both ends of every range are taken, and what lies beyond is not", arguments: [false, true])
    func ends(isUpper: Bool) throws {
        let folder = try TemporaryFolder()
        for key in LimitKey.all {
            let end = isUpper ? key.range.upperBound : key.range.lowerBound
            let beyond = isUpper ? end + 1 : end - 1
            // Limits that hold each other may complain together, but not about the number.
            for (value, isGood) in [(end, true), (beyond, false)] where value >= 0 {
                var limits = Self.defaults
                limits[keyPath: key.field] = value
                let text = key.text(in: limits)
                let file = try folder.write("gateway.yaml", "limits: {\(key.name): \(text)}\n")
                let problems = messages { () throws(LoadFailure) in
                    try RouteFolder.load(files: [file])
                }
                let complaint = problems.contains { $0.hasPrefix("the limit \(key.name) is") }
                #expect(complaint != isGood, "\(key.name): \(text)")
            }
        }
    }

    private func messages(_ load: () throws(LoadFailure) -> LoadedFiles) -> [String] {
        do throws(LoadFailure) {
            return try load().warnings.map(\.message)
        } catch {
            return error.diagnostics.map(\.message)
        }
    }
}
