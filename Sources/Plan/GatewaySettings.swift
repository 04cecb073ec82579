// What belongs to the process: listeners, folders, trust and the access log.

/// The settings of `gateway.yaml`, with the command line's flags already applied.
package struct GatewaySettings: Sendable, Equatable {
    /// Where clients connect.
    package var listen = ListenAddress(host: "0.0.0.0", port: 8443)
    /// Where operators and dashboards connect.
    package var admin = ListenAddress(host: "127.0.0.1", port: 9901)
    /// A file whose text operators must send as a bearer token; a token is needed beyond loopback.
    package var adminTokenFile: String?
    /// More tokens, each with a name and a role.
    package var adminTokens: [AdminToken] = []
    /// Names under which the admin listener may be called, beside `localhost` and addresses.
    package var adminNames: [String] = []
    /// A file whose text signs what is posted to the URLs of `notify`.
    package var webhookSecretFile: String?
    /// The folder of certificates and keys.
    package var certificates = "Certs"
    /// The folder of lasting state.
    package var state = ".sluice"
    /// Event loops; 0 means one for each core.
    package var workers = 0
    /// Proxies whose `x-forwarded-*` and `forwarded` are believed.
    package var trustedProxies: [AddressRange] = []
    /// Whether `forwarded` (RFC 7239) is sent to upstreams too.
    package var sendsForwarded = false
    /// What is written about each request.
    package var accessLog: AccessLogSettings?
    /// How the gateway's own log is written.
    package var log = LogSettings()
    /// What somebody is to be told of.
    package var alerts = AlertSettings()
    /// What is traced; nil for nothing.
    package var tracing: TracingSettings?
    /// Who is sent the metrics; nil for nobody.
    package var dogStatsD: DogStatsDSettings?

    /// The default settings.
    package init() {}
}

/// An address and a port to listen on.
package struct ListenAddress: Sendable, Equatable, CustomStringConvertible {
    /// An IPv4 address, or an IPv6 address without brackets.
    package let host: String
    /// A TCP port; 0 lets the system choose.
    package let port: Int

    /// Makes a listening address.
    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Whether only this machine can connect there.
    package var isLoopback: Bool { host == "::1" || host.hasPrefix("127.") }

    /// The address as `ADDR:PORT`, with brackets around IPv6.
    package var description: String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}

/// A block of addresses in CIDR notation.
package struct AddressRange: Sendable, Hashable {
    /// The block's address in network order: 4 bytes for IPv4, 16 for IPv6.
    package let bytes: [UInt8]
    /// How many leading bits count: 0 to 32, or 0 to 128.
    package let prefixBits: Int

    /// Makes a block of 4 or 16 bytes.
    package init(bytes: [UInt8], prefixBits: Int) {
        self.bytes = bytes
        self.prefixBits = prefixBits
    }

    /// Whether this address, 4 or 16 bytes in network order, lies in the block.
    package func contains(_ address: [UInt8]) -> Bool {
        guard address.count == bytes.count else { return false }
        var bitsLeft = prefixBits
        for (mine, theirs) in zip(bytes, address) {
            if bitsLeft <= 0 { return true }
            let mask: UInt8 = bitsLeft >= 8 ? 0xff : ~(0xff >> UInt8(bitsLeft))
            if mine & mask != theirs & mask { return false }
            bitsLeft -= 8
        }
        return true
    }
}

/// Which requests the access log describes, and where.
package struct AccessLogSettings: Sendable, Equatable {
    /// Where the lines go.
    package enum Destination: Sendable, Equatable {
        /// Standard output.
        case standardOutput
        /// Appended to this file, which is opened anew on SIGHUP.
        case file(String)
    }

    /// Where the lines go.
    package var destination = Destination.standardOutput
    /// The share of requests that is logged, in 0.001 % (100,000 is all).
    package var sampleBuckets = 100_000
    /// Only answers of 500 and above, and exchanges that broke.
    package var errorsOnly = false

    /// A log of every request on standard output.
    package init() {}
}
