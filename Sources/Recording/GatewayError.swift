// The errors that the gateway itself answers with: their stable names, titles and statuses.

/// Why the gateway answered a request itself. The raw value is the place in a worker's counters.
package enum GatewayError: Int, Sendable, CaseIterable {
    case badRequest
    case headTooLarge
    case targetTooLong
    case bodyTooLarge
    case notImplemented
    case versionNotSupported
    case expectationFailed
    case requestTimeout
    case noRoute
    case misdirected
    case methodNotAllowed
    case unknownVersion
    case upgradeRefused
    case upstreamConnect
    case upstreamReset
    case upstreamProtocol
    case upstreamTimeout
    case upstreamUnavailable
    case overloaded
    case draining
    case internalError

    /// The error of a head that is refused with this status.
    package init(status: Int) {
        self =
            switch status {
            case 405: .methodNotAllowed
            case 413: .bodyTooLarge
            case 414: .targetTooLong
            case 417: .expectationFailed
            case 431: .headTooLarge
            case 501: .notImplemented
            case 505: .versionNotSupported
            default: .badRequest
            }
    }

    /// The name in `x-sluice-error`, in the problem's type and in the metrics.
    package var slug: StaticString { words.slug }

    /// A few words for people, also the reason phrase.
    package var title: StaticString { words.title }

    /// The status of the answer.
    package var status: Int { words.status }

    private var words: (slug: StaticString, title: StaticString, status: Int) {
        switch self {
        case .badRequest: ("bad_request", "Bad Request", 400)
        case .headTooLarge: ("head_too_large", "Request Header Fields Too Large", 431)
        case .targetTooLong: ("target_too_long", "URI Too Long", 414)
        case .bodyTooLarge: ("body_too_large", "Content Too Large", 413)
        case .notImplemented: ("not_implemented", "Not Implemented", 501)
        case .versionNotSupported: ("version_not_supported", "HTTP Version Not Supported", 505)
        case .expectationFailed: ("expectation_failed", "Expectation Failed", 417)
        case .requestTimeout: ("request_timeout", "Request Timeout", 408)
        case .noRoute: ("no_route", "No Route", 404)
        case .misdirected: ("misdirected_request", "Misdirected Request", 421)
        case .methodNotAllowed: ("method_not_allowed", "Method Not Allowed", 405)
        case .unknownVersion: ("unknown_version", "Unknown Version", 400)
        case .upgradeRefused: ("upgrade_refused", "Upgrade Refused", 403)
        case .upstreamConnect: ("upstream_connect", "Upstream Not Reached", 502)
        case .upstreamReset: ("upstream_reset", "Upstream Closed Early", 502)
        case .upstreamProtocol: ("upstream_protocol", "Upstream Answer Invalid", 502)
        case .upstreamTimeout: ("upstream_timeout", "Upstream Timeout", 504)
        case .upstreamUnavailable: ("upstream_unavailable", "No Upstream Available", 503)
        case .overloaded: ("overloaded", "Overloaded", 503)
        case .draining: ("draining", "Shutting Down", 503)
        case .internalError: ("internal_error", "Internal Error", 500)
        }
    }
}
