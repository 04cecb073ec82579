// One family of metrics: its name, kind, labels and meaning, for `/metrics` and for people alike.

/// A family of metrics. What is exposed comes from these values, and so does `docs/metrics.md`.
struct MetricFamily: Sendable {
    /// What Prometheus makes of its samples.
    enum Kind: String, Sendable {
        /// Only grows, and begins anew when the gateway does.
        case counter
        /// Goes up and down.
        case gauge
        /// Counts of values up to each of `PrometheusText.bounds`.
        case histogram
    }

    /// A label, and its values if they are known beforehand.
    struct Label: Sendable {
        let name: String
        let values: [String]

        /// A label with any value.
        init(_ name: String, _ values: [String] = []) {
            self.name = name
            self.values = values
        }

        static let route = Label("route")
        static let version = Label("version")
    }

    /// Ends in the unit, and a counter's in `_total`.
    let name: String
    let kind: Kind
    /// In the order in which samples give their values.
    let labels: [Label]
    /// One sentence, without line breaks or backslashes.
    let help: String
    /// Whether a counter goes on where the last process left it.
    let outlivesRestart: Bool

    /// Describes a family.
    init(
        _ name: String, _ kind: Kind, by labels: [Label] = [], outlivesRestart: Bool = false,
        _ help: String
    ) {
        self.name = name
        self.kind = kind
        self.labels = labels
        self.help = help
        self.outlivesRestart = outlivesRestart
    }
}

/// Families that belong together. Who adds some writes an array like those beside this file, and
/// names it in `all`.
struct MetricArea: Sendable {
    /// The heading in `docs/metrics.md`.
    let title: String
    /// What to know of all of them; may be empty.
    let note: String
    let families: [MetricFamily]

    /// Every area, in the order of `/metrics`.
    static let all: [MetricArea] = [
        gateway, connections, versions, calls, streams, shadows, ramps, webhooks, process,
    ]
}
