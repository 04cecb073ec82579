// Who owns which bucket.

import Foundation
import GRDB
package import Splitting

extension Journal {
    /// Who owns which bucket, by the routes' names.
    package func ownerships() throws(JournalError) -> [String: BucketOwnership] {
        try read("the owners of buckets") { database in
            var found: [String: BucketOwnership] = [:]
            let rows = try Row.fetchCursor(database, sql: "SELECT route, ownership FROM ownership")
            while let row = try rows.next() {
                let data = row.value("ownership", as: Data.self)
                if let route = row.value("route", as: String.self),
                    let ownership = StoredValue.value(BucketOwnership.self, data),
                    ownership.isSound
                {
                    found[route] = ownership
                }
            }
            return found
        }
    }

    /// Keeps who owns which bucket for these routes; all of them, or none.
    package func store(ownerships: [String: BucketOwnership]) throws(JournalError) {
        if ownerships.isEmpty { return }
        try write("the owners of buckets") { database in
            for (route, ownership) in ownerships {
                try Self.keep(ownership, of: route, in: database)
            }
        }
    }

    static func keep(
        _ ownership: BucketOwnership, of route: String, in database: Database
    ) throws {
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO ownership (route, ownership) VALUES (?, ?)
                ON CONFLICT (route) DO UPDATE SET ownership = excluded.ownership
                """)
        try statement.execute(arguments: [route, StoredValue.data(ownership)])
    }
}
