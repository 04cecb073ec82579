// One attempt to deliver one message over HTTP.

import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// A message as it goes to a URL.
struct WebhookPost: Sendable {
    let url: String
    let messageID: String
    let body: [UInt8]
    /// When it is sent, in seconds since 1970.
    let second: Int
    let signature: String

    /// A client for posts. Redirects are not followed: a receiver is where the file says.
    static func client() -> HTTPClient {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.httpVersion = .http1Only
        // The schedule tries again, and its log should say what the matter was.
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Posts it. The status says everything; the rest of the answer is not read.
    func send(with client: HTTPClient, timeoutMilliseconds: Int) async throws -> WebhookOutcome {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.headers.add(name: "user-agent", value: "sluice")
        request.headers.add(name: "webhook-id", value: messageID)
        request.headers.add(name: "webhook-timestamp", value: String(second))
        request.headers.add(name: "webhook-signature", value: signature)
        request.headers.add(name: "connection", value: "close")
        request.body = .bytes(ByteBuffer(bytes: body))
        let response = try await client.execute(
            request, timeout: .milliseconds(Int64(timeoutMilliseconds)))
        return .of(
            status: Int(response.status.code),
            retryAfter: response.headers.first(name: "retry-after"), nowSecond: second)
    }

    /// A URL for logs: paths, queries and users in them are often secrets.
    static func loggable(_ url: String) -> String {
        guard let parts = URLComponents(string: url), let scheme = parts.scheme,
            let host = parts.host
        else { return "a URL that makes no sense" }
        return "\(scheme)://\(host)\(parts.port.map { ":\($0)" } ?? "")/…"
    }
}
