// The tables of the journal, and how an older journal gets them.

import GRDB

extension Journal {
    /// Steps are only ever added: the journal of any earlier release can be opened.
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("ownership") { database in
            try database.create(table: "ownership") { table in
                table.primaryKey("route", .text)
                table.column("ownership", .blob).notNull()
            }
        }
        migrator.registerMigration("ramps") { try $0.execute(sql: rampTables) }
        migrator.registerMigration("decisions") { try $0.execute(sql: decisionTables) }
        migrator.registerMigration("history") { try $0.execute(sql: historyTables) }
        migrator.registerMigration("pairs") { try $0.execute(sql: pairTables) }
        migrator.registerMigration("alerts") { try $0.execute(sql: alertTables) }
        return migrator
    }

    /// `watched` and `evidence` are what counts up between two decisions, and belong to `stratum`.
    private static let rampTables = """
        CREATE TABLE ramp (
            route TEXT NOT NULL PRIMARY KEY, stratum INTEGER NOT NULL, watched INTEGER NOT NULL,
            state BLOB NOT NULL, evidence BLOB
        ) STRICT;
        CREATE TABLE latch (
            route TEXT NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (route, digest)
        ) STRICT;
        """

    /// AUTOINCREMENT: an identifier is never given twice, whatever has been pruned.
    private static let decisionTables = """
        CREATE TABLE decision (
            id INTEGER PRIMARY KEY AUTOINCREMENT, route TEXT NOT NULL, at INTEGER NOT NULL,
            decision BLOB NOT NULL
        ) STRICT;
        CREATE INDEX decision_of_route ON decision (route, id);
        CREATE TABLE delivery (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            decision INTEGER NOT NULL REFERENCES decision (id) ON DELETE CASCADE,
            message TEXT NOT NULL, url TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'waiting',
            attempts INTEGER NOT NULL DEFAULT 0, due INTEGER NOT NULL, problem TEXT
        ) STRICT;
        CREATE INDEX delivery_of_decision ON delivery (decision);
        CREATE INDEX delivery_in_state ON delivery (state);
        """

    private static let historyTables = """
        CREATE TABLE history (
            route TEXT NOT NULL, minute INTEGER NOT NULL, version TEXT NOT NULL,
            share INTEGER NOT NULL, figures BLOB NOT NULL, PRIMARY KEY (route, minute, version)
        ) STRICT;
        CREATE INDEX history_by_minute ON history (minute);
        """

    /// `size` stands before what is long, so that nothing long is read to add it up.
    private static let pairTables = """
        CREATE TABLE pair (
            id INTEGER PRIMARY KEY AUTOINCREMENT, route TEXT NOT NULL, shadow TEXT NOT NULL,
            digest TEXT NOT NULL, version TEXT NOT NULL, at INTEGER NOT NULL,
            request_id TEXT NOT NULL, request TEXT NOT NULL, size INTEGER NOT NULL,
            "groups" BLOB NOT NULL, sides BLOB NOT NULL, example BLOB NOT NULL
        ) STRICT;
        CREATE INDEX pair_of_shadow ON pair (route, shadow, id);
        CREATE INDEX pair_size ON pair (id, size);
        CREATE TABLE tally (
            route TEXT NOT NULL, shadow TEXT NOT NULL, digest TEXT NOT NULL, tally BLOB NOT NULL,
            PRIMARY KEY (route, shadow)
        ) STRICT;
        """

    /// `firing` has what fires now, the other table what has changed. A delivery is of a decision
    /// or of an alert: SQLite can only make a column optional by making the table anew.
    private static let alertTables = """
        CREATE TABLE alert (
            id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, change BLOB NOT NULL
        ) STRICT;
        CREATE TABLE firing (subject BLOB NOT NULL PRIMARY KEY, change BLOB NOT NULL) STRICT;
        CREATE TABLE next_delivery (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            decision INTEGER REFERENCES decision (id) ON DELETE CASCADE,
            alert INTEGER REFERENCES alert (id) ON DELETE CASCADE,
            message TEXT NOT NULL, url TEXT NOT NULL, form TEXT NOT NULL DEFAULT 'event',
            state TEXT NOT NULL DEFAULT 'waiting', attempts INTEGER NOT NULL DEFAULT 0,
            due INTEGER NOT NULL, problem TEXT
        ) STRICT;
        INSERT INTO next_delivery (id, decision, message, url, state, attempts, due, problem)
            SELECT id, decision, message, url, state, attempts, due, problem FROM delivery;
        DROP TABLE delivery;
        ALTER TABLE next_delivery RENAME TO delivery;
        CREATE INDEX delivery_of_decision ON delivery (decision);
        CREATE INDEX delivery_of_alert ON delivery (alert);
        CREATE INDEX delivery_in_state ON delivery (state);
        """
}
