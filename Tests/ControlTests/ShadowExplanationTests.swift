// What `sluice explain` says of shadows follows from the files and the caller's key.

import Control
import DataPlane
import Foundation
import Plan
import RouteFiles
import Splitting
import Testing

@Suite struct ShadowExplanationTests {
    private static let shadows = """
        shadow:
          - {to: v2}
          - {to: v3, sample: 30%}
          - {to: v4, methods: [POST], headers: {x-tier: gold, x-region: {regex: "^eu"}}}
        """

    private func plan(_ split: String = "{v1: 50%, v2: 50%}") throws -> Plan {
        let folder = "\(NSTemporaryDirectory())/sluice-shadows-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let versions = (1...4).map { "  v\($0): {endpoints: [http://127.0.0.1:\($0)]}" }
        let text = """
            route: a
            match: {path: /a}
            versions:
            \(versions.joined(separator: "\n"))
            sticky: [{header: x-user-id}]
            override: {header: x-use-version}
            salt: pepper
            split: \(split)
            \(Self.shadows)
            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/a.yaml"))
        let files = try RouteFolder.load(folder: folder)
        var keeper = OwnershipKeeper([:])
        keeper.apply(keeper.changes(for: files.routes))
        return PlanBuilder.plan(files, revision: 1, ownerships: keeper)
    }

    private func explain(
        _ plan: Plan, _ fields: [(String, String)] = [], method: String = "GET",
        target: String = "/a"
    ) throws -> Explanation {
        let fields = fields.map { (name: $0.0, value: $0.1) }
        let trial = try RequestTrial.run(
            plan, method: method, host: "a.example", target: target, fields: fields)
        return Explanation(trial, plan).with(
            shadowsOf: plan, method: method, host: "a.example", target: target, fields: fields)
    }

    private func verdicts(_ explanation: Explanation) -> [String: ShadowExplanation.Verdict] {
        let pairs = (explanation.shadows ?? []).map { ($0.version, $0.verdict) }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    @Test func aCallerWithAKeyIsOfTheSampleOrNot() throws {
        let plan = try plan()
        let hash = BucketHash(salt: "pepper/shadow/v3")
        var mirrored = 0
        for number in 0..<200 {
            let key = "user-\(number)"
            let explanation = try explain(plan, [("x-user-id", key)])
            let found = try #require(explanation.shadows?.first { $0.version == "v3" })
            let bucket = hash.bucket(of: key)
            #expect(found.bucket == bucket)
            #expect(found.verdict == (bucket < 30_000 ? .mirrored : .notMirrored))
            #expect(found.sample == 30)
            if found.verdict == .mirrored { mirrored += 1 }
            // Nobody is mirrored to the version that answers, and everybody else is.
            let answers = explanation.version == "v2"
            #expect(verdicts(explanation)["v2"] == (answers ? .notMirrored : .mirrored))
        }
        #expect((30...90).contains(mirrored))
    }

    @Test func withoutAKeyItIsDrawn() throws {
        let drawn = try verdicts(explain(plan()))
        // Of all requests are mirrored to v2 those that it does not answer.
        #expect(drawn == ["v2": .drawn, "v3": .drawn, "v4": .notMirrored])
        let certain = try verdicts(explain(plan("{v1: 100%}"), method: "GET"))
        #expect(certain["v2"] == .mirrored)
    }

    @Test func methodAndHeadersMustFit() throws {
        let plan = try plan()
        let good = [("x-tier", "gold"), ("X-Region", "eu-1")]
        #expect(try verdicts(explain(plan, good, method: "POST"))["v4"] == .mirrored)
        let method = try explain(plan, good, method: "PUT")
        #expect(verdicts(method)["v4"] == .notMirrored)
        #expect(method.lines.contains { $0.contains("v4 is sent no copy: only POST is mirrored") })
        for fields in [[good[0]], [good[1]], [("x-tier", "silver"), good[1]]] {
            let explanation = try explain(plan, fields, method: "POST")
            #expect(verdicts(explanation)["v4"] == .notMirrored)
            #expect(explanation.lines.contains { $0.contains("the header x-") })
        }
    }

    @Test func aTestersRequestIsNeverMirrored() throws {
        let explanation = try explain(
            plan(), [("x-use-version", "v1"), ("x-user-id", "a")], method: "POST")
        #expect(explanation.reason == "override")
        #expect(Set(verdicts(explanation).values) == [.notMirrored])
    }

    @Test func whatIsRefusedHasNoShadows() throws {
        let plan = try plan()
        #expect(try explain(plan, [("x-use-version", "v9")]).shadows == nil)
        #expect(try explain(plan, target: "/b").shadows == nil)
    }

    @Test func itIsReadBackFromJSON() throws {
        let explanation = try explain(plan(), [("x-user-id", "a")])
        let data = try JSONEncoder().encode(explanation)
        #expect(try JSONDecoder().decode(Explanation.self, from: data) == explanation)
        #expect(String(decoding: data, as: UTF8.self).contains("\"shadows\":[{"))
        // An answer of an earlier release has none.
        let older = #"{"reason": "no_route", "lines": []}"#
        #expect(
            try JSONDecoder().decode(Explanation.self, from: Data(older.utf8)).shadows == nil)
    }
}
