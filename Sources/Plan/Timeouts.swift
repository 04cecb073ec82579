// The waits that one exchange is allowed.

/// The timeouts of a route's exchanges, in milliseconds. The defaults are those of the gateway.
package struct Timeouts: Sendable, Equatable {
    /// For a connection to an endpoint, its TLS handshake included.
    package var connectMilliseconds = 2_000
    /// From the last byte of the request sent to the first byte of the answer.
    package var firstByteMilliseconds = 15_000
    /// Between two pieces of the answer.
    package var idleMilliseconds = 60_000
    /// For the whole exchange, from its head to the answer's last byte.
    package var totalMilliseconds = 3_600_000

    /// The default timeouts.
    package init() {}
}
