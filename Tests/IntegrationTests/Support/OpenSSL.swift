// Certificates and handshakes by the `openssl` command.

import Foundation
import Testing

/// The kinds of keys that a test asks for.
enum KeyKind: String, Sendable {
    case ecdsa
    case rsa

    fileprivate var options: [String] {
        switch self {
        case .ecdsa: ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
        case .rsa: ["-newkey", "rsa:2048"]
        }
    }
}

extension Scenario {
    /// Runs an `openssl` command that must succeed.
    @discardableResult
    func openssl(_ arguments: String...) async throws -> Finished {
        let run = try await finish("openssl", arguments)
        try #require(run.end == .exit(0), "openssl: \(run.errors)")
        return run
    }

    /// Writes LABEL.pem and LABEL.key into Certs: self-signed, for these names.
    func certificate(
        _ label: String, names: [String], kind: KeyKind = .ecdsa, serial: Int = 1
    ) async throws {
        // Made elsewhere, then moved: a gateway that looks on never sees half of it.
        let made = "tmp/\(label)-\(serial)"
        let alternatives = names.map { "DNS:\($0)" }.joined(separator: ",")
        let arguments =
            ["req", "-x509", "-nodes"] + kind.options + [
                "-subj", "/CN=\(label)", "-days", "30", "-set_serial", "\(serial)", "-addext",
                "subjectAltName=\(alternatives)", "-keyout", "\(made).key", "-out", "\(made).pem",
            ]
        let run = try await finish("openssl", arguments)
        try #require(run.end == .exit(0), "openssl: \(run.errors)")
        for ending in ["key", "pem"] {
            guard rename("\(folder)/\(made).\(ending)", "\(folder)/Certs/\(label).\(ending)") == 0
            else { throw CocoaError(.fileWriteUnknown) }
        }
    }

    /// Shakes hands by `openssl s_client`, sends one request, and gives all that it told.
    func handshake(
        _ gateway: Gateway, name: String?, _ arguments: [String] = [],
        path: String = "/v1/sentiment"
    ) async throws -> Finished {
        let host = name ?? "localhost"
        try write(
            "tmp/request",
            "GET \(path) HTTP/1.1\r\nhost: \(host)\r\nconnection: close\r\n\r\n")
        let server = name.map { ["-servername", $0] } ?? ["-noservername"]
        return try await finish(
            "openssl",
            ["s_client", "-connect", gateway.clients, "-ign_eof"] + server + arguments,
            input: "\(temporary)/request")
    }
}

extension Finished {
    /// The subject of the server's certificate, as `openssl s_client` tells it.
    var subject: String? {
        output.firstMatch(of: /subject=CN ?= ?([^\n]+)/).map { String($0.1) }
    }
}
