// Answers of the admin listener: text, JSON and problems.

import Control
import Foundation
import Hummingbird
import NIOCore
import Plan

/// Builds answers.
enum Answers {
    /// Writes what the API tells.
    static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }

    static func text(
        _ text: String, _ status: HTTPResponse.Status = .ok,
        type: String = "text/plain; charset=utf-8"
    ) -> Response {
        Response(
            status: status, headers: [.contentType: type, .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    static func json(_ value: some Encodable, _ status: HTTPResponse.Status = .ok) throws
        -> Response
    {
        let data = try encoder.encode(value)
        return Response(
            status: status,
            headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(bytes: data)))
    }

    static func noRoute(_ state: GatewayState) -> Response {
        let names = state.plan.routes.prefix(20).map(\.name).joined(separator: ", ")
        return problem(
            .notFound, "no_route",
            names.isEmpty ? "no routes are served" : "no such route; among those served: \(names)")
    }

    /// `application/problem+json` (RFC 9457); the detail is our own words.
    static func problem(
        _ status: HTTPResponse.Status, _ slug: String, _ detail: String
    ) -> Response {
        struct Problem: Encodable {
            let type: String
            let title: String
            let status: Int
            let detail: String
        }
        let body = Problem(
            type: "urn:sluice:error:\(slug)", title: status.reasonPhrase, status: status.code,
            detail: detail)
        var response = (try? json(body, status)) ?? text("\(detail)\n", status)
        response.headers[.contentType] = "application/problem+json"
        return response
    }
}
