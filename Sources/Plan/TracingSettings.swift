// Which requests are traced, and who collects the spans.

/// The settings of `tracing:`.
package struct TracingSettings: Sendable, Equatable {
    /// A field that every batch is posted with; its value is often a secret.
    package struct Header: Sendable, Equatable {
        /// The name, in lowercase.
        package let name: String
        /// The value.
        package let value: String

        /// Makes a field.
        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Where batches of spans are posted: OTLP over HTTP, as JSON.
    package var endpoint: String
    /// The share of the requests that is traced, in 0.001 % (100,000 is all).
    package var sampleBuckets = 1_000
    /// What batches are posted with beside what OTLP asks for.
    package var headers: [Header] = []
    /// The name under which spans are found (`service.name`).
    package var service = "sluice"

    /// Traces one request in a hundred.
    package init(endpoint: String) {
        self.endpoint = endpoint
    }
}
