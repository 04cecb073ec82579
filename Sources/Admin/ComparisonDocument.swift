// The versions of a route side by side, as JSON.

package import Plan
package import Recording

/// What `/api/v1/routes/{route}/comparison` answers.
package struct ComparisonDocument: Codable, Sendable {
    /// One version.
    package struct VersionDocument: Codable, Sendable {
        package let version: String
        /// Ended requests, overrides left out.
        package let requests: Int
        /// In percent.
        package let shareWanted: Double
        /// In percent of the route's requests; nil without any.
        package let shareAchieved: Double?
        /// Failed requests by kind; `server_error` is a whole answer of 500 and above, `grpc_error`
        /// one below that with a status of gRPC that the route counts as an error.
        package let errors: [String: Int]
        /// Of the requests that count: clients that went away do not.
        package let errorRate: RateDocument?
        /// Ended requests by the class of their status.
        package let statuses: [String: Int]
        /// Clients that went away or sent too slowly: never the version's fault.
        package let clientGone: Int
        /// Requests that testers sent here by name, in no other number.
        package let overrides: Int
        package let retries: Int
        package let inFlight: Int
        package let receivedBytes: Int
        package let sentBytes: Int
        /// To the last byte of whole answers.
        package let latencyMs: [String: QuantileDocument]
        /// To the first byte, also of answers that were not whole in the end.
        package let firstByteMs: [String: QuantileDocument]
        /// How the times to the last byte are distributed, in the order of time.
        package let latencyDistribution: [BucketDocument]
        /// Calls of gRPC by the name of their status; nil without any.
        package let grpc: [String: Int]?
        /// Answers that are streams of events; nil without any.
        package let streams: StreamsDocument?
    }

    /// How many values lie in a stretch, in milliseconds; its end does not belong to it.
    package struct BucketDocument: Codable, Sendable {
        package let fromMs: Double
        package let toMs: Double
        package let count: Int
    }

    package let route: String
    package let windowSeconds: Int
    package let versions: [VersionDocument]
    /// Nil if the route has no ramp.
    package let ramp: RampDocument?
    /// Nil if the route has none. Their counts are not of the window.
    package let shadows: [ShadowSummaryDocument]?

    /// Compares the versions of a route over a window of seconds.
    package init(
        _ route: Route, _ figures: [VersionKey: VersionFigures], windowSeconds: Int,
        ramp: RampDocument? = nil, shadows: [ShadowSummaryDocument]? = nil
    ) {
        self.shadows = shadows
        self.ramp = ramp
        self.route = route.name
        self.windowSeconds = windowSeconds
        let own = route.versions.map { version in
            figures[VersionKey(route: route.name, version: version.name)] ?? VersionFigures()
        }
        let all = own.reduce(0) { $0 + $1.requests }
        versions = route.versions.indices.map { index in
            Self.document(
                route.versions[index].name, own[index], wanted: route.shares[index], all: all)
        }
    }

    private static func document(
        _ name: String, _ figures: VersionFigures, wanted: Int, all: Int
    ) -> VersionDocument {
        VersionDocument(
            version: name, requests: figures.requests,
            shareWanted: Double(wanted) * 100 / Double(BucketTable.bucketCount),
            shareAchieved: all > 0 ? Double(figures.requests) * 100 / Double(all) : nil,
            errors: ErrorKinds.counts(figures),
            errorRate: RateDocument(figures.errors, of: figures.judged),
            statuses: Dictionary(uniqueKeysWithValues: zip(StatusClass.names, figures.statuses)),
            clientGone: figures.count(.clientGone), overrides: figures.overrides,
            retries: figures.retries, inFlight: figures.inFlight,
            receivedBytes: figures.receivedBytes, sentBytes: figures.sentBytes,
            latencyMs: QuantileDocument.all(of: figures.total),
            firstByteMs: QuantileDocument.all(of: figures.firstByte),
            latencyDistribution: distribution(figures.total),
            grpc: figures.grpc.map(CallStatus.counts),
            streams: figures.streams.map(StreamsDocument.init))
    }

    /// The histogram in coarser buckets, of 8 to the doubling: enough to see a shape.
    private static func distribution(_ figures: LatencyFigures) -> [BucketDocument] {
        let joined = 8
        var counts: [Int: Int] = [:]
        for bucket in figures.buckets { counts[bucket.index / joined, default: 0] += bucket.count }
        return counts.sorted { $0.key < $1.key }.map { index, count in
            BucketDocument(
                fromMs: Double(LatencyBuckets.lowerBound(of: index * joined)) / 1_000,
                toMs: Double(LatencyBuckets.lowerBound(of: (index + 1) * joined)) / 1_000,
                count: count)
        }
    }
}

/// The kinds of errors.
enum ErrorKinds {
    /// Failed requests by the name of their kind; every one has one.
    static func counts(_ figures: VersionFigures) -> [String: Int] {
        var errors = ["server_error": figures.serverErrors]
        for kind in OutcomeKind.failures { errors[kind.description] = figures.count(kind) }
        if figures.grpc != nil { errors["grpc_error"] = figures.grpcErrors }
        return errors
    }
}

/// The names of the classes of statuses.
enum StatusClass {
    /// By the hundreds of the status; the first is for requests that got none.
    static let names = ["none", "1xx", "2xx", "3xx", "4xx", "5xx"]
}
