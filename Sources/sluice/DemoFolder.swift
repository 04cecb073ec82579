// The files of the demo, in a folder that goes away with it.

import DataPlane
import Foundation
import Plan
import RouteFiles
import TLS

/// A temporary folder with route files, a certificate and state.
struct DemoFolder: Sendable {
    let path: String

    var routes: String { "\(path)/Routes" }
    var certificates: String { "\(path)/Certs" }
    var state: String { "\(path)/state" }
    var certificatePath: String { "\(certificates)/development.pem" }

    init() throws {
        let base = NSTemporaryDirectory()
        path = "\(base.hasSuffix("/") ? String(base.dropLast()) : base)/sluice-demo-\(getpid())"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700])
    }

    /// Makes what is in it, with a certificate and without routes.
    func prepare() throws {
        for folder in [routes, certificates] {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: false)
        }
        let pair = try DevelopmentCertificate.make(
            names: ["localhost", "127.0.0.1", "::1"], days: 7)
        try PrivateFile.write(pair.keyPEM, to: "\(certificates)/development.key", mode: 0o600)
        try PrivateFile.write(pair.certificatePEM, to: certificatePath, mode: 0o644)
    }

    /// Writes the file of a route.
    func write(_ text: String, route: String) throws {
        try PrivateFile.write(Array(text.utf8), to: "\(routes)/\(route).yaml", mode: 0o644)
    }

    /// What a gateway loads from it.
    func files(listen: ListenAddress, admin: ListenAddress) -> GatewayFiles {
        var files = GatewayFiles(routes: routes)
        files.overrides.certificates = certificates
        files.overrides.state = state
        files.overrides.listen = listen
        files.overrides.admin = admin
        files.overrides.workers = 1
        return files
    }

    func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }
}

/// Finds somewhere to listen.
enum FreePort {
    /// This address, or the same host with a port that the system chooses if it is taken.
    static func address(like wanted: ListenAddress) -> ListenAddress {
        let isFree = (try? PortProbe.check(wanted, flag: "")) != nil
        return isFree ? wanted : ListenAddress(host: wanted.host, port: 0)
    }
}
