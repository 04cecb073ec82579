// The live stream: a snapshot a second and every decision at once, to a bounded number of readers.

import Control
import Foundation
import Journal
import Logging
import NIOCore
import Plan

/// Tells all listeners of the stream the same. Who does not read is cut off, and nobody waits for
/// anybody.
actor StreamHub {
    /// Decisions that are told again to a listener that comes back.
    static let mostReplayed = 500
    /// The window of a snapshot's figures.
    private static let windowSeconds = 10

    private let controller: Controller
    private let logger: Logger
    private var listeners = StreamListeners()
    /// The newest decision that was told.
    private var newest: Int64 = 0
    private var isClosed = false

    init(controller: Controller, logger: Logger) {
        self.controller = controller
        self.logger = logger
    }

    // MARK: Listening

    /// What one listener is sent. With `after`, the decisions since that one come first.
    func listen(
        route: String?, after: Int64?, channel: any Channel
    ) async throws -> AsyncStream<ByteBuffer> {
        let missed = try after.map(missed) ?? []
        let (id, stream) = try listeners.add(
            route: route, toldUpTo: max(newest, missed.last?.id ?? 0),
            // What waits to be written waits for the reader: only this ends it.
            cutOff: { channel.close(mode: .all, promise: nil) },
            onGone: { id in Task { await self.remove(id) } })
        if isClosed { close() }
        send(StreamEvent.opening, to: id)
        if let bytes = try bytes(missed) { send(bytes, to: id) }
        try await tellSnapshot(only: id)
        return stream
    }

    private func remove(_ id: Int) { listeners.remove(id) }

    /// The decisions after one, in their order; if they are too many, the newest of them.
    private func missed(_ after: Int64) throws -> [StoredDecision] {
        let newestFirst = try controller.decisions(
            route: nil, before: nil, limit: Self.mostReplayed)
        return newestFirst.prefix { $0.id > after }.reversed()
    }

    // MARK: Telling

    /// Tells until it is cancelled or closed.
    func run() async {
        if let last = try? controller.decisions(route: nil, before: nil, limit: 1).first {
            newest = max(newest, last.id)
        }
        await withTaskGroup(of: Void.self) { group in
            let decisions = controller.feed.listen()
            group.addTask {
                for await taken in decisions { await self.tell(taken) }
            }
            group.addTask { await self.tick() }
            // Both go on until they are cancelled, or the hub is closed.
            await group.next()
            group.cancelAll()
        }
        close()
    }

    /// Ends all streams, so that the server can end.
    func close() {
        isClosed = true
        listeners.finish()
    }

    private func tick() async {
        let clock = ContinuousClock()
        var next = clock.now
        while !Task.isCancelled && !isClosed {
            next = max(next + .seconds(1), clock.now)
            try? await clock.sleep(until: next)
            do {
                try await tellSnapshot()
            } catch {
                logger.error("a snapshot of the live stream was not made: \(error)")
            }
        }
    }

    /// Tells a snapshot: to all, or to a listener that has just come.
    private func tellSnapshot(only id: Int? = nil) async throws {
        if listeners.all.isEmpty { return }
        let asked = Set(listeners.all.values.compactMap(\.route))
        let overview = await controller.overview(seconds: Self.windowSeconds) {
            StreamRoutes.judged($0, asked: asked)
        }
        let now = Int(Date().timeIntervalSince1970 * 1_000)
        // Made once for all who look at the same.
        var made: [String?: ByteBuffer] = [:]
        for (key, listener) in listeners.all where id == nil || key == id {
            let route = listener.route
            let bytes = try made[route] ?? snapshot(overview, route, now)
            made[route] = bytes
            send(bytes, to: key)
        }
    }

    private func snapshot(
        _ overview: GatewayOverview, _ route: String?, _ now: Int
    ) throws -> ByteBuffer {
        let routes =
            route.map { [overview.state.plan.route(named: $0)].compactMap(\.self) }
            ?? StreamRoutes.shown(overview)
        return try StreamEvent.make(
            "snapshot", id: newest,
            SnapshotDocument(overview, routes: routes, atMilliseconds: now))
    }

    private func tell(_ decisions: [StoredDecision]) {
        newest = max(newest, decisions.map(\.id).max() ?? 0)
        for (key, listener) in listeners.all {
            // What the journal told a listener that came back is not told twice.
            let new = decisions.filter { $0.id == 0 || $0.id > listener.toldUpTo }
            do {
                if let bytes = try bytes(new) { send(bytes, to: key) }
            } catch {
                logger.error("a decision was not told on the live stream: \(error)")
            }
        }
    }

    private func bytes(_ decisions: [StoredDecision]) throws -> ByteBuffer? {
        var all: ByteBuffer?
        for decision in decisions {
            // One that has no place in the journal yet must not have a listener begin anew.
            var event = try StreamEvent.make(
                "decision", id: decision.id > 0 ? decision.id : newest,
                DecisionDocument(decision))
            if all?.writeBuffer(&event) == nil { all = event }
        }
        return all
    }

    private func send(_ bytes: ByteBuffer, to id: Int) {
        if listeners.send(bytes, to: id) { return }
        logger.warning("a listener of the live stream did not read, and is cut off")
    }
}
