// The status codes of gRPC, and which of them are errors of a version.

/// A status of gRPC, as `grpc-status` has it (gRPC, doc/statuscodes.md).
package enum GRPCStatus: Int, Sendable, CaseIterable {
    case ok = 0
    case cancelled
    case unknown
    case invalidArgument
    case deadlineExceeded
    case notFound
    case alreadyExists
    case permissionDenied
    case resourceExhausted
    case failedPrecondition
    case aborted
    case outOfRange
    case unimplemented
    case `internal`
    case unavailable
    case dataLoss
    case unauthenticated

    /// The name in route files, metrics and documents.
    package var name: String {
        switch self {
        case .ok: "ok"
        case .cancelled: "cancelled"
        case .unknown: "unknown"
        case .invalidArgument: "invalid_argument"
        case .deadlineExceeded: "deadline_exceeded"
        case .notFound: "not_found"
        case .alreadyExists: "already_exists"
        case .permissionDenied: "permission_denied"
        case .resourceExhausted: "resource_exhausted"
        case .failedPrecondition: "failed_precondition"
        case .aborted: "aborted"
        case .outOfRange: "out_of_range"
        case .unimplemented: "unimplemented"
        case .internal: "internal"
        case .unavailable: "unavailable"
        case .dataLoss: "data_loss"
        case .unauthenticated: "unauthenticated"
        }
    }
}

/// A set of statuses of gRPC.
package struct GRPCStatusSet: OptionSet, Sendable, Hashable {
    package let rawValue: UInt32

    /// Makes a set of its bits, one for each raw value of `GRPCStatus`.
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Makes a set of these.
    package init(_ statuses: [GRPCStatus]) {
        rawValue = statuses.reduce(0) { $0 | 1 << UInt32($1.rawValue) }
    }

    /// Whether the set has the status of this number; numbers that gRPC does not know count as
    /// `unknown`.
    package func contains(code: Int) -> Bool {
        let known = GRPCStatus(rawValue: code) ?? .unknown
        return rawValue & 1 << UInt32(known.rawValue) != 0
    }

    /// The statuses in the set, by their number.
    package var statuses: [GRPCStatus] {
        GRPCStatus.allCases.filter { contains(code: $0.rawValue) }
    }

    /// What counts against a version unless a route says otherwise: what HTTP would answer with
    /// 500 or above.
    package static let serverFaults = GRPCStatusSet([
        .unknown, .deadlineExceeded, .unimplemented, .internal, .unavailable, .dataLoss,
    ])
}
