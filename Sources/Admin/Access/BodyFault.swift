// Bodies of requests to the admin listener, and what can be wrong with them.

import Foundation
import Hummingbird
import NIOCore

/// Why a body is not what was asked for.
enum BodyFault: Error {
    case tooLarge
    case notReadable

    /// A body is at most so long.
    static let mostBytes = 16 * 1_024

    /// The answer; `wanted` says what the body must be.
    func answer(_ slug: String, _ wanted: String) -> Response {
        switch self {
        case .tooLarge:
            Answers.problem(
                .contentTooLarge, "body_too_large",
                "the body may have \(Self.mostBytes) bytes at most")
        case .notReadable: Answers.problem(.badRequest, slug, wanted)
        }
    }
}

extension AdminServer {
    /// A document from a body; an empty body is `empty`, where there may be none.
    static func body<T: Decodable>(
        of request: Request, empty: T? = nil
    ) async throws(BodyFault) -> T {
        var body = ByteBuffer()
        do {
            for try await part in request.body {
                guard body.readableBytes + part.readableBytes <= BodyFault.mostBytes else {
                    throw BodyFault.tooLarge
                }
                body.writeImmutableBuffer(part)
            }
        } catch let fault as BodyFault {
            throw fault
        } catch {
            throw .notReadable
        }
        if body.readableBytes == 0, let empty { return empty }
        guard let read = try? JSONDecoder().decode(T.self, from: Data(body.readableBytesView))
        else { throw .notReadable }
        return read
    }
}
