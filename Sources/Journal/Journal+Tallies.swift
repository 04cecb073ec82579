// What the pairs of shadows came to, kept over a restart.

import Foundation
import GRDB
package import Pairing

extension Journal {
    /// Keeps these tallies and no others; all of them, or none.
    package func store(tallies: [KeptTally]) throws(JournalError) {
        try write("the tallies of shadows") { database in
            try database.execute(sql: "DELETE FROM tally")
            let statement = try database.cachedStatement(
                sql: "INSERT INTO tally (route, shadow, digest, tally) VALUES (?, ?, ?, ?)")
            for kept in tallies {
                try statement.execute(arguments: [
                    kept.key.route, kept.key.shadow, kept.digest, StoredValue.data(kept.tally),
                ])
            }
        }
    }

    /// The kept tallies, by route and shadow.
    package func tallies() throws(JournalError) -> [KeptTally] {
        try read("the tallies of shadows") { database in
            let cursor = try Row.fetchCursor(
                database,
                sql: "SELECT route, shadow, digest, tally FROM tally ORDER BY route, shadow")
            return try Self.firstSound(.max, of: cursor) { row in
                guard let route = row.value("route", as: String.self),
                    let shadow = row.value("shadow", as: String.self),
                    let digest = row.value("digest", as: String.self),
                    let tally = StoredValue.value(
                        ShadowTally.self, row.value("tally", as: Data.self)),
                    (0...StoredValue.mostCount).contains(tally.sinceMilliseconds)
                else { return nil }
                return KeptTally(
                    key: PairKey(route: route, shadow: shadow), digest: digest, tally: tally)
            }
        }
    }
}
