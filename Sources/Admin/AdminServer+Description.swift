// The path of the API's own description (OpenAPI).

import CDashboard
import Hummingbird
import NIOCore
import Plan

extension AdminServer {
    /// Adds the description to a router.
    func addDescription(to router: Router<AdminContext>) {
        let text = Self.description
        router.get("api/v1/openapi.json") { _, _ in
            Response(
                status: .ok,
                headers: [.contentType: "application/json", .cacheControl: "no-cache"],
                body: .init(byteBuffer: text))
        }
    }

    /// The description as it is compiled in.
    static var description: ByteBuffer {
        let file = unsafe api_description()
        return unsafe ByteBuffer(
            bytes: UnsafeBufferPointer(start: file.bytes, count: file.length))
    }
}
