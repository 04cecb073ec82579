// Reads the gateway's certificates and keys from a folder.

package import TLS

/// Why a folder of certificates cannot be used.
package struct CertificateFailure: Error, Sendable, CustomStringConvertible {
    /// One sentence for each file that is wrong.
    package let problems: [String]

    /// One problem a line.
    package var description: String {
        problems.map(Diagnostic.printable).joined(separator: "\n")
    }
}

/// Reads `NAME.pem` or `NAME.crt` with `NAME.key`; a key may also stand in the certificate's file.
package enum CertificateFolder {
    /// All certificates of a folder, in the order of their names; throws if one is unfit or none
    /// is there.
    package static func read(_ folder: String) throws(CertificateFailure) -> [ServerCertificate] {
        guard let names = FileCheck.names(in: folder) else {
            throw CertificateFailure(problems: [
                "\(folder): the folder cannot be read (\(FileCheck.lastError)); "
                    + "run `sluice certs` to make a development certificate"
            ])
        }
        var problems: [String] = []
        var certificates: [ServerCertificate] = []
        for name in names {
            guard !name.hasPrefix("."), let dot = name.lastIndex(of: "."),
                [".pem", ".crt"].contains(name[dot...])
            else { continue }
            do throws(TLSError) {
                if let found = try certificate(String(name[..<dot]), name, folder) {
                    certificates.append(found)
                }
            } catch {
                problems.append("\(folder)/\(name): error: \(error)")
            }
        }
        if certificates.isEmpty && problems.isEmpty {
            problems.append(
                "\(folder): there is no certificate in it; run `sluice certs` to make one for "
                    + "development, or put NAME.pem and NAME.key there")
        }
        if !problems.isEmpty { throw CertificateFailure(problems: problems) }
        return certificates
    }

    /// What a change of a folder's files changes too.
    package static func fingerprint(_ folder: String) -> [FileStamp] {
        (FileCheck.names(in: folder) ?? [])
            .filter { name in [".pem", ".crt", ".key"].contains { name.hasSuffix($0) } }
            .compactMap { FileStamp("\(folder)/\($0)") }
    }

    private static func certificate(
        _ label: String, _ name: String, _ folder: String
    ) throws(TLSError) -> ServerCertificate? {
        guard let chain = FileCheck.read("\(folder)/\(name)") else {
            throw TLSError("it cannot be read (\(FileCheck.lastError)); correct its permissions")
        }
        if let key = FileCheck.read("\(folder)/\(label).key") {
            return try ServerCertificate(chainPEM: chain, keyPEM: key, label: label)
        }
        let text = String(decoding: chain, as: UTF8.self)
        if text.contains("PRIVATE KEY-----") {
            // A file of a key alone belongs to no certificate of this name.
            guard text.contains("BEGIN CERTIFICATE") else { return nil }
            return try ServerCertificate(chainPEM: chain, keyPEM: chain, label: label)
        }
        throw TLSError(
            "its key \(label).key cannot be read (\(FileCheck.lastError)); put it beside it")
    }
}
