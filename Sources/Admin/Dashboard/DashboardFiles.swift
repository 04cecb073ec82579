// The dashboard's files as they are served: compiled in, under a path that names what is in them.

import CDashboard
import Control
import NIOCore

/// All files, read once from the program itself.
struct DashboardFiles: Sendable {
    /// One file.
    struct File: Sendable {
        let bytes: ByteBuffer
        /// The media type.
        let type: String
    }

    private static let pageName = "index.html"
    /// Stands in the page where the digest is to be.
    private static let placeholder = "ASSETS"
    private static let types = [
        "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8",
        "svg": "image/svg+xml", "html": "text/html; charset=utf-8",
    ]

    /// Of all files together: other files are at another path, so that each may be kept for good.
    let digest: String
    /// What is served at `/`.
    let page: File
    /// Everything else, by name.
    let assets: [String: File]

    /// The files of this program.
    static let shared = DashboardFiles(embedded())

    /// Makes them ready from names and contents.
    init(_ files: [(name: String, bytes: [UInt8])]) {
        digest = CandidateDigest.of(
            text: files.map { "\($0.name) \(String(decoding: $0.bytes, as: UTF8.self))" }
                .joined(separator: "\n"))
        var assets: [String: File] = [:]
        var page = ""
        for (name, bytes) in files {
            if name == Self.pageName {
                page = String(decoding: bytes, as: UTF8.self)
            } else {
                let ending = name.split(separator: ".").last.map(String.init) ?? ""
                assets[name] = File(
                    bytes: ByteBuffer(bytes: bytes),
                    type: Self.types[ending] ?? "application/octet-stream")
            }
        }
        let parts = page.split(separator: Self.placeholder, omittingEmptySubsequences: false)
        self.page = File(
            bytes: ByteBuffer(string: parts.joined(separator: "assets/\(digest)")),
            type: Self.types["html"] ?? "")
        self.assets = assets
    }

    private static func embedded() -> [(name: String, bytes: [UInt8])] {
        (0..<dashboard_file_count()).map { place in
            let file = unsafe dashboard_file_at(place)
            let bytes = unsafe UnsafeBufferPointer(start: file.bytes, count: file.length)
            return unsafe (String(cString: file.name), Array(bytes))
        }
    }
}
