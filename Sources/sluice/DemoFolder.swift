// The files of the demo, in a folder that goes away with it.

import DataPlane
import Foundation
import Plan
import TLS

/// A temporary folder with a route file, a certificate and state.
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

    /// Writes the route and the certificate.
    func write(ports: [Int]) throws {
        let manager = FileManager.default
        for folder in [routes, certificates] {
            try manager.createDirectory(atPath: folder, withIntermediateDirectories: false)
        }
        let pair = try DevelopmentCertificate.make(
            names: ["localhost", "127.0.0.1", "::1"], days: 7)
        try PrivateFile.write(pair.keyPEM, to: "\(certificates)/development.key", mode: 0o600)
        try PrivateFile.write(pair.certificatePEM, to: certificatePath, mode: 0o644)
        let route = """
            route: sentiment
            match:
              path: /v1/sentiment/**
              methods: [POST]

            versions:
              v1: {endpoints: [http://127.0.0.1:\(ports.first ?? 0)]}
              v2: {endpoints: [http://127.0.0.1:\(ports.last ?? 0)]}

            sticky:
              - header: x-user-id

            override: {header: x-use-version}

            split: {v1: 90%, v2: 10%}

            """
        try PrivateFile.write(Array(route.utf8), to: "\(routes)/sentiment.yaml", mode: 0o644)
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
