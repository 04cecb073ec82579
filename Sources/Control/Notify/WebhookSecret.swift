// The key that messages are signed with: an operator's, or made at the first use.

import Foundation
import Glibc

/// A secret that the gateway shares with those who receive its messages.
package struct WebhookSecret: Sendable {
    /// What stands before the base64 of a secret (Standard Webhooks).
    private static let prefix = "whsec_"
    /// The name of a made secret in the state directory.
    package static let fileName = "webhook-secret"
    private static let madeBytes = 32
    /// A key that is shorter could be guessed.
    private static let leastBytes = 16
    private static let mostFileBytes = 4_096

    /// The key itself.
    let key: [UInt8]

    /// Takes the text of a secret: `whsec_` and base64, or any other text as it is, without the
    /// white space around it.
    package init(text: String) throws(WebhookSecretError) {
        let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
        if text.hasPrefix(Self.prefix) {
            guard let data = Data(base64Encoded: String(text.dropFirst(Self.prefix.count))) else {
                throw WebhookSecretError(
                    description: "what follows \(Self.prefix) is no base64; "
                        + "receivers could check no signature")
            }
            key = [UInt8](data)
        } else {
            key = [UInt8](text.utf8)
        }
        guard key.count >= Self.leastBytes else {
            throw WebhookSecretError(
                description: "the key has \(key.count) bytes, and one of less than "
                    + "\(Self.leastBytes) could be guessed")
        }
    }

    /// Reads a file's secret.
    package init(file: String) throws(WebhookSecretError) {
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: file))
            defer { try? handle.close() }
            let data = try handle.read(upToCount: Self.mostFileBytes + 1) ?? Data()
            guard data.count <= Self.mostFileBytes, let text = String(data: data, encoding: .utf8)
            else {
                throw WebhookSecretError(description: "it holds something else")
            }
            try self.init(text: text)
        } catch {
            throw WebhookSecretError(
                description: "the webhook secret in \(file) cannot be used (\(error)); put a line "
                    + "there as from `echo whsec_$(openssl rand -base64 32)`")
        }
    }

    /// The secret in the state directory, made if there is none.
    package static func kept(in folder: String) throws(WebhookSecretError) -> WebhookSecret {
        let path = "\(folder)/\(fileName)"
        if unsafe access(path, F_OK) != 0 { try make(path) }
        return try WebhookSecret(file: path)
    }

    /// Makes a secret that its owner alone can read, whole or not at all.
    private static func make(_ path: String) throws(WebhookSecretError) {
        let bytes = (0..<madeBytes).map { _ in UInt8.random(in: .min ... .max) }
        let text = [UInt8]("\(prefix)\(Data(bytes).base64EncodedString())\n".utf8)
        let unfinished = "\(path).new"
        guard write(text, to: unfinished), unsafe rename(unfinished, path) == 0 else {
            let reason = unsafe String(cString: strerror(errno))
            throw WebhookSecretError(
                description: "the webhook secret \(path) cannot be made (\(reason)); make the "
                    + "state directory writable, or free space on the disk")
        }
    }

    /// Writes a new file down to the disk; if that fails, `errno` says why.
    private static func write(_ text: [UInt8], to path: String) -> Bool {
        // unsafe: the path and the text outlive the calls.
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { return false }
        let written = unsafe Glibc.write(file, text, text.count)
        let isWritten = written == text.count && fsync(file) == 0
        let problem = errno
        close(file)
        errno = problem
        return isWritten
    }
}
