// The request's head as the upstream gets it: the client's fields, less those that are only
// between the client and us, plus those that say who asked.

import HTTPWire
import NIOCore
import Plan

extension Exchange {
    /// Room for the fields that the gateway adds, beside the host and address it repeats.
    private static let addedBytes = 1_024

    /// Fields never passed on as they are: rewritten below, or not believed from a client.
    private static let replaced = KnownFieldSet(
        .host, .transferEncoding, .te, .xRequestID, .sluice, .proxyAuthorization)
    private static let untrusted = KnownFieldSet(
        .xForwardedFor, .xForwardedProto, .xForwardedHost, .xForwardedOther, .forwarded, .xRealIP)

    /// Writes the head into `request`.
    func writeRequestHead(_ head: RequestHead, base: UnsafeRawPointer, count: Int) {
        guard let client else { return }
        if request.capacity == 0 { request = worker.buffers.take() }
        let capacity = count + head.authority.count * 2 + Self.addedBytes
        unsafe request.writeWithUnsafeMutableBytes(minimumWritableBytes: capacity) { memory in
            var writer = unsafe HeadWriter(memory)
            unsafe writeRequestLine(head, base, &writer)
            var dropped = Self.replaced
            if !client.identity.isTrusted { dropped.formUnion(Self.untrusted) }
            let isTraced = unsafe TraceParent.isValid(head, base)
            if !isTraced {
                dropped.formUnion(KnownFieldSet(.traceparent, .tracestate))
            } else if worker.tracer != nil {
                dropped.formUnion(KnownFieldSet(.traceparent))
            }
            unsafe head.copyFields(from: base, dropping: dropped, to: &writer)
            writeConnection(head, &writer)
            unsafe writeOrigin(head, base, client, &writer)
            if worker.tracer != nil || !isTraced || !logText.isEmpty {
                unsafe writeTrace(head, base, client, isTraced: isTraced, &writer)
            }
            writer.put(client.isHTTP2 ? "via: 2 sluice\r\n" : "via: 1.1 sluice\r\n")
            writer.put("x-request-id: ")
            identifier.write(&writer)
            writer.put("\r\n\r\n")
            return writer.count
        }
        headCount = request.readableBytes
    }

    private func writeRequestLine(
        _ head: RequestHead, _ base: UnsafeRawPointer, _ writer: inout HeadWriter
    ) {
        unsafe writer.put(head.method.bytes(at: base))
        writer.put(" ")
        if head.targetIsEmptyPath { writer.put("/") }
        unsafe writer.put(head.target.bytes(at: base))
        writer.put(" HTTP/1.1\r\nhost: ")
        unsafe writer.put(head.authority.bytes(at: base))
        writer.put("\r\n")
    }

    private func writeConnection(_ head: RequestHead, _ writer: inout HeadWriter) {
        if isUpgrade {
            writer.put("connection: upgrade\r\nupgrade: websocket\r\n")
        } else if head.wantsTrailers {
            writer.put("connection: te\r\nte: trailers\r\n")
        }
        if head.body == .chunked { writer.put("transfer-encoding: chunked\r\n") }
    }

    private func writeOrigin(
        _ head: RequestHead, _ base: UnsafeRawPointer, _ client: ClientSide,
        _ writer: inout HeadWriter
    ) {
        let isTrusted = client.identity.isTrusted
        unsafe client.identity.addressText.withUnsafeBytes { address in
            writer.put("x-forwarded-for: ")
            unsafe writer.put(address)
            writer.put("\r\n")
        }
        if !isTrusted || head.index(of: .xForwardedProto) < 0 {
            writer.put("x-forwarded-proto: https\r\n")
        }
        if !isTrusted || head.index(of: .xForwardedHost) < 0 {
            writer.put("x-forwarded-host: ")
            unsafe writer.put(head.authority.bytes(at: base))
            writer.put("\r\n")
        }
        if worker.plan.gateway.sendsForwarded {
            unsafe writeForwarded(head, base, client, &writer)
        }
    }

    /// `forwarded` (RFC 7239); an IPv6 address stands in quotes and brackets.
    private func writeForwarded(
        _ head: RequestHead, _ base: UnsafeRawPointer, _ client: ClientSide,
        _ writer: inout HeadWriter
    ) {
        let isIPv6 = client.identity.address.count == 16
        writer.put(isIPv6 ? "forwarded: for=\"[" : "forwarded: for=")
        unsafe client.identity.addressText.withUnsafeBytes { unsafe writer.put($0) }
        writer.put(isIPv6 ? "]\";host=\"" : ";host=\"")
        unsafe writer.put(head.authority.bytes(at: base))
        writer.put("\";proto=https\r\n")
    }

    /// Goes on with the client's trace, or begins one; without a tracer, one that is not sampled.
    private func writeTrace(
        _ head: RequestHead, _ base: UnsafeRawPointer, _ client: ClientSide, isTraced: Bool,
        _ writer: inout HeadWriter
    ) {
        let parent = isTraced ? unsafe TraceParent(validIn: head, base) : nil
        if let tracer = worker.tracer {
            unsafe tracer.begin(
                self, head, base, parent: parent, isTrusted: client.identity.isTrusted, &writer)
            return
        }
        // The client's own has been copied already.
        if let parent { return noteTrace(parent, span: 0) }
        var place = TraceParent(drawnBy: &worker.random)
        place.span = worker.random.next() | 1
        noteTrace(place, span: 0)
        place.write(&writer)
    }
}
