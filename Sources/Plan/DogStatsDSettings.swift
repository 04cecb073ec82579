// Who is sent the metrics as DogStatsD, and how often.

/// The settings of `dogstatsd:`.
package struct DogStatsDSettings: Sendable, Equatable {
    /// Where datagrams go.
    package enum Address: Sendable, Equatable {
        /// UDP to a name or an address, and a port.
        case udp(host: String, port: Int)
        /// A datagram socket of this machine.
        case unix(path: String)
    }

    /// A tag that every metric carries.
    package struct Tag: Sendable, Equatable {
        /// What stands before the colon.
        package let name: String
        /// What stands behind it.
        package let value: String

        /// Makes a tag.
        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Where datagrams go.
    package var address: Address
    /// What the names of metrics begin with, before a dot.
    package var prefix = "sluice"
    /// What every metric carries beside its own labels.
    package var tags: [Tag] = []
    /// Between two rounds of datagrams, in milliseconds.
    package var intervalMilliseconds = 10_000

    /// Metrics every ten seconds, which is how often an agent of Datadog passes them on.
    package init(address: Address) {
        self.address = address
    }
}
