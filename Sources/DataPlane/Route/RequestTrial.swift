// Asks what would become of a request, by the very code that decides for real ones.

import HTTPWire
package import Plan

/// The answer to "which route, which version, and why", for a request that nobody sends.
package struct RequestTrial: Sendable {
    /// What decided on the version.
    package enum Reason: Sendable, Equatable {
        /// A tester's header names it.
        case override
        /// The route has no other.
        case only
        /// The key of a sticky source lies in a bucket that the version owns.
        case sticky(source: StickySource, key: String, bucket: Int)
        /// The request carries no key: each one is drawn anew.
        case drawn
    }

    /// The route's place in the plan; nil if none takes the request.
    package let route: Int?
    /// The version's place in the route; nil if each request is drawn, or a tester asks for a
    /// version that does not exist.
    package let version: Int?
    /// What decided; nil without a route, or when a tester asks for a version that does not exist.
    package let reason: Reason?

    /// Why a request would be refused before any route is looked for.
    package struct Refusal: Error, Sendable {
        /// The status of the refusal.
        package let status: Int
        /// One sentence.
        package let detail: String
    }

    /// Tries a request with this host, target and fields on a plan.
    package static func run(
        _ plan: Plan, method: String, host: String, target: String,
        fields: [(name: String, value: String)]
    ) throws(Refusal) -> RequestTrial {
        let lines = fields.map { "\($0.name): \($0.value)\r\n" }.joined()
        let bytes = Array("\(method) \(target) HTTP/1.1\r\nhost: \(host)\r\n\(lines)\r\n".utf8)
        let limits = HeadLimits(
            headBytes: plan.limits.headBytes, headFields: plan.limits.headFields,
            targetBytes: plan.limits.targetBytes)
        let result: Result<RequestTrial, Refusal> = unsafe bytes.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else {
                return .failure(Refusal(status: 400, detail: "the request is empty"))
            }
            return unsafe run(plan, limits, base, count: bytes.count)
        }
        return try result.get()
    }

    private static func run(
        _ plan: Plan, _ limits: HeadLimits, _ base: UnsafeRawPointer, count: Int
    ) -> Result<RequestTrial, Refusal> {
        var scanner = HeadScanner()
        let head = RequestHead(limits: limits)
        var fault: HeadFault?
        switch unsafe scanner.scanRequest(base, count: count, limits: limits) {
        case .fault(let found): fault = found
        case .incomplete: fault = .malformedRequestLine
        case .complete(let length):
            fault = length == count ? unsafe head.parse(base, count: count) : .malformedRequestLine
        }
        if let fault {
            return .failure(Refusal(status: fault.status, detail: "\(fault.detail)"))
        }
        return .success(unsafe decide(plan, head, base))
    }

    private static func decide(
        _ plan: Plan, _ head: RequestHead, _ base: UnsafeRawPointer
    ) -> RequestTrial {
        let memory = UnsafeMutableRawBufferPointer.allocate(
            byteCount: head.limits.headBytes, alignment: 1)
        defer { unsafe memory.deallocate() }
        let hostCount = unsafe head.copyLowercasedHost(from: base, into: memory)
        let host = unsafe UnsafeRawBufferPointer(rebasing: memory[..<hostCount])
        let path = unsafe head.path.bytes(at: base)
        let index = unsafe RouteIndex(routes: plan.routes).match(host: host, path: path) { index in
            unsafe RouteConditions(plan.routes[index].match).accept(head, base: base)
        }
        guard index >= 0 else { return RequestTrial(route: nil, version: nil, reason: nil) }
        let route = plan.routes[index]
        let split = RouteSplit(route)
        var random = RandomSource()
        guard let choice = unsafe VersionChoice(split, head: head, base: base, random: &random)
        else { return RequestTrial(route: index, version: nil, reason: nil) }
        switch choice.reason {
        case .override:
            return RequestTrial(route: index, version: choice.version, reason: .override)
        case .only: return RequestTrial(route: index, version: choice.version, reason: .only)
        case .drawn: return RequestTrial(route: index, version: nil, reason: .drawn)
        case .sticky(let source, let bucket):
            let key = unsafe VersionChoice.key(split.sticky[source], head, base: base)
            let text = unsafe key.map { unsafe String(decoding: $0, as: UTF8.self) }
            return RequestTrial(
                route: index, version: choice.version,
                reason: .sticky(source: route.sticky[source], key: text ?? "", bucket: bucket))
        }
    }
}
