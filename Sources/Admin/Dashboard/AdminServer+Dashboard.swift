// The paths of the dashboard's page.

import Hummingbird
import Plan

extension AdminServer {
    /// What the page may do: run and show its own files, and ask this listener.
    private static let policy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'",
        "img-src 'self' data:", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
    ].joined(separator: "; ")
    /// The path names the contents: what is kept can never be wrong.
    private static let forGood = "public, max-age=31536000, immutable"

    /// Adds the page, its files and who is asking to a router.
    func addDashboard(to router: Router<AdminContext>) {
        let files = DashboardFiles.shared
        router.get("/") { request, _ in
            Self.answer(request, files.page, tag: files.digest, keeping: "no-cache")
        }
        router.get("assets/{digest}/{name}") { request, context in
            guard context.parameters.get("digest") == files.digest,
                let file = files.assets[context.parameters.get("name") ?? ""]
            else {
                return Answers.problem(
                    .notFound, "no_file", "no such file of the dashboard; begin at /")
            }
            return Self.answer(request, file, tag: files.digest, keeping: Self.forGood)
        }
        router.get("api/v1/me") { _, context in
            let caller = context.caller ?? .anybody
            return try Answers.json(
                CallerDocument(name: caller.name, role: caller.role.rawValue))
        }
    }

    private static func answer(
        _ request: Request, _ file: DashboardFiles.File, tag: String, keeping: String
    ) -> Response {
        let tag = "\"\(tag)\""
        var headers: HTTPFields = [
            .contentType: file.type, .cacheControl: keeping, .eTag: tag,
            .contentSecurityPolicy: policy,
        ]
        let known = (request.headers[.ifNoneMatch] ?? "").split(separator: ",")
        if known.contains(where: { $0.drop(while: { $0 == " " }) == tag }) {
            headers[.contentType] = nil
            return Response(status: .notModified, headers: headers)
        }
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: file.bytes))
    }
}

/// What `/api/v1/me` answers: as whom a request is taken.
struct CallerDocument: Codable, Sendable {
    /// The token's name; nil without one.
    let name: String?
    /// `viewer` or `operator`.
    let role: String
}
