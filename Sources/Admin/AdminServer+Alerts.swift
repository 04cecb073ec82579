// The API of alerts.

import Control
import Hummingbird

extension AdminServer {
    private static let mostChanges = 1_000
    private static let defaultChanges = 50

    /// Adds the path of alerts to a router.
    func addAlerts(to router: Router<AdminContext>) {
        let controller = self.controller
        router.get("api/v1/alerts") { request, _ in
            let text = request.uri.queryParameters["limit"].map(String.init)
            let limit = text.map { Int($0) ?? 0 } ?? Self.defaultChanges
            guard (1...Self.mostChanges).contains(limit) else {
                return Answers.problem(
                    .badRequest, "bad_limit", "limit must be 1 to \(Self.mostChanges)")
            }
            let active = await controller.state().alerts
            let changes = try controller.alertChanges(limit: limit)
            return try Answers.json(
                AlertsDocument(
                    active: active.map(AlertDocument.init), recent: changes.map(AlertDocument.init))
            )
        }
    }
}
