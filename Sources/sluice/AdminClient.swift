// Asks a running gateway over its admin API.

import AsyncHTTPClient
import Control
import Foundation
import NIOCore
import NIOHTTP1
import Plan

/// A client of one gateway's admin listener.
struct AdminClient {
    private static let timeout = TimeAmount.seconds(10)
    private static let mostBytes = 64 * 1024 * 1024

    private let address: ListenAddress
    private let token: String?

    /// Lets `body` ask the gateway; a gateway that cannot be reached is exit code 3.
    static func use<T>(
        _ place: AdminPlace, _ body: (AdminClient) async throws -> T
    ) async throws -> T {
        let token = try place.tokenFile.map { try AdminTokens.read($0) }
        return try await body(AdminClient(address: place.address, token: token))
    }

    /// Gets a document.
    func get<T: Decodable>(_ path: String, as type: T.Type) async throws -> T {
        try Self.decode(try await ask(path, body: nil))
    }

    /// Sends a document and gets another.
    func post<T: Decodable>(
        _ path: String, _ question: some Encodable, as type: T.Type
    ) async throws -> T {
        try Self.decode(try await ask(path, body: JSONEncoder().encode(question)))
    }

    private func ask(_ path: String, body: Data?) async throws -> Data {
        var request = HTTPClientRequest(url: "http://\(address)\(path)")
        if let token { request.headers.add(name: "authorization", value: "Bearer \(token)") }
        if let body {
            request.method = .POST
            request.headers.add(name: "content-type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body))
        }
        let response: HTTPClientResponse
        let data: Data
        do {
            response = try await HTTPClient.shared.execute(request, timeout: Self.timeout)
            data = Data(try await response.body.collect(upTo: Self.mostBytes).readableBytesView)
        } catch {
            throw CommandFailure(
                code: CommandFailure.unreachable,
                message: "error: no gateway answers at \(address) (\(ConnectionWords.of(error))); "
                    + "start one with `sluice run`, or name another with --admin")
        }
        guard response.status == .ok else {
            struct Problem: Decodable { let detail: String }
            let detail = (try? JSONDecoder().decode(Problem.self, from: data))?.detail
            let said = Terminal.printable(detail ?? response.status.reasonPhrase)
            let words = response.status == .unauthorized ? tokenWords : said
            throw CommandFailure(
                code: CommandFailure.no, message: "error: \(response.status.code): \(words)")
        }
        return data
    }

    /// What a person does about an answer of 401.
    private var tokenWords: String {
        token == nil
            ? "the gateway asks for a token; name a file that holds one with --token-file"
            : "the gateway does not know the token in the file that --token-file names"
    }

    private static func decode<T: Decodable>(_ data: Data) throws -> T {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do {
            return try decoder.decode(T.self, from: data)
        } catch {
            throw CommandFailure(
                code: CommandFailure.unreachable,
                message: "error: what answers there is no gateway of this release (\(error))")
        }
    }

    /// A document as JSON for scripts.
    static func text(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
