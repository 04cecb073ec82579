// The path of the live stream.

import Control
import Hummingbird
import NIOCore
import Plan

extension AdminServer {
    /// Adds the live stream to a router.
    func addStream(to router: Router<AdminContext>) {
        router.get("api/v1/stream") { request, context in
            try await self.stream(request, context)
        }
    }

    private func stream(_ request: Request, _ context: AdminContext) async throws -> Response {
        let route = request.uri.queryParameters["route"].map(String.init)
        if let route {
            let state = await controller.state()
            guard state.plan.route(named: route) != nil else { return Answers.noRoute(state) }
        }
        var after: Int64?
        if let text = request.headers[named: "last-event-id"] {
            guard let id = Int64(text), id >= 0 else {
                return Answers.problem(
                    .badRequest, "bad_id", "last-event-id must be the id of an event of the stream")
            }
            after = id
        }
        let events: AsyncStream<ByteBuffer>
        do {
            events = try await hub.listen(route: route, after: after, channel: context.channel)
        } catch is StreamListeners.Full {
            var answer = Answers.problem(
                .serviceUnavailable, "too_many_listeners",
                "\(StreamListeners.most) listen already; close one, or ask "
                    + "/api/v1/routes/{route} now and then")
            answer.headers[.retryAfter] = "10"
            return answer
        }
        return Response(
            status: .ok,
            headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody { writer in
                for await bytes in events { try await writer.write(bytes) }
                try await writer.finish(nil)
            })
    }
}
