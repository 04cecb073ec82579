// Why nobody was reached, in words for people instead of those of a library.

import AsyncHTTPClient
import DataPlane
import NIOCore
import NIOPosix

/// Words for errors of connections and of clients of HTTP.
package enum ConnectionWords {
    private static let mostCharacters = 200

    /// A few words for an error, without a sign at their end.
    package static func of(_ error: any Error) -> String {
        switch error {
        case let error as IOError: return SystemError.text(error.errnoCode)
        case let error as SocketAddressError.UnknownHost:
            return "the name \(error.host) is not known: \(error.errorDescription)"
        case let error as NIOConnectionError:
            if let failure = error.connectionErrors.first { return of(failure.error) }
            return (error.dnsAError ?? error.dnsAAAAError).map(of) ?? cut(error)
        case let error as HTTPClientError: return words(error)
        default: return cut(error)
        }
    }

    private static func words(_ error: HTTPClientError) -> String {
        switch error {
        case .deadlineExceeded, .connectTimeout, .readTimeout, .writeTimeout,
            .getConnectionFromPoolTimeout:
            "not in time"
        case .cancelled: "it was not waited for any longer"
        case .remoteConnectionClosed: "the connection was closed before an answer"
        default: cut(error)
        }
    }

    private static func cut(_ error: any Error) -> String {
        String(String(describing: error).prefix(mostCharacters))
    }
}
