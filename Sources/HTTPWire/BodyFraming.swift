// How the end of a body is known, and what methods say about it.

/// How the length of a body is known (RFC 9112 §6.3).
package enum BodyFraming: Equatable, Sendable {
    /// There is no body.
    case none
    /// So many bytes.
    case length(UInt64)
    /// Chunks, the last of them empty.
    case chunked
    /// Everything until the connection closes; answers only.
    case untilClose
}

/// The methods that change how a message is framed or whether it may be sent again.
package enum MethodKind: UInt8, CaseIterable, Sendable {
    case get, head, post, put, delete, patch, options, trace, connect, other

    /// Whether sending the request twice has the effect of sending it once (RFC 9110 §9.2.2).
    package var isIdempotent: Bool {
        switch self {
        case .get, .head, .put, .delete, .options, .trace: true
        case .post, .patch, .connect, .other: false
        }
    }

    static func find(_ name: UnsafeRawPointer, _ count: Int) -> MethodKind {
        func named(_ text: StaticString) -> Bool { unsafe Text.equals(name, count, text) }
        switch count {
        case 3: return named("GET") ? .get : named("PUT") ? .put : .other
        case 4: return named("POST") ? .post : named("HEAD") ? .head : .other
        case 5: return named("PATCH") ? .patch : named("TRACE") ? .trace : .other
        case 6: return named("DELETE") ? .delete : .other
        case 7: return named("OPTIONS") ? .options : named("CONNECT") ? .connect : .other
        default: return .other
        }
    }
}
