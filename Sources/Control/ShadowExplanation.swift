// Which copies of a request would be made, as far as its head tells.

import DataPlane
package import Plan
import Splitting
import Verdict

/// What would become of a request at one shadow.
package struct ShadowExplanation: Codable, Sendable, Equatable {
    /// Whether the request is mirrored.
    package enum Verdict: String, Codable, Sendable, CaseIterable {
        /// It is, unless its body is too long or there is too much to do.
        case mirrored
        /// It may be: it is drawn, or nobody knows yet who answers.
        case drawn
        case notMirrored = "not_mirrored"
    }

    /// The version that would get the copy.
    package let version: String
    package let verdict: Verdict
    /// Why, in words.
    package let reason: String
    /// The share of the callers who are mirrored, in percent.
    package let sample: Double
    /// The caller's bucket in this shadow's draw; nil without a key, or where that is not asked.
    package let bucket: Int?
}

extension Explanation {
    /// The same with what would become of the request at the shadows of its route. A request
    /// that is refused is mirrored to nobody.
    package func with(
        shadowsOf plan: Plan, method: String, host: String, target: String,
        fields: [(name: String, value: String)]
    ) -> Explanation {
        guard let route = plan.routes.first(where: { $0.name == self.route }),
            reason != "unknown_version", !route.shadows.isEmpty
        else { return self }
        let found = route.shadows.map { shadow in
            explain(shadow, of: route) { match in
                Self.meets(match, plan, route, method, host, target, fields)
            }
        }
        var other = self
        other.shadows = found
        other.lines += found.map { shadow in
            "shadow   \(shadow.version) \(Self.words(shadow.verdict)): \(shadow.reason)"
        }
        return other
    }

    private func explain(
        _ shadow: Shadow, of route: Route, meets: (RouteMatch) -> Bool
    ) -> ShadowExplanation {
        let name = route.versions[shadow.version].name
        func answer(
            _ verdict: ShadowExplanation.Verdict, _ reason: String, bucket: Int? = nil
        ) -> ShadowExplanation {
            ShadowExplanation(
                version: name, verdict: verdict, reason: reason,
                sample: Double(shadow.sample) * 100 / Double(BucketTable.bucketCount),
                bucket: bucket)
        }
        func conditions(methods: [String], headers: [HeaderCondition]) -> RouteMatch {
            RouteMatch(host: .any, path: .prefix(""), methods: methods, headers: headers)
        }
        if reason == "override" {
            return answer(.notMirrored, "a tester's request is never mirrored")
        }
        if version == name { return answer(.notMirrored, "\(name) answers the request itself") }
        if !meets(conditions(methods: shadow.methods, headers: [])) {
            let wanted = shadow.methods.joined(separator: ", ")
            return answer(.notMirrored, "only \(wanted) is mirrored")
        }
        let unmet = shadow.headers.filter { !meets(conditions(methods: [], headers: [$0])) }
        if let unmet = unmet.first {
            return answer(.notMirrored, "the header \(unmet.name) is not as the shadow wants it")
        }
        let sample = RampWords.share(shadow.sample)
        var rest = "; a body of more than \(shadow.mostBodyBytes) bytes is not"
        if let key {
            let salt = Shadow.salt(ofRoute: route.salt, version: name)
            let bucket = BucketHash(salt: salt).bucket(of: key)
            let isSampled = bucket < shadow.sample
            return answer(
                isSampled ? .mirrored : .notMirrored,
                "the caller's bucket in this shadow's draw, \(bucket), is "
                    + "\(isSampled ? "within" : "beyond") the sample of \(sample)"
                    + (isSampled ? rest : ""), bucket: bucket)
        }
        // Nobody knows who answers a request that is drawn.
        let mayAnswer = version == nil && route.shares[shadow.version] > 0
        if mayAnswer { rest = ", unless \(name) answers it" + rest }
        if shadow.sample == BucketTable.bucketCount {
            return answer(mayAnswer ? .drawn : .mirrored, "every request is\(rest)")
        }
        return answer(.drawn, "\(sample) of such requests are, for it carries no key\(rest)")
    }

    private static func words(_ verdict: ShadowExplanation.Verdict) -> String {
        switch verdict {
        case .mirrored: "is sent a copy"
        case .drawn: "may be sent a copy"
        case .notMirrored: "is sent no copy"
        }
    }

    /// Whether a request meets conditions, by the very code that decides for real ones.
    private static func meets(
        _ match: RouteMatch, _ plan: Plan, _ route: Route, _ method: String, _ host: String,
        _ target: String, _ fields: [(name: String, value: String)]
    ) -> Bool {
        let trial = Route(
            name: route.name, match: match, timeouts: route.timeouts, versions: route.versions,
            sticky: [], overrideHeader: nil, salt: route.salt, shares: route.shares,
            buckets: route.buckets, showsVersion: false, allowsUpgrade: false)
        let only = Plan(
            revision: plan.revision, gateway: plan.gateway, limits: plan.limits, routes: [trial])
        let found = try? RequestTrial.run(
            only, method: method, host: host, target: target, fields: fields)
        return found?.route != nil
    }
}
