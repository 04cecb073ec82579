// The rules and the dashboard ask only for metrics that exist, and lead to sections that exist.

import Foundation
import Testing

@testable import Admin

@Suite struct DeployTests {
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
    private static let rules = ["sluice-versions", "sluice-alerts", "sluice-pattern"].map {
        "deploy/prometheus/rules/\($0).yaml"
    }
    /// What rules of an operator's own may record.
    private static let optional: Set<String> = [
        "route:sluice_error_budget:ratio", "route:sluice_latency_threshold:seconds",
    ]

    private static func text(_ path: String) throws -> String {
        try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8)
    }

    // MARK: The dashboard

    private struct Dashboard: Decodable {
        struct Source: Decodable {
            let type: String
            let uid: String
        }

        struct Place: Decodable {
            let h: Int
            let w: Int
            let x: Int
            let y: Int
        }

        struct Target: Decodable {
            let expr: String
            let refId: String
            let datasource: Source
        }

        struct Panel: Decodable {
            let id: Int
            let type: String
            let title: String
            let description: String?
            let gridPos: Place
            let datasource: Source?
            let targets: [Target]?
        }

        struct Variable: Decodable {
            let name: String
            let type: String
            let definition: String?
            let includeAll: Bool
        }

        struct Variables: Decodable { let list: [Variable] }

        struct Annotation: Decodable { let expr: String? }

        struct Annotations: Decodable { let list: [Annotation] }

        let uid: String
        let schemaVersion: Int
        let panels: [Panel]
        let templating: Variables
        let annotations: Annotations
    }

    private static func dashboard() throws -> Dashboard {
        try JSONDecoder().decode(
            Dashboard.self, from: Data(text("deploy/grafana/sluice.json").utf8))
    }

    @Test func theDashboardIsSound() throws {
        let dashboard = try Self.dashboard()
        // The one that Grafana 10.0 writes: later ones read it as well.
        #expect(dashboard.schemaVersion == 38)
        #expect(dashboard.uid == "sluice")
        #expect(Set(dashboard.panels.map(\.id)).count == dashboard.panels.count)
        let variables = dashboard.templating.list
        #expect(variables.map(\.name) == ["datasource", "instance", "route", "version"])
        #expect(variables.dropFirst().allSatisfy { $0.includeAll })
        for panel in dashboard.panels where panel.type != "row" {
            #expect(panel.description?.hasSuffix(".") == true, "\(panel.title)")
            let targets = try #require(panel.targets, "\(panel.title)")
            #expect(!targets.isEmpty, "\(panel.title)")
            #expect(Set(targets.map(\.refId)).count == targets.count, "\(panel.title)")
            for source in [panel.datasource] + targets.map(\.datasource) {
                #expect(source?.type == "prometheus", "\(panel.title)")
                #expect(source?.uid == "${datasource}", "\(panel.title)")
            }
        }
    }

    @Test func panelsLieBesideEachOther() throws {
        var taken: [String: String] = [:]
        for panel in try Self.dashboard().panels {
            let place = panel.gridPos
            #expect(place.x + place.w <= 24, "\(panel.title)")
            for x in place.x..<place.x + place.w {
                for y in place.y..<place.y + place.h {
                    let other = taken.updateValue(panel.title, forKey: "\(x) \(y)")
                    #expect(other == nil, "\(panel.title) lies over \(other ?? "")")
                }
            }
        }
    }

    /// Variables in queries are those that are declared, or Grafana's own.
    @Test func queriesUseKnownVariables() throws {
        let known: Set<Substring> = ["instance", "route", "version", "__rate_interval", "__range"]
        for expression in try Self.expressions() {
            for variable in expression.matches(of: /\$\{?([A-Za-z_]+)/) {
                #expect(known.contains(variable.1), "\(expression)")
            }
        }
    }

    // MARK: Metrics

    /// All that is asked for in the dashboard, those of its variables among it.
    private static func expressions() throws -> [String] {
        let dashboard = try Self.dashboard()
        return dashboard.panels.flatMap { ($0.targets ?? []).map(\.expr) }
            + dashboard.templating.list.compactMap(\.definition)
            + dashboard.annotations.list.compactMap(\.expr)
    }

    /// Lines of rules without comments.
    private static func ruleLines() throws -> [String] {
        try rules.flatMap { try text($0).split(separator: "\n").map(String.init) }
            .filter { !$0.drop { $0 == " " }.hasPrefix("#") }
    }

    /// The family that a name in a query belongs to.
    private static func family(_ name: Substring) -> MetricFamily? {
        MetricArea.all.flatMap(\.families).first { family in
            let endings = family.kind == .histogram ? ["_bucket", "_sum", "_count"] : [""]
            return endings.contains { name == family.name + $0 }
        }
    }

    @Test func everyMetricIsInTheTable() throws {
        let lines = try Self.ruleLines()
        let recorded = Set(
            lines.compactMap { $0.firstMatch(of: /record: (\S+)/).map { String($0.1) } })
        #expect(recorded.count > 30)
        var asked: Set<String> = []
        for expression in try Self.expressions() + lines {
            let names = expression.matches(
                of: /[a-z_]+:[a-z0-9_:]+|\b(?:sluice|process)_[a-z0-9_]+/)
            for name in names.map(\.0) {
                asked.insert(String(name))
                let isKnown =
                    recorded.contains(String(name)) || Self.optional.contains(String(name))
                    || Self.family(name) != nil
                #expect(isKnown, "\(name) in \(expression)")
            }
        }
        #expect(asked.count > 60)
    }

    @Test func everyLabelIsOneOfItsMetric() throws {
        let others: Set<Substring> = ["job", "instance"]
        var count = 0
        for expression in try Self.expressions() + Self.ruleLines() {
            for selector in expression.matches(of: /\b((?:sluice|process)_[a-z0-9_]+)\{([^}]*)\}/) {
                let family = try #require(Self.family(selector.1), "\(expression)")
                for label in selector.2.matches(of: /([a-z_]+)(?:=|!)/) {
                    count += 1
                    let isKnown =
                        others.contains(label.1) || family.labels.contains { $0.name == label.1 }
                    #expect(isKnown, "\(label.1) of \(family.name)")
                }
            }
        }
        #expect(count > 100)
    }

    // MARK: What people read

    /// The headings of a page as links name them.
    private static func anchors(_ page: String) throws -> Set<String> {
        Set(
            try text(page).split(separator: "\n").filter { $0.hasPrefix("#") }.map { line in
                let heading = line.drop { $0 == "#" }.dropFirst().lowercased()
                return heading.replacing(" ", with: "-")
                    .filter { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
            })
    }

    @Test func everyAlertHasItsSection() throws {
        let lines = try Self.ruleLines()
        let alerts = Set(
            lines.compactMap { $0.firstMatch(of: /alert: (\S+)/).map { String($0.1) } })
        let books = Set(
            lines.compactMap { $0.firstMatch(of: /runbook: (\S+)/).map { String($0.1) } })
        #expect(alerts.count == 9)
        #expect(books == Set(alerts.map { "docs/operating.md#\($0.lowercased())" }))
        let anchors = try Self.anchors("docs/operating.md")
        for alert in alerts { #expect(anchors.contains(alert.lowercased()), "\(alert)") }
        let page = try Self.text("deploy/README.md")
        for alert in alerts { #expect(page.contains("[`\(alert)`]"), "\(alert)") }
    }

    @Test(arguments: ["deploy/README.md", "docs/metrics.md", "docs/operating.md"])
    func linksLeadSomewhere(page: String) throws {
        let folder = URL(filePath: "/\(page)").deletingLastPathComponent()
        let links = try Self.text(page).matches(of: /\]\(([^)#]*)(?:#([^)]+))?\)/)
        #expect(!links.isEmpty)
        for link in links where !link.1.hasPrefix("http") {
            let file =
                link.1.isEmpty
                ? page
                : String(folder.appending(path: String(link.1)).standardized.path.dropFirst())
            #expect(FileManager.default.fileExists(atPath: "\(Self.root)/\(file)"), "\(link.0)")
            if let anchor = link.2, file.hasSuffix(".md") {
                #expect(try Self.anchors(file).contains(String(anchor)), "\(link.0)")
            }
        }
    }
}
