// `sluice certs`: a certificate to begin with.

import ArgumentParser
import Foundation
import Plan
import RouteFiles
import TLS

/// Makes a self-signed development certificate.
struct CertsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "certs",
        abstract: "Writes a self-signed development certificate into Certs/ if there is none.",
        discussion: """
            It is for localhost, 127.0.0.1, ::1 and the hosts that the route files name. Clients \
            must be told to trust it: curl --cacert Certs/development.pem …
            """)

    private static let days = 365

    @Option(help: "The folder of certificates.")
    var certs = "Certs"

    @Option(help: "The folder of route files.")
    var routes = "Routes"

    @Flag(help: "Replaces the development certificate if there is one.")
    var force = false

    func run() throws {
        let manager = FileManager.default
        let certificate = "\(certs)/development.pem"
        let key = "\(certs)/development.key"
        let present = ((try? manager.contentsOfDirectory(atPath: certs)) ?? [])
            .filter { $0.hasSuffix(".pem") || $0.hasSuffix(".crt") }
        if !present.isEmpty && !force {
            try Terminal.show(
                "\(certs) holds \(present.sorted().joined(separator: ", ")); nothing done\n")
            return
        }
        let names = ["localhost", "127.0.0.1", "::1"] + hosts()
        do {
            let pair = try DevelopmentCertificate.make(names: names, days: Self.days)
            try manager.createDirectory(atPath: certs, withIntermediateDirectories: true)
            try PrivateFile.write(pair.keyPEM, to: key, mode: 0o600)
            try PrivateFile.write(pair.certificatePEM, to: certificate, mode: 0o644)
        } catch {
            throw CommandFailure(
                code: CommandFailure.no, message: "error: no certificate was written: \(error)")
        }
        try Terminal.show(
            "wrote \(certificate) and \(key) for \(names.joined(separator: ", ")); "
                + "valid for \(Self.days) days\n")
    }

    /// The hosts that the route files name; files that are wrong are another command's business.
    private func hosts() -> [String] {
        guard let files = try? RouteFolder.load(folder: routes) else { return [] }
        let hosts = files.routes.compactMap(\.certificateName)
        return Set(hosts).sorted()
    }
}

/// Writes a file that never has other rights than it should, whole or not at all.
enum PrivateFile {
    static func write(_ bytes: [UInt8], to path: String, mode: mode_t) throws {
        let temporary = "\(path).new"
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try handle.write(contentsOf: Data(bytes))
        try handle.synchronize()
        guard rename(temporary, path) == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    }
}
