// The fields that the gateway treats in some way of its own.

import Glibc

/// A field that the gateway knows; every other field is passed on as it is.
package enum KnownField: UInt8, CaseIterable, Sendable {
    case other = 0
    case host, connection, contentLength, transferEncoding, te, trailer, upgrade, expect
    case keepAlive, proxyConnection, proxyAuthenticate, proxyAuthorization, http2Settings
    case xForwardedFor, xForwardedProto, xForwardedHost
    /// Any other field whose name begins with `x-forwarded-`.
    case xForwardedOther
    case forwarded, xRealIP, xRequestID, traceparent, tracestate, via, cookie
    /// Any field whose name begins with `x-sluice-`.
    case sluice
    case date, server, contentType, authorization, webSocketKey, webSocketAccept

    /// Whether the field belongs to one connection only (RFC 9110 §7.6.1) and is never passed on.
    var isHop: Bool { KnownFieldSet.hop.contains(self) }

    /// Which field this name is, in any case; the bytes must be a token.
    @inline(__always)
    static func find(_ name: UnsafeRawPointer, _ count: Int) -> KnownField {
        func named(_ text: StaticString) -> Bool { unsafe Text.matches(name, count, text) }
        switch count {
        case 2: if named("te") { return .te }
        case 3: if named("via") { return .via }
        case 4:
            if named("host") { return .host }
            if named("date") { return .date }
        case 6:
            if named("cookie") { return .cookie }
            if named("expect") { return .expect }
            if named("server") { return .server }
        case 7:
            if named("upgrade") { return .upgrade }
            if named("trailer") { return .trailer }
        case 9:
            if named("forwarded") { return .forwarded }
            if named("x-real-ip") { return .xRealIP }
        case 10:
            if named("connection") { return .connection }
            if named("keep-alive") { return .keepAlive }
            if named("tracestate") { return .tracestate }
        case 11: if named("traceparent") { return .traceparent }
        case 12:
            if named("content-type") { return .contentType }
            if named("x-request-id") { return .xRequestID }
        case 13: if named("authorization") { return .authorization }
        case 14:
            if named("content-length") { return .contentLength }
            if named("http2-settings") { return .http2Settings }
        case 15: if named("x-forwarded-for") { return .xForwardedFor }
        case 16:
            if named("proxy-connection") { return .proxyConnection }
            if named("x-forwarded-host") { return .xForwardedHost }
        case 17:
            if named("transfer-encoding") { return .transferEncoding }
            if named("sec-websocket-key") { return .webSocketKey }
            if named("x-forwarded-proto") { return .xForwardedProto }
        case 20: if named("sec-websocket-accept") { return .webSocketAccept }
        case 18: if named("proxy-authenticate") { return .proxyAuthenticate }
        case 19: if named("proxy-authorization") { return .proxyAuthorization }
        default: break
        }
        if unsafe Text.hasPrefix(name, count, "x-sluice-") { return .sluice }
        if unsafe Text.hasPrefix(name, count, "x-forwarded-") { return .xForwardedOther }
        return .other
    }
}

extension KnownField {
    /// The longest name that is looked at.
    private static let longestName = 32

    /// Whether a name is that of a known field but for `_` in the place of `-`: upstreams behind
    /// CGI take the two for the same, so that such a field could pass for one that we have set.
    static func isDisguised(_ name: UnsafeRawPointer, _ count: Int) -> Bool {
        guard count <= longestName, unsafe memchr(name, 0x5F, count) != nil else { return false }
        var plain = InlineArray<32, UInt8>(repeating: 0)
        for index in 0..<count {
            let byte = unsafe name.load(fromByteOffset: index, as: UInt8.self)
            plain[index] = byte == 0x5F ? 0x2D : byte
        }
        return unsafe plain.span.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return false }
            return unsafe find(base, count) != .other
        }
    }
}

/// A set of known fields.
package struct KnownFieldSet: OptionSet, Sendable {
    package let rawValue: UInt64

    /// Makes a set of its bits, one for each raw value of `KnownField`.
    package init(rawValue: UInt64) { self.rawValue = rawValue }

    /// Makes a set of one field.
    @inline(__always)
    package init(_ field: KnownField) { rawValue = 1 &<< UInt64(field.rawValue) }

    /// Whether the field is in the set.
    @inline(__always)
    package func contains(_ field: KnownField) -> Bool {
        rawValue & (1 &<< UInt64(field.rawValue)) != 0
    }

    /// Adds a field.
    @inline(__always)
    package mutating func insert(_ field: KnownField) { formUnion(KnownFieldSet(field)) }

    /// Makes a set of several fields.
    package init(_ fields: KnownField...) {
        rawValue = fields.reduce(0) { $0 | 1 &<< UInt64($1.rawValue) }
    }

    /// Fields that belong to one connection only (RFC 9110 §7.6.1).
    @inline(__always)
    static var hop: KnownFieldSet {
        let bits =
            bit(.connection) | bit(.keepAlive) | bit(.proxyConnection) | bit(.proxyAuthenticate)
            | bit(.te) | bit(.transferEncoding) | bit(.upgrade) | bit(.http2Settings)
        return KnownFieldSet(rawValue: bits)
    }

    /// Fields that frame, route or describe the request for us: a `Connection` field that
    /// nominates one of them is not obeyed, else a client could strip what a proxy has set.
    @inline(__always)
    static var notNominable: KnownFieldSet {
        let bits =
            bit(.host) | bit(.contentLength) | bit(.transferEncoding) | bit(.expect)
            | bit(.xForwardedFor) | bit(.xForwardedProto) | bit(.xForwardedHost)
            | bit(.xForwardedOther) | bit(.forwarded) | bit(.xRealIP) | bit(.xRequestID)
            | bit(.via) | bit(.sluice) | bit(.traceparent) | bit(.tracestate)
        return KnownFieldSet(rawValue: bits)
    }

    @inline(__always)
    private static func bit(_ field: KnownField) -> UInt64 { 1 &<< UInt64(field.rawValue) }
}
