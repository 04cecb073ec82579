// Proves: the live stream tells what the API tells, decisions at once, and goes on where it ended.

import Foundation
import Testing
import Waiting

@Suite struct LiveStreamTests {
    @Test func snapshotsTellWhatTheComparisonTells() async throws {
        try await Scenario.run { scenario in
            let model = try await scenario.model()
            try scenario.route(versions: [("v1", model.endpoint)])
            try scenario.route("other", path: "/other", versions: [("v1", model.endpoint)])
            let gateway = try await scenario.gateway()
            let stream = try scenario.listen(gateway.admin)
            try await Wait.until("a first snapshot") { try !stream.snapshots().isEmpty }
            let first = try #require(try stream.snapshots().first)
            #expect(first.routesTotal == 2)
            #expect(first.routes.map(\.route).sorted() == ["other", "sentiment"])
            for _ in 0..<12 {
                #expect(try await scenario.curl(gateway, "/v1/sentiment").status == 200)
            }
            let told = try await Wait.value("a snapshot with all requests") {
                try stream.snapshots().last { snapshot in
                    snapshot.routes.contains { $0.versions.map(\.requests) == [12] }
                }
            }
            #expect(told.atMs > first.atMs)
            #expect(told.windowSeconds <= 10)
            let route = try #require(told.routes.first { $0.route == "sentiment" })
            #expect(route.versions.map(\.errors) == [0])
            #expect(route.versions.map(\.shareWanted) == [100])
            #expect(route.ramp == nil)
            let compared = try await gateway.document(
                "/api/v1/routes/sentiment/comparison", as: ComparisonDocument.self)
            #expect(compared.versions.map(\.requests) == route.versions.map(\.requests))
        }
    }

    @Test func aStreamOfOneRouteTellsOfThatAlone() async throws {
        try await RampStage.run {
            $0.hold = "10m"
        } body: { stage in
            try await stage.writeOther("other")
            try await stage.waitFor(step: 1)
            let stream = try stage.scenario.listen(stage.gateway.admin, "?route=sentiment")
            let told = try await Wait.value("a snapshot") { try stream.snapshots().first }
            #expect(told.routes.map(\.route) == ["sentiment"])
            #expect(told.routesTotal == 2)
            let ramp = try #require(told.routes.first?.ramp)
            #expect(ramp.isWhere(try await stage.ramp()))
            #expect(ramp.guards.count == (try await stage.ramp()).guards.count)
            let unknown = try await stage.scenario.curl([
                "http://\(stage.gateway.admin)/api/v1/stream?route=nobody"
            ])
            #expect(unknown.status == 404)
        }
    }

    @Test func decisionsComeInTheirOrderAndOnceAgainToWhoComesBack() async throws {
        try await RampStage.run {
            $0.hold = "10m"
        } body: { stage in
            try await stage.waitFor(step: 1)
            let stream = try stage.scenario.listen(stage.gateway.admin)
            try await Wait.until("a first snapshot") { try !stream.snapshots().isEmpty }
            let told = try #require(stream.events.first)
            #expect(Int(told.id) == (try await stage.decisions()).last?.id)
            let paused = try await stage.act("pause", reason: "<script>alert(1)</script>")
            let resumed = try await stage.act("resume")
            try await Wait.until("both decisions") { try stream.decisions().count == 2 }
            #expect(try stream.decisions() == [paused, resumed])
            // The snapshot after them says the same, and that nothing came since.
            let events = stream.events
            let place = try #require(events.lastIndex { $0.name == "decision" })
            #expect(events[place].id == "\(resumed.id)")

            for (id, missed) in [
                ("\(paused.id - 1)", [paused, resumed]), ("\(paused.id)", [resumed]),
                ("\(resumed.id)", []), ("999999", []),
            ] {
                let again = try stage.scenario.listen(
                    stage.gateway.admin, "", "-H", "last-event-id: \(id)")
                try await Wait.until("a snapshot after \(id)") { try !again.snapshots().isEmpty }
                #expect(try again.decisions() == missed, "after \(id)")
                #expect(again.events.last?.name == "snapshot")
                again.process.destroy()
            }
            let wrong = try await stage.scenario.curl([
                "-H", "last-event-id: x", "http://\(stage.gateway.admin)/api/v1/stream",
            ])
            #expect(wrong.status == 400)
        }
    }

    @Test func aGatewayWithListenersEndsAllTheSame() async throws {
        try await Scenario.run { scenario in
            try scenario.route(versions: [("v1", "http://127.0.0.1:9")])
            let gateway = try await scenario.gateway()
            let stream = try scenario.listen(gateway.admin)
            try await Wait.until("a first snapshot") { try !stream.snapshots().isEmpty }
            gateway.process.send(SIGTERM)
            #expect(try await gateway.process.waitForEnd() == .exit(0))
            // The stream is ended properly, not cut.
            #expect(try await stream.process.waitForEnd() == .exit(0))
        }
    }

    @Test func recentHistoryIsToldInSeconds() async throws {
        struct History: Decodable {
            struct Step: Decodable {
                struct Version: Decodable {
                    let version: String
                    let requests: Int
                }

                let second: Int
                let versions: [Version]
            }

            let stepSeconds: Int
            let steps: [Step]
        }
        try await Scenario.run { scenario in
            let model = try await scenario.model()
            try scenario.route(versions: [("v1", model.endpoint)])
            let gateway = try await scenario.gateway()
            for _ in 0..<5 { _ = try await scenario.curl(gateway, "/v1/sentiment") }
            let path = "/api/v1/routes/sentiment/history?since=5m&step=5s"
            let history = try await Wait.value("a history with all requests") {
                let history = try await gateway.document(path, as: History.self)
                let all = history.steps.flatMap(\.versions).reduce(0) { $0 + $1.requests }
                return all == 5 ? history : nil
            }
            #expect(history.stepSeconds == 5)
            #expect(history.steps.allSatisfy { $0.second % 5 == 0 })
            #expect(
                zip(history.steps, history.steps.dropFirst()).allSatisfy { $0.second < $1.second })
        }
    }
}
