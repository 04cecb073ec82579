// A folder of certificates is read whole, or refused with every file's problem.

import Foundation
import TLS
import Testing

@testable import RouteFiles

@Suite("Certificate folder")
struct CertificateFolderTests {
    private let folder: TemporaryFolder
    private let pair: DevelopmentCertificate.Pair

    init() throws {
        folder = try TemporaryFolder()
        pair = try DevelopmentCertificate.make(names: ["a.example"], days: 1)
    }

    private func problems() -> [String] {
        do throws(CertificateFailure) {
            _ = try CertificateFolder.read(folder.path)
            return []
        } catch {
            return error.problems.map { $0.replacing(folder.path, with: "Certs") }
        }
    }

    @Test("certificates are read in the order of their names, with the ending .pem or .crt")
    func good() throws {
        let other = try DevelopmentCertificate.make(names: ["b.example"], days: 1)
        try folder.write("b.crt", other.certificatePEM)
        try folder.write("b.key", other.keyPEM)
        try folder.write("a.pem", pair.certificatePEM)
        try folder.write("a.key", pair.keyPEM)
        try folder.write(".hidden.pem", "not read")
        try folder.write("readme.txt", "not read")
        let certificates = try CertificateFolder.read(folder.path)
        #expect(certificates.map(\.label) == ["a", "b"])
        #expect(certificates.map(\.names) == [["a.example"], ["b.example"]])
    }

    @Test("a key may stand in the certificate's file, before or after the certificate")
    func together() throws {
        try folder.write("a.pem", pair.certificatePEM + pair.keyPEM)
        try folder.write("b.pem", pair.keyPEM + pair.certificatePEM)
        #expect(try CertificateFolder.read(folder.path).map(\.label) == ["a", "b"])
    }

    @Test("a file of a key alone is no certificate")
    func keyAlone() throws {
        try folder.write("a.pem", pair.certificatePEM)
        try folder.write("a.key", pair.keyPEM)
        try folder.write("a-key.pem", pair.keyPEM)
        #expect(try CertificateFolder.read(folder.path).map(\.label) == ["a"])
    }

    @Test("a folder that is not there says how to make one")
    func missing() {
        #expect(throws: CertificateFailure.self) {
            try CertificateFolder.read("\(folder.path)/none")
        }
        do throws(CertificateFailure) {
            _ = try CertificateFolder.read("\(folder.path)/none")
        } catch {
            #expect(
                error.description == "\(folder.path)/none: the folder cannot be read "
                    + "(No such file or directory); run `sluice certs` to make a development "
                    + "certificate")
        }
    }

    @Test("a folder without a certificate says what to put there")
    func empty() throws {
        try folder.write("a.key", pair.keyPEM)
        #expect(
            problems() == [
                "Certs: there is no certificate in it; run `sluice certs` to make one for "
                    + "development, or put NAME.pem and NAME.key there"
            ])
    }

    @Test("a certificate without its key is refused")
    func keyMissing() throws {
        try folder.write("a.pem", pair.certificatePEM)
        #expect(
            problems() == [
                "Certs/a.pem: error: its key a.key cannot be read (No such file or directory); "
                    + "put it beside it"
            ])
    }

    @Test("a certificate that cannot be read is refused")
    func unreadable() throws {
        try FileManager.default.createSymbolicLink(
            atPath: "\(folder.path)/a.pem", withDestinationPath: "nowhere")
        #expect(
            problems() == [
                "Certs/a.pem: error: it cannot be read (No such file or directory); "
                    + "correct its permissions"
            ])
    }

    @Test("a key of another certificate is refused")
    func otherKey() throws {
        let other = try DevelopmentCertificate.make(names: ["a.example"], days: 1)
        try folder.write("a.pem", pair.certificatePEM)
        try folder.write("a.key", other.keyPEM)
        #expect(
            problems() == ["Certs/a.pem: error: its key does not belong to the certificate"])
    }

    @Test("an encrypted key is refused, and nobody is asked for a password")
    func encryptedKey() throws {
        try folder.write("a.pem", pair.certificatePEM)
        try folder.write("a.key", EncryptedKey.pem)
        let problem = try #require(problems().first)
        #expect(
            problem.hasPrefix(
                "Certs/a.pem: error: its key cannot be read as PEM without a password"))
    }

    @Test("broken PEM is refused")
    func broken() throws {
        let cut = Array(pair.certificatePEM.prefix(pair.certificatePEM.count / 2))
        try folder.write("a.pem", cut)
        try folder.write("a.key", pair.keyPEM)
        try folder.write("b.pem", "no PEM at all")
        try folder.write("b.key", pair.keyPEM)
        try folder.write("c.pem", pair.certificatePEM)
        try folder.write("c.key", "no PEM at all")
        try folder.write("d.pem", "")
        try folder.write("d.key", pair.keyPEM)
        let problems = problems()
        #expect(problems.count == 4)
        for (problem, name) in zip(problems, ["a", "b", "c", "d"]) {
            #expect(problem.hasPrefix("Certs/\(name).pem: error: "))
        }
    }

    @Test(
        "all files that are wrong are reported together, each in a line without control characters")
    func several() throws {
        try folder.write("a\u{1B}[31m.pem", pair.certificatePEM)
        try folder.write("b.pem", pair.certificatePEM)
        do throws(CertificateFailure) {
            _ = try CertificateFolder.read(folder.path)
            Issue.record("certificates without keys were read")
        } catch {
            let lines = error.description.split(separator: "\n")
            #expect(lines.count == 2)
            #expect(!error.description.unicodeScalars.contains("\u{1B}"))
        }
    }

    @Test("the fingerprint changes with certificates and keys, and with nothing else")
    func fingerprint() throws {
        let empty = CertificateFolder.fingerprint(folder.path)
        #expect(empty.isEmpty)
        try folder.write("a.pem", pair.certificatePEM)
        let one = CertificateFolder.fingerprint(folder.path)
        #expect(one.count == 1)
        try folder.write("a.key", pair.keyPEM)
        let two = CertificateFolder.fingerprint(folder.path)
        #expect(two.count == 2)
        try folder.write("readme.txt", "hello")
        #expect(CertificateFolder.fingerprint(folder.path) == two)
        try folder.write("a.pem", pair.certificatePEM + [0x0A])
        #expect(CertificateFolder.fingerprint(folder.path) != two)
        #expect(CertificateFolder.fingerprint("\(folder.path)/none").isEmpty)
    }
}
