// The gateway's own errors have names and statuses that clients can rely on.

import Recording
import Testing

@Suite("Gateway error")
struct GatewayErrorTests {
    @Test("has a name of its own, fit for a header and a metric")
    func slugs() {
        let slugs = GatewayError.allCases.map { String(describing: $0.slug) }
        #expect(Set(slugs).count == slugs.count)
        for slug in slugs {
            #expect(slug.utf8.allSatisfy { $0 == UInt8(ascii: "_") || (97...122).contains($0) })
        }
    }

    @Test("has a status of an error and a title", arguments: GatewayError.allCases)
    func words(_ error: GatewayError) {
        #expect((400...599).contains(error.status))
        #expect(error.title.utf8CodeUnitCount > 3)
    }

    @Test("is found by the status that a head is refused with")
    func statuses() {
        for status in [405, 413, 414, 417, 431, 501, 505] {
            #expect(GatewayError(status: status).status == status)
        }
        #expect(GatewayError(status: 400) == .badRequest)
        #expect(GatewayError(status: 418) == .badRequest)
    }

    @Test("keeps the names that the documentation promises")
    func promised() {
        #expect(String(describing: GatewayError.noRoute.slug) == "no_route")
        #expect(String(describing: GatewayError.upstreamConnect.slug) == "upstream_connect")
        #expect(String(describing: GatewayError.upstreamTimeout.slug) == "upstream_timeout")
    }

    @Test("kinds of outcomes have names of their own, and failures leave out the clients'")
    func outcomes() {
        let names = OutcomeKind.allCases.map(\.description)
        #expect(Set(names).count == names.count)
        #expect(
            Set(OutcomeKind.failures)
                == Set(OutcomeKind.allCases).subtracting([.answered, .clientGone]))
    }
}
