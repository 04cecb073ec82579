// Secrets and signatures, against the specification's vector and the openssl command.

import Foundation
import Testing

@testable import Control

@Suite struct WebhookSignatureTests {
    private func folder() throws -> String {
        let folder = "\(NSTemporaryDirectory())/sluice-secret-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return folder
    }

    /// What the openssl command says.
    private func openssl(_ message: String, key: [UInt8]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        let digits = key.map { String(format: "%02x", $0) }.joined()
        process.arguments = [
            "openssl", "dgst", "-sha256", "-mac", "HMAC", "-macopt", "hexkey:\(digits)", "-binary",
        ]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(message.utf8))
        try input.fileHandleForWriting.close()
        let digest = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return "v1,\(digest.base64EncodedString())"
    }

    @Test func signsAsTheSpecificationDoes() throws {
        let secret = try WebhookSecret(text: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
        let signature = WebhookSignature.value(
            messageID: "msg_p5jXN8AQM9LWM0D4loKWxJek", second: 1_614_265_330,
            body: [UInt8](#"{"test": 2432232314}"#.utf8), secret: secret)
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test(
        arguments: [
            "0123456789abcdef",
            "ein Geheimnis – länger als ein Block von 64 Byte, "
                + "damit der Schlüssel zuerst gehasht wird",
        ], ["", "{\"größe\":1}"])
    func signsAsOpenSSLDoes(text: String, body: String) throws {
        let secret = try WebhookSecret(text: text)
        let signature = WebhookSignature.value(
            messageID: "msg_x", second: 7, body: [UInt8](body.utf8), secret: secret)
        #expect(try signature == openssl("msg_x.7.\(body)", key: [UInt8](text.utf8)))
    }

    @Test func takesTextOrBase64() throws {
        let text = "0123456789abcdef"
        let encoded = Data(text.utf8).base64EncodedString()
        #expect(try WebhookSecret(text: " \(text)\n").key == [UInt8](text.utf8))
        #expect(try WebhookSecret(text: "whsec_\(encoded)\n").key == [UInt8](text.utf8))
    }

    @Test(arguments: ["", "whsec_", "whsec_%%%%", "0123456789abcde", "whsec_MTIz"])
    func refusesWhatIsNoSecret(text: String) {
        #expect(throws: WebhookSecretError.self) { try WebhookSecret(text: text) }
    }

    @Test func makesASecretOnce() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let made = try WebhookSecret.kept(in: folder)
        #expect(made.key.count == 32)
        #expect(try WebhookSecret.kept(in: folder).key == made.key)
        let path = "\(folder)/webhook-secret"
        #expect(try String(contentsOfFile: path, encoding: .utf8).hasPrefix("whsec_"))
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["webhook-secret"])
        try Data("an operator's own secret".utf8).write(to: URL(fileURLWithPath: path))
        #expect(
            try WebhookSecret.kept(in: folder).key == [UInt8]("an operator's own secret".utf8))
        let other = try self.folder()
        defer { try? FileManager.default.removeItem(atPath: other) }
        #expect(try WebhookSecret.kept(in: other).key != made.key)
    }

    @Test func saysWhichFileCannotBeUsed() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = "\(folder)/webhook-secret"
        for contents in [Data(), Data([0xff, 0xfe]), Data(repeating: 65, count: 5_000)] {
            try contents.write(to: URL(fileURLWithPath: path))
            let error = #expect(throws: WebhookSecretError.self) {
                try WebhookSecret.kept(in: folder)
            }
            #expect(error?.description.contains(path) == true)
        }
        let missing = #expect(throws: WebhookSecretError.self) {
            try WebhookSecret.kept(in: "/proc/nothing/here")
        }
        #expect(missing?.description.contains("cannot be made") == true)
    }
}
