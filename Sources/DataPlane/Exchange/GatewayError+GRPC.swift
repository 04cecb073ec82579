// What a caller by gRPC is told when the gateway itself answers.

import Plan
import Recording

extension GatewayError {
    /// The status of gRPC for this error (gRPC, doc/statuscodes.md): `unavailable` says that the
    /// call may be tried again, which is true where nobody has acted on it or can have.
    var grpcStatus: GRPCStatus {
        switch self {
        case .noRoute, .methodNotAllowed, .notImplemented, .versionNotSupported: .unimplemented
        case .unknownVersion, .misdirected, .upgradeRefused: .invalidArgument
        case .upstreamConnect, .upstreamReset, .upstreamUnavailable, .overloaded, .draining:
            .unavailable
        case .upstreamTimeout: .deadlineExceeded
        case .headTooLarge, .targetTooLong, .bodyTooLarge: .resourceExhausted
        case .requestTimeout: .cancelled
        case .badRequest, .expectationFailed, .upstreamProtocol, .internalError: .internal
        }
    }
}
