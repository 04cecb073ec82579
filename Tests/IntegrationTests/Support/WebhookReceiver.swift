// A receiver of webhooks in Python: it checks their signatures by the standard's own words.

import Foundation
import Testing
import Waiting

/// A running receiver; what it is sent is in its file.
struct WebhookReceiver: Sendable {
    /// One request, as the receiver saw it.
    struct Message: Decodable, Sendable {
        let path: String
        /// `webhook-id`: the same at every attempt.
        let id: String
        let timestamp: Int
        let contentType: String
        /// Whether the signature is that of the secret (Standard Webhooks 1.0, HMAC-SHA256).
        let isSigned: Bool
        /// What it was answered.
        let status: Int
        let body: String
    }

    static let secret =
        "whsec_" + Data("a secret of thirty-two characters".utf8).base64EncodedString()

    let scenario: Scenario
    let process: ChildProcess
    let port: Int

    func url(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }

    /// Everything that has come so far.
    func messages() throws -> [Message] {
        // Only whole lines: the last one may still be on its way.
        let lines = scenario.read("tmp/webhooks").split(
            separator: "\n", omittingEmptySubsequences: false)
        return try lines.dropLast().map {
            try JSONDecoder().decode(Message.self, from: Data($0.utf8))
        }
    }

    /// Answers with this status from now on.
    func answer(_ status: Int) throws {
        try scenario.write("tmp/webhook-status", "\(status)")
    }
}

extension Scenario {
    private static let receiver = """
        import base64, hashlib, hmac, http.server, json, sys
        key = base64.b64decode(sys.argv[1].removeprefix("whsec_"))

        class Receiver(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                ident = self.headers["webhook-id"] or ""
                stamp = self.headers["webhook-timestamp"] or ""
                signed = f"{ident}.{stamp}.".encode() + body
                digest = hmac.new(key, signed, hashlib.sha256).digest()
                wanted = "v1," + base64.b64encode(digest).decode()
                status = int(open("tmp/webhook-status").read())
                message = {
                    "path": self.path, "id": ident, "timestamp": int(stamp or 0),
                    "contentType": self.headers["content-type"] or "",
                    "isSigned": wanted in (self.headers["webhook-signature"] or "").split(),
                    "status": status, "body": body.decode(),
                }
                with open("tmp/webhooks", "a") as file:
                    file.write(json.dumps(message) + "\\n")
                self.send_response(status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *arguments):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
        print(f"listening on {server.server_port}", flush=True)
        server.serve_forever()

        """

    /// Starts a receiver, and writes the secret into `webhook-secret`.
    func webhookReceiver() async throws -> WebhookReceiver {
        try write("webhook-secret", WebhookReceiver.secret + "\n")
        try write("tmp/webhook-status", "204")
        try write("tmp/receiver.py", Self.receiver)
        let process = try start("python3", ["tmp/receiver.py", WebhookReceiver.secret])
        let port = try await Wait.value("the receiver's port") { () -> Int? in
            try #require(process.end == nil, "\(process.errors)")
            return process.output.firstMatch(of: /listening on (\d+)\n/).flatMap { Int($0.1) }
        }
        return WebhookReceiver(scenario: self, process: process, port: port)
    }
}
