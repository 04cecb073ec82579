// Why a request goes where it goes, in words.

package import DataPlane
package import Plan
import Splitting

/// The answer of `sluice explain`, as lines for people and as fields for scripts.
package struct Explanation: Codable, Sendable, Equatable {
    /// The route that takes the request; nil if none does.
    package let route: String?
    /// The version that the caller gets; nil if each request is drawn.
    package let version: String?
    /// `override`, `only`, `sticky`, `drawn`, `unknown_version` or `no_route`.
    package let reason: String
    /// The caller's key, if one decided.
    package let key: String?
    /// The key's bucket, if one decided.
    package let bucket: Int?
    /// What would become of the request at each shadow; nil if there is none, or it is refused.
    package internal(set) var shadows: [ShadowExplanation]?
    /// What was found, a line each.
    package internal(set) var lines: [String]

    /// Explains a trial on a plan.
    package init(_ trial: RequestTrial, _ plan: Plan) {
        guard let index = trial.route, plan.routes.indices.contains(index) else {
            self.init(
                nil, nil, "no_route",
                ["route    none: no route matches this host, path, method and headers (404)"])
            return
        }
        let route = plan.routes[index]
        var lines = ["route    \(route.name)", "matches  \(Self.match(route.match))"]
        guard let reason = trial.reason else {
            let names = route.versions.map(\.name).joined(separator: ", ")
            lines.append("version  none: the override names no version of this route (400)")
            lines.append("known    \(names)")
            self.init(route.name, nil, "unknown_version", lines)
            return
        }
        let version = trial.version.map { route.versions[$0].name }
        switch reason {
        case .override:
            let header = route.overrideHeader ?? ""
            lines.append("version  \(version ?? "")")
            lines.append("because  the header \(header) asks for it; not counted as evidence")
            self.init(route.name, version, "override", lines)
        case .only:
            lines.append("version  \(version ?? "")")
            lines.append("because  the route has no other version")
            self.init(route.name, version, "only", lines)
        case .drawn:
            lines.append("version  drawn for each request: \(Self.shares(route))")
            lines.append("because  \(Self.whyDrawn(route))")
            self.init(route.name, nil, "drawn", lines)
        case .sticky(let source, let key, let bucket):
            let owner = version ?? ""
            lines.append("key      \(Self.printable(key)) (\(Self.words(source)))")
            lines.append(
                "bucket   \(bucket) of \(BucketTable.bucketCount), by SipHash-2-4 "
                    + "with the salt \(Self.printable(route.salt))")
            lines.append("version  \(owner)")
            lines.append("because  \(owner) owns the bucket; \(Self.shares(route))")
            self.init(route.name, version, "sticky", lines, key: key, bucket: bucket)
        }
    }

    private init(
        _ route: String?, _ version: String?, _ reason: String, _ lines: [String],
        key: String? = nil, bucket: Int? = nil
    ) {
        self.route = route
        self.version = version
        self.reason = reason
        self.lines = lines
        self.key = key
        self.bucket = bucket
    }

    private static func match(_ match: RouteMatch) -> String {
        let host =
            switch match.host {
            case .any: "any host"
            case .exact(let name): name
            case .wildcard(let suffix): "*.\(suffix)"
            }
        let path =
            switch match.path {
            case .exact(let path): path
            case .prefix(let prefix): "\(prefix)/**"
            }
        let methods = match.methods.isEmpty ? "any method" : match.methods.joined(separator: ", ")
        let headers = match.headers.isEmpty ? "" : ", \(match.headers.count) header conditions"
        return "\(host), \(path), \(methods)\(headers)"
    }

    private static func shares(_ route: Route) -> String {
        zip(route.versions, route.shares).map { version, share in
            "\(version.name) \(Double(share) * 100 / Double(BucketTable.bucketCount))%"
        }.joined(separator: ", ")
    }

    private static func whyDrawn(_ route: Route) -> String {
        if route.sticky.isEmpty { return "the route has no sticky key" }
        let places = route.sticky.map(words).joined(separator: " or ")
        return "the request carries no key: no \(places)"
    }

    private static func words(_ source: StickySource) -> String {
        switch source {
        case .header(let name): "header \(name)"
        case .cookie(let name): "cookie \(name)"
        }
    }

    /// A caller's text without what could deceive on a terminal.
    private static func printable(_ text: String) -> String {
        let scalars = text.unicodeScalars.map { scalar in
            let category = scalar.properties.generalCategory
            return category == .control || category == .format ? "\u{FFFD}" : scalar
        }
        return "\"\(String(String.UnicodeScalarView(scalars)))\""
    }
}
