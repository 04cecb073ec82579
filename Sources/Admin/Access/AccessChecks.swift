// What every request to the admin listener passes before it is looked at.

import Hummingbird
import Journal
import Plan

/// Says to browsers what they must not do with our answers.
struct SafeHeaders: RouterMiddleware {
    /// Of answers that are no page: nothing in them is to be run or shown in a frame.
    private static let policy = "default-src 'none'; frame-ancestors 'none'"

    func handle(
        _ request: Request, context: AdminContext,
        next: (Request, AdminContext) async throws -> Response
    ) async throws -> Response {
        var response: Response
        do {
            response = try await next(request, context)
        } catch let error as HTTPError where error.status == .notFound {
            response = Answers.problem(
                .notFound, "no_path", "nothing is served at this path; begin at / or /api/v1/routes"
            )
        } catch let error as HTTPError {
            response = Answers.problem(
                error.status, "bad_request", "the request cannot be read: \(error.body ?? "")")
        } catch let error as JournalError {
            response = Answers.problem(.serviceUnavailable, "journal", error.description)
        }
        if response.headers[.contentSecurityPolicy] == nil {
            response.headers[.contentSecurityPolicy] = Self.policy
        }
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers[.crossOriginResourcePolicy] = "same-origin"
        return response
    }
}

/// Refuses requests for a name that is not ours.
struct HostCheck: RouterMiddleware {
    let access: AdminAccess

    func handle(
        _ request: Request, context: AdminContext,
        next: (Request, AdminContext) async throws -> Response
    ) async throws -> Response {
        if OpenPath.isHealth(request) || access.isOurs(host: request.head.authority ?? "") {
            return try await next(request, context)
        }
        return Answers.problem(
            .misdirectedRequest, "wrong_host",
            "the admin listener is called by its address, by localhost or by a name in "
                + "admin_names; add this one to admin_names in gateway.yaml if it is meant")
    }
}

/// Refuses what a page of another site has a browser send.
struct SiteCheck: RouterMiddleware {
    func handle(
        _ request: Request, context: AdminContext,
        next: (Request, AdminContext) async throws -> Response
    ) async throws -> Response {
        if OpenPath.isHealth(request) || Self.isFromHere(request) {
            return try await next(request, context)
        }
        return Answers.problem(
            .forbidden, "cross_site", "nothing is done for a page of another site")
    }

    /// Browsers say where a request comes from; everybody else says nothing.
    private static func isFromHere(_ request: Request) -> Bool {
        if let origin = request.headers[.origin] {
            let parts = origin.split(separator: "://", maxSplits: 1)
            let authority = request.head.authority ?? ""
            guard parts.count == 2, parts[1].lowercased() == authority.lowercased() else {
                return false
            }
        }
        // A link that is followed only shows something; everything else would act or listen.
        let isLink =
            request.method == .get && request.headers[named: "sec-fetch-mode"] == "navigate"
        let site = request.headers[named: "sec-fetch-site"] ?? "none"
        return isLink || site == "none" || site == "same-origin"
    }
}

/// Finds out who sends a request, and whether they may.
struct TokenCheck: RouterMiddleware {
    let access: AdminAccess

    func handle(
        _ request: Request, context: AdminContext,
        next: (Request, AdminContext) async throws -> Response
    ) async throws -> Response {
        if OpenPath.isHealth(request) || OpenPath.isPage(request) {
            return try await next(request, context)
        }
        guard let caller = access.caller(request.headers[.authorization]) else {
            var answer = Answers.problem(
                .unauthorized, "unauthorized", "send authorization: Bearer TOKEN")
            answer.headers[.wwwAuthenticate] = "Bearer"
            return answer
        }
        // Whatever changes something: paths that are added later are not open by mistake.
        let isQuestion =
            request.method == .get || request.method == .head
            || request.uri.path == "/api/v1/explain"
        guard isQuestion || caller.role == .operator else {
            return Answers.problem(
                .forbidden, "needs_operator",
                "this token may look on only; a token with role: operator is needed for that")
        }
        var context = context
        context.caller = caller
        return try await next(request, context)
    }
}

/// Paths that tell nothing of the gateway, and so need no token.
private enum OpenPath {
    static func isHealth(_ request: Request) -> Bool {
        request.uri.path == "/healthz" || request.uri.path == "/readyz"
    }

    /// The dashboard's own files: what they show, they ask for with a token.
    static func isPage(_ request: Request) -> Bool {
        guard request.method == .get || request.method == .head else { return false }
        return request.uri.path == "/" || request.uri.path.hasPrefix("/assets/")
            || request.uri.path == "/favicon.ico"
    }
}

extension HTTPFields {
    /// The value of a field that has no name of its own here.
    subscript(named name: String) -> String? {
        first { $0.name.canonicalName == name }?.value
    }
}
