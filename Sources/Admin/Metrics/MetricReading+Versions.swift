// What is told of versions: requests, errors, times, shares, calls and streams.

import Plan
import Recording

extension MetricReading {
    mutating func readVersions(_ versions: [(key: VersionKey, value: VersionFigures)]) {
        begin(.requests)
        for (key, figures) in versions {
            for (name, count) in zip(StatusClass.names, figures.statuses) {
                sample(count, own(key) + [name])
            }
        }
        begin(.errors)
        for (key, figures) in versions {
            for kind in OutcomeKind.failures {
                sample(figures.count(kind), own(key) + [kind.description])
            }
            sample(figures.serverErrors, own(key) + ["server_error"])
            if figures.grpc != nil { sample(figures.grpcErrors, own(key) + ["grpc_error"]) }
        }
        let numbers: [(MetricFamily, (VersionFigures) -> Int)] = [
            (.clientGone, { $0.count(.clientGone) }), (.overrides, \.overrides),
            (.requestRetries, \.retries), (.receivedBytes, \.receivedBytes),
            (.sentBytes, \.sentBytes), (.inFlight, \.inFlight),
        ]
        for (family, read) in numbers {
            begin(family)
            for (key, figures) in versions { sample(read(figures), own(key)) }
        }
        begin(.firstByte)
        for (key, figures) in versions { histogram(figures.firstByte, own(key)) }
        begin(.duration)
        for (key, figures) in versions { histogram(figures.total, own(key)) }
    }

    mutating func readShares(_ plan: Plan) {
        begin(.shareWanted)
        for route in plan.routes {
            for (version, share) in zip(route.versions, route.shares) {
                sample(Double(share) / Double(BucketTable.bucketCount), [route.name, version.name])
            }
        }
    }

    mutating func readCalls(_ versions: [(key: VersionKey, value: VersionFigures)]) {
        begin(.grpcRequests)
        for (key, figures) in versions {
            guard let calls = figures.grpc else { continue }
            for status in CallStatus.named(calls) where status.count > 0 {
                sample(status.count, own(key) + [status.name])
            }
        }
    }

    /// Versions without streams have no samples here.
    mutating func readStreams(_ versions: [(key: VersionKey, value: VersionFigures)]) {
        let streaming = versions.compactMap { key, figures in
            figures.streams.map { (own: own(key), figures: $0) }
        }
        begin(.streams)
        for (own, figures) in streaming {
            sample(figures.whole, own + ["whole"])
            sample(figures.broken, own + ["broken"])
            sample(figures.clientGone, own + ["client_gone"])
        }
        begin(.streamEvents)
        for (own, figures) in streaming { sample(figures.events, own) }
        begin(.streamSentBytes)
        for (own, figures) in streaming { sample(figures.bytes, own) }
        begin(.streamDuration)
        for (own, figures) in streaming {
            sample(Double(figures.microseconds) / 1_000_000, own)
        }
        begin(.streamGaps)
        for (own, figures) in streaming { histogram(figures.gaps, own) }
    }

    /// The values of the labels `route` and `version`.
    private func own(_ key: VersionKey) -> [String] { [key.route, key.version] }
}
