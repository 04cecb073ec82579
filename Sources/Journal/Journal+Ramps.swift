// Where each ramp stands, with its evidence, and what is latched.

import Foundation
import GRDB
import Verdict

extension Journal {
    /// Every ramp, by the routes' names.
    package func ramps() throws(JournalError) -> [String: StoredRamp] {
        try read("the ramps") { database in
            var found: [String: StoredRamp] = [:]
            let rows = try Row.fetchCursor(
                database, sql: "SELECT route, stratum, watched, state, evidence FROM ramp")
            while let row = try rows.next() {
                if let route = row.value("route", as: String.self), let ramp = Self.ramp(row) {
                    found[route] = ramp
                }
            }
            return found
        }
    }

    /// Keeps the watched time and the evidence of ramps; nothing else of their states. Without
    /// evidence, what is kept of it stays. A ramp that is on another stratum by now is left as it
    /// is.
    package func store(progress: [String: StoredRamp]) throws(JournalError) {
        if progress.isEmpty { return }
        try write("the evidence of ramps") { database in
            let statement = try database.cachedStatement(
                sql: """
                    UPDATE ramp SET watched = ?, evidence = COALESCE(?, evidence)
                    WHERE route = ? AND stratum = ?
                    """)
            for (route, ramp) in progress {
                let evidence = try ramp.evidence.map { try StoredValue.data($0) }
                try statement.execute(arguments: [
                    ramp.state.watchedMilliseconds, evidence, route, ramp.state.stratum,
                ])
            }
        }
    }

    /// Forgets a ramp. What is latched stays.
    package func removeRamp(route: String) throws(JournalError) {
        try write("the end of a ramp") { try Self.removeRamp(route, in: $0) }
    }

    /// What may not be tried again: the digests of candidates, by the routes' names.
    package func latches() throws(JournalError) -> [String: Set<String>] {
        try read("the latches of ramps") { database in
            var found: [String: Set<String>] = [:]
            let rows = try Row.fetchCursor(database, sql: "SELECT route, digest FROM latch")
            while let row = try rows.next() {
                if let route = row.value("route", as: String.self),
                    let digest = row.value("digest", as: String.self)
                {
                    found[route, default: []].insert(digest)
                }
            }
            return found
        }
    }

    /// Keeps where a ramp stands; the evidence stays only if it is of the same stratum.
    static func keep(_ state: RampState, of route: String, in database: Database) throws {
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO ramp (route, stratum, watched, state) VALUES (?, ?, ?, ?)
                ON CONFLICT (route) DO UPDATE SET
                    evidence = CASE WHEN stratum = excluded.stratum THEN evidence END,
                    stratum = excluded.stratum, watched = excluded.watched, state = excluded.state
                """)
        try statement.execute(arguments: [
            route, state.stratum, state.watchedMilliseconds, StoredValue.data(state),
        ])
    }

    static func keep(_ latch: JournalEntry.Latch, of route: String, in database: Database) throws {
        switch latch {
        case .none: break
        case .set(let digest):
            try database.execute(
                sql: "INSERT INTO latch (route, digest) VALUES (?, ?) ON CONFLICT DO NOTHING",
                arguments: [route, digest])
        case .clear(let digest):
            try database.execute(
                sql: "DELETE FROM latch WHERE route = ? AND digest = ?",
                arguments: [route, digest])
        }
    }

    static func removeRamp(_ route: String, in database: Database) throws {
        try database.execute(sql: "DELETE FROM ramp WHERE route = ?", arguments: [route])
    }

    private static func ramp(_ row: Row) -> StoredRamp? {
        let data = row.value("state", as: Data.self)
        guard var state = StoredValue.value(RampState.self, data),
            let watched = row.value("watched", as: Int.self)
        else { return nil }
        state.watchedMilliseconds = watched
        guard state.isSound, state.stratum == row.value("stratum", as: Int.self) else {
            return nil
        }
        let evidence = StoredValue.value(
            StepEvidence.self, row.value("evidence", as: Data.self))
        return StoredRamp(state: state, evidence: evidence.flatMap { $0.isSound ? $0 : nil })
    }
}
