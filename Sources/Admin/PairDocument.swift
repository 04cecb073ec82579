// Kept pairs as JSON: a list of them, and one with both answers.

import Comparison
package import Journal
import Pairing

/// What `/api/v1/routes/{route}/shadows/{shadow}/pairs` answers.
package struct PairsDocument: Codable, Sendable {
    package let route: String
    package let shadow: String
    /// The newest first.
    package let pairs: [PairLineDocument]
}

/// A kept pair in a list.
package struct PairLineDocument: Codable, Sendable {
    package let id: Int64
    /// When it was compared, in milliseconds since 1970.
    package let atMs: Int
    package let requestId: String
    /// The method and the path; queries are not kept.
    package let request: String
    /// The version that answered the caller.
    package let version: String
    /// The groups in which the answers differ.
    package let groups: [String]
    package let differenceCount: Int
    /// 0 if there was no answer.
    package let primaryStatus: Int
    package let shadowStatus: Int

    /// Describes a pair.
    package init(_ stored: StoredPair) {
        id = stored.id
        atMs = stored.pair.atMilliseconds
        requestId = stored.pair.identifier
        request = stored.pair.request
        version = stored.pair.version
        groups = stored.pair.groups
        differenceCount = stored.pair.example.differenceCount
        primaryStatus = stored.pair.example.primaryStatus
        shadowStatus = stored.pair.example.shadowStatus
    }
}

/// What `…/pairs/{id}` answers: both answers where they differ, redacted.
package struct PairDocument: Codable, Sendable {
    /// One answer.
    package struct SideDocument: Codable, Sendable {
        package let version: String
        /// 0 if there was no answer.
        package let status: Int
        /// The URL of the endpoint that was asked; empty if none was.
        package let endpoint: String
        /// From the request's head to the end.
        package let totalMs: Double
        /// A part of the body, at the first difference.
        package let body: String
    }

    /// One difference.
    package struct DifferenceDocument: Codable, Sendable {
        package let path: String
        package let group: String
        /// `missing`, `extra`, `type`, `value` or `length`.
        package let kind: String
        /// Nil if there is nothing on that side.
        package let primary: String?
        package let shadow: String?
    }

    package let route: String
    package let pair: PairLineDocument
    package let primary: SideDocument
    package let shadow: SideDocument
    /// The first of `pair.difference_count`.
    package let differences: [DifferenceDocument]

    /// Describes a pair with both answers.
    package init(_ stored: StoredPair) {
        let example = stored.pair.example
        route = stored.pair.key.route
        pair = PairLineDocument(stored)
        primary = Self.side(
            stored.pair.primary, stored.pair.version, example.primaryStatus, example.primaryBody)
        shadow = Self.side(
            stored.pair.shadow, stored.pair.key.shadow, example.shadowStatus, example.shadowBody)
        differences = example.differences.map {
            DifferenceDocument(
                path: $0.path, group: $0.group, kind: $0.kind.rawValue, primary: $0.primary,
                shadow: $0.shadow)
        }
    }

    private static func side(
        _ side: KeptPair.Side, _ version: String, _ status: Int, _ body: String
    ) -> SideDocument {
        SideDocument(
            version: version, status: status, endpoint: side.endpoint,
            totalMs: Double(side.microseconds) / 1_000, body: body)
    }
}
