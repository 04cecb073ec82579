// The parts of the admin API's answers that the tests read.

/// `/api/v1/routes`.
struct GatewayDocument: Decodable, Sendable {
    struct Load: Decodable, Sendable {
        let successful: Bool
        let problems: [String]
    }

    struct Route: Decodable, Sendable {
        struct Version: Decodable, Sendable {
            let version: String
            let share: Double
        }

        let route: String
        let versions: [Version]
    }

    let revision: Int
    let draining: Bool
    let config: Load
    let certificates: Load
    let routes: [Route]
}

/// `/api/v1/routes/{route}/comparison`.
struct ComparisonDocument: Decodable, Sendable {
    struct Quantile: Decodable, Sendable {
        let value: Double
        let low: Double
        let high: Double?
    }

    struct Rate: Decodable, Sendable {
        let value: Double
        let low: Double
        let high: Double
    }

    struct Version: Decodable, Sendable {
        let version: String
        let requests: Int
        let shareWanted: Double
        let shareAchieved: Double?
        let errors: [String: Int]
        let errorRate: Rate?
        let statuses: [String: Int]
        let overrides: Int
        let inFlight: Int
        let latencyMs: [String: Quantile]
        let firstByteMs: [String: Quantile]
    }

    let route: String
    let windowSeconds: Int
    let versions: [Version]
}

/// `sluice explain --json` and `/api/v1/explain`.
struct Explanation: Decodable, Sendable, Equatable {
    let route: String?
    let version: String?
    let reason: String
    let key: String?
    let bucket: Int?
    let shadows: [Shadow]?
    let lines: [String]

    struct Shadow: Decodable, Sendable, Equatable {
        let version: String
        let verdict: String
        let reason: String
        let sample: Double
        let bucket: Int?
    }
}

/// `application/problem+json` (RFC 9457).
struct Problem: Decodable, Sendable {
    let type: String
    let title: String
    let status: Int
    let detail: String
}

/// What a sample model answers.
struct ModelAnswer: Decodable, Sendable {
    let label: String
    let version: String
    let bytes: Int
}
