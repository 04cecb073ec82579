// The tokens of the admin listener, as they stand in files.

import Admin
import Foundation
import Plan
import RouteFiles

/// Reads tokens: those that a gateway knows, and the one that a command sends.
enum AdminTokens {
    /// Who may ask the gateway with these settings.
    static func access(_ settings: GatewaySettings) throws -> AdminAccess {
        var tokens: [AdminAccess.Token] = []
        if let path = settings.adminTokenFile {
            tokens.append(token(name: nil, .operator, text: try read(path)))
        }
        for known in settings.adminTokens {
            switch known.secret {
            case .file(let path):
                tokens.append(token(name: known.name, known.role, text: try read(path)))
            case .digest(let digest):
                tokens.append(
                    AdminAccess.Token(name: known.name, role: known.role, digest: digest))
            }
        }
        return AdminAccess(tokens: tokens, names: settings.adminNames)
    }

    /// The token that a file holds.
    static func read(_ path: String) throws -> String {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw CommandFailure(
                code: CommandFailure.no, message: "error: the token in \(path) cannot be read")
        }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// A token by its text, or by the digest that the text names.
    private static func token(
        name: String?, _ role: AdminToken.Role, text: String
    ) -> AdminAccess.Token {
        if let digest = AdminReader.digest(inFile: text) {
            return AdminAccess.Token(name: name, role: role, digest: digest)
        }
        return AdminAccess.Token(name: name, role: role, text: text)
    }
}
