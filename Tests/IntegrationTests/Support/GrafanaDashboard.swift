// The dashboard for Grafana, as far as its questions to Prometheus go.

import Foundation

/// `deploy/grafana/sluice.json`.
struct GrafanaDashboard: Decodable, Sendable {
    struct Target: Decodable, Sendable {
        let expr: String
    }

    struct Panel: Decodable, Sendable {
        let title: String
        let targets: [Target]?
    }

    struct Variable: Decodable, Sendable {
        let name: String
        let definition: String?
    }

    struct Variables: Decodable, Sendable {
        let list: [Variable]
    }

    struct Annotation: Decodable, Sendable {
        let name: String
        let expr: String?
    }

    struct Annotations: Decodable, Sendable {
        let list: [Annotation]
    }

    let annotations: Annotations
    let panels: [Panel]
    let templating: Variables

    static func read() throws -> GrafanaDashboard {
        try JSONDecoder().decode(
            GrafanaDashboard.self,
            from: Data(contentsOf: URL(filePath: "\(PrometheusStage.folder)/grafana/sluice.json")))
    }

    /// Every query with its panel's title, each variable as the choice of all that there is; first
    /// what marks the panels, for that is of the last minute alone.
    var queries: [(title: String, expression: String)] {
        let marks = annotations.list.compactMap { mark in
            mark.expr.map { (mark.name, Self.filled($0)) }
        }
        return marks
            + panels.flatMap { panel in
                (panel.targets ?? []).map { (panel.title, Self.filled($0.expr)) }
            }
    }

    /// The queries of one panel.
    func queries(_ title: String) -> [String] {
        queries.filter { $0.title == title }.map(\.expression)
    }

    /// The name, the label and the selector of each variable that is asked of Prometheus.
    var variables: [(name: String, label: String, selector: String)] {
        templating.list.compactMap { variable in
            guard let text = variable.definition,
                let parts = text.wholeMatch(of: /label_values\((.+), ([a-z]+)\)/)
            else { return nil }
            return (variable.name, String(parts.2), Self.filled(String(parts.1)))
        }
    }

    /// As Grafana puts values in the place of variables.
    private static func filled(_ expression: String) -> String {
        let values = [
            "$__rate_interval": "1m", "$__range": "10m", "$instance": ".*", "$route": ".*",
            "$version": ".*",
        ]
        return values.reduce(expression) { $0.replacing($1.key, with: $1.value) }
    }
}
