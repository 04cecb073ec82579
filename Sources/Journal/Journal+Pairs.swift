// Pairs of answers that differed, for people to look at: redacted, few, and the newest.

import Comparison
import Foundation
import GRDB
package import Pairing

extension Journal {
    /// What all kept pairs may take; the oldest are forgotten.
    package static let mostPairBytes = 64 * 1_024 * 1_024

    private static let pairColumns = """
        id, route, shadow, digest, version, at, request_id, request, "groups", sides, example
        """

    /// Both sides of a pair, besides the example.
    private struct StoredSides: Codable {
        let primary: KeptPair.Side
        let shadow: KeptPair.Side
    }

    /// Keeps pairs, as far as the terms of their shadows allow; all of them, or none.
    package func append(
        pairs: [KeptPair], terms: [PairKey: PairTerms], mostBytes: Int = mostPairBytes
    ) throws(JournalError) {
        if pairs.isEmpty { return }
        try write("pairs that differ") { database in
            let statement = try database.cachedStatement(
                sql: """
                    INSERT INTO pair (
                        route, shadow, digest, version, at, request_id, request, size, "groups",
                        sides, example
                    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """)
            for pair in pairs where terms[pair.key]?.digest == pair.digest {
                let groups = try StoredValue.data(pair.groups)
                let example = try StoredValue.data(pair.example)
                try statement.execute(arguments: [
                    pair.key.route, pair.key.shadow, pair.digest, pair.version,
                    pair.atMilliseconds, pair.identifier, pair.request,
                    groups.count + example.count, groups,
                    StoredValue.data(StoredSides(primary: pair.primary, shadow: pair.shadow)),
                    example,
                ])
            }
            for key in Set(pairs.map(\.key)) {
                try Self.forgetOld(key, most: terms[key]?.most ?? 0, in: database)
            }
            try database.execute(
                sql: """
                    DELETE FROM pair WHERE id IN (
                        SELECT id FROM (
                            SELECT id, SUM(size) OVER (ORDER BY id DESC) AS total FROM pair
                        ) WHERE total > ?
                    )
                    """,
                arguments: [mostBytes])
        }
    }

    private static func forgetOld(_ key: PairKey, most: Int, in database: Database) throws {
        let statement = try database.cachedStatement(
            sql: """
                DELETE FROM pair WHERE route = ?1 AND shadow = ?2 AND id <= (
                    SELECT id FROM pair WHERE route = ?1 AND shadow = ?2
                    ORDER BY id DESC LIMIT 1 OFFSET ?3
                )
                """)
        try statement.execute(arguments: [key.route, key.shadow, max(0, most)])
    }

    /// Forgets the pairs of shadows that are gone, are compared otherwise, or keep fewer now.
    package func prunePairs(terms: [PairKey: PairTerms]) throws(JournalError) {
        try write("the end of old pairs") { database in
            let rows = try Row.fetchAll(
                database, sql: "SELECT DISTINCT route, shadow, digest FROM pair")
            for row in rows {
                let route = row.value("route", as: String.self) ?? ""
                let shadow = row.value("shadow", as: String.self) ?? ""
                let digest = row.value("digest", as: String.self) ?? ""
                let key = PairKey(route: route, shadow: shadow)
                if terms[key]?.digest == digest {
                    try Self.forgetOld(key, most: terms[key]?.most ?? 0, in: database)
                } else {
                    try database.execute(
                        sql: "DELETE FROM pair WHERE route = ? AND shadow = ? AND digest = ?",
                        arguments: [route, shadow, digest])
                }
            }
        }
    }

    // MARK: Asked by people

    /// The newest kept pairs of a shadow, newest first; with `before`, those older than that one,
    /// and with `group` those that differ there.
    package func pairs(
        of key: PairKey, before: Int64? = nil, group: String? = nil, limit: Int
    ) throws(JournalError) -> [StoredPair] {
        try read("the kept pairs") { database in
            let cursor = try Row.fetchCursor(
                database,
                sql: """
                    SELECT \(Self.pairColumns) FROM pair
                    WHERE route = ? AND shadow = ? AND id < ? ORDER BY id DESC
                    """,
                arguments: [key.route, key.shadow, before ?? Int64.max])
            return try Self.firstSound(limit, of: cursor) { row in
                guard let pair = Self.pair(row) else { return nil }
                return group.map(pair.pair.groups.contains) == false ? nil : pair
            }
        }
    }

    /// One kept pair of a shadow.
    package func pair(id: Int64, of key: PairKey) throws(JournalError) -> StoredPair? {
        try read("the pair \(id)") { database in
            let row = try Row.fetchOne(
                database,
                sql: """
                    SELECT \(Self.pairColumns) FROM pair
                    WHERE id = ? AND route = ? AND shadow = ?
                    """,
                arguments: [id, key.route, key.shadow])
            return row.flatMap(Self.pair)
        }
    }

    /// The newest kept pairs of each group of a shadow, newest first.
    package func pairs(
        byGroupOf key: PairKey, limit: Int
    ) throws(JournalError) -> [String: [Int64]] {
        try read("the kept pairs") { database in
            let cursor = try Row.fetchCursor(
                database,
                sql: """
                    SELECT id, "groups" FROM pair WHERE route = ? AND shadow = ?
                    ORDER BY id DESC
                    """,
                arguments: [key.route, key.shadow])
            var found: [String: [Int64]] = [:]
            while let row = try cursor.next() {
                guard let id = row.value("id", as: Int64.self) else { continue }
                for group in Self.groups(row) ?? [] where found[group, default: []].count < limit {
                    found[group, default: []].append(id)
                }
            }
            return found
        }
    }

    private static func groups(_ row: Row) -> [String]? {
        StoredValue.value([String].self, row.value("groups", as: Data.self))
    }

    private static func pair(_ row: Row) -> StoredPair? {
        guard let id = row.value("id", as: Int64.self),
            let route = row.value("route", as: String.self),
            let shadow = row.value("shadow", as: String.self),
            let digest = row.value("digest", as: String.self),
            let version = row.value("version", as: String.self),
            let atMilliseconds = row.value("at", as: Int.self),
            let identifier = row.value("request_id", as: String.self),
            let request = row.value("request", as: String.self), let groups = groups(row),
            let sides = StoredValue.value(StoredSides.self, row.value("sides", as: Data.self)),
            let example = StoredValue.value(
                PairExample.self, row.value("example", as: Data.self)),
            [atMilliseconds, sides.primary.microseconds, sides.shadow.microseconds]
                .allSatisfy((0...StoredValue.mostCount).contains)
        else { return nil }
        return StoredPair(
            id: id,
            pair: KeptPair(
                key: PairKey(route: route, shadow: shadow), digest: digest, version: version,
                atMilliseconds: atMilliseconds, identifier: identifier, request: request,
                groups: groups, primary: sides.primary, shadow: sides.shadow, example: example))
    }
}
