// The description of the API: it is served as it lies in its folder, and has every path of the router.

import Control
import Foundation
import NIOCore
import Testing
import Verdict

@testable import Admin

@Suite struct DescriptionTests {
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    private static func description() throws -> [String: Any] {
        let data = Data(AdminServer.description.readableBytesView)
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    @Test func whatIsCompiledInIsTheFile() {
        let path = "\(Self.root)/Sources/CDashboard/api/openapi.json"
        let file = FileManager.default.contents(atPath: path)
        #expect(file == Data(AdminServer.description.readableBytesView))
    }

    /// As `get /healthz`; the page and its files are no part of the API.
    private static func routed() throws -> Set<String> {
        let folder = "\(root)/Sources/Admin"
        let names = try #require(FileManager.default.enumerator(atPath: folder))
        var found: Set<String> = []
        for case let name as String in names where name.hasSuffix(".swift") {
            let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
            for match in text.matches(of: /router\.(\w+)\("([^"]+)"\)/) {
                let path = match.2.hasPrefix("/") ? String(match.2) : "/\(match.2)"
                if path == "/" || path.hasPrefix("/assets/") { continue }
                let verbs = path.contains("\\(verb.rawValue)") ? RampVerb.allCases : []
                if verbs.isEmpty { found.insert("\(match.1) \(path)") }
                for verb in verbs {
                    let one = path.replacingOccurrences(
                        of: "\\(verb.rawValue)", with: verb.rawValue)
                    found.insert("\(match.1) \(one)")
                }
            }
        }
        return found
    }

    @Test func itHasEveryPathAndNoOther() throws {
        let paths = try #require(try Self.description()["paths"] as? [String: [String: Any]])
        let described = Set(paths.flatMap { path, methods in methods.keys.map { "\($0) \(path)" } })
        let routed = try Self.routed()
        #expect(routed.count >= 20)
        #expect(described == routed)
    }

    // MARK: Schemas

    /// What is answered, and asked, by the name of its schema.
    private static let documents: [(schema: String, type: any (Decodable & Sendable).Type)] = [
        ("Caller", CallerDocument.self), ("Gateway", GatewayDocument.self),
        ("RouteState", RouteStateDocument.self), ("Comparison", ComparisonDocument.self),
        ("History", HistoryDocument.self), ("Decision", DecisionDocument.self),
        ("Decisions", DecisionsDocument.self), ("Question", ExplainQuestion.self),
        ("Explanation", Explanation.self), ("Shadows", ShadowsDocument.self),
        ("Pairs", PairsDocument.self), ("Pair", PairDocument.self),
        ("Snapshot", SnapshotDocument.self), ("Operation", OperationRequest.self),
        ("Alerts", AlertsDocument.self),
    ]

    @Test(arguments: documents.indices)
    func schemasAreWhatIsAnswered(place: Int) throws {
        let (name, type) = Self.documents[place]
        let components = try #require(try Self.description()["components"] as? [String: Any])
        let schemas = try #require(components["schemas"] as? [String: [String: Any]])
        var check = SchemaAgainstShape(schemas: schemas, shapes: try DocumentShape.all(of: type))
        check.compare(
            ["$ref": "#/components/schemas/\(name)"], .document(String(reflecting: type)), name)
        #expect(check.faults == [])
        #expect(check.compared > 0)
    }

    @Test func whatIsMissingIsFound() throws {
        struct Document: Decodable {
            let one: Int
            let two: String?
            let three: [Double]
        }
        let shapes = try DocumentShape.all(of: Document.self)
        let schema: [String: Any] = [
            "type": "object", "required": ["two"],
            "properties": ["one": ["type": "string"], "two": ["type": "string"], "four": [:]],
        ]
        var check = SchemaAgainstShape(schemas: ["Document": schema], shapes: shapes)
        check.compare(
            ["$ref": "#/components/schemas/Document"], .document(String(reflecting: Document.self)),
            "Document")
        #expect(
            Set(check.faults) == [
                "Document.one is required: false, and always there: true",
                "Document.one is string, and whole", "Document.three is not described",
                "Document.two is required: true, and always there: false",
                "Document.four is no member",
            ])
    }
}
