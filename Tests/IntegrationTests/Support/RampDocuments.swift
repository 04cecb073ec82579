// The parts of the admin API's answers about ramps that the tests read.

/// `ramp` of a route: where it stands.
struct RampDocument: Decodable, Sendable, Equatable {
    struct Guard: Decodable, Sendable, Equatable {
        let metric: String
        let limit: String
        let margin: Double
        let verdict: String
        let stableCount: Int
        let candidateCount: Int
    }

    let route: String
    let phase: String
    /// Counted from 1.
    let step: Int
    let steps: Int
    /// In percent.
    let share: Double
    let stable: String
    let candidate: String
    let digest: String
    let stratum: Int
    let watchedMs: Int
    let waitingFor: [String]
    let held: String?
    let latched: Bool
    let guards: [Guard]

    /// Whether the ramp is over until somebody does something.
    var isFinal: Bool { ["succeeded", "rolled_back", "aborted"].contains(phase) }
}

/// `/api/v1/routes/{route}`: the shares that are served, and the ramp.
struct RampRouteDocument: Decodable, Sendable, Equatable {
    struct Total: Decodable, Sendable, Equatable {
        let versions: [Version]
    }

    struct Version: Decodable, Sendable, Equatable {
        let version: String
        let shareWanted: Double
    }

    let total: Total
    let ramp: RampDocument?

    /// The share of a version in percent.
    func share(_ name: String) -> Double? {
        total.versions.first { $0.version == name }?.shareWanted
    }
}

/// `/api/v1/routes/{route}/comparison`, as far as it tells of the ramp.
struct RampComparisonDocument: Decodable, Sendable {
    let ramp: RampDocument?
}

/// One decision of the journal.
struct DecisionDocument: Decodable, Sendable, Equatable {
    struct Evidence: Decodable, Sendable, Equatable {
        struct Guard: Decodable, Sendable, Equatable {
            let metric: String
            let verdict: String
        }

        let stableRequests: Int
        let candidateRequests: Int
        let stableErrors: Int
        let candidateErrors: Int
        let guards: [Guard]
    }

    let id: Int
    let route: String
    let atMs: Int
    let kind: String
    let cause: String
    let summary: String
    let actor: String
    let reason: String
    let phaseBefore: String
    let phaseAfter: String
    let stepBefore: Int
    let stepAfter: Int
    let shareBefore: Double
    let shareAfter: Double
    let candidate: String
    let stable: String
    let digest: String
    let stratumAfter: Int
    let evidence: Evidence?

    /// Whether a ramp that stands there is where this decision left it.
    func explains(_ ramp: RampDocument) -> Bool {
        ramp.phase == phaseAfter && ramp.step == stepAfter && ramp.share == shareAfter
            && ramp.stratum == stratumAfter && ramp.candidate == candidate
    }

    /// Whether this decision began where that one ended.
    func follows(_ other: DecisionDocument) -> Bool {
        id > other.id && phaseBefore == other.phaseAfter && stepBefore == other.stepAfter
            && shareBefore == other.shareAfter && stratumAfter >= other.stratumAfter
    }
}

/// `/api/v1/decisions`, newest first.
struct DecisionList: Decodable, Sendable {
    let decisions: [DecisionDocument]
}

extension RampDocument {
    /// Whether the ramp has not moved, whatever time has passed.
    func isWhere(_ other: RampDocument) -> Bool {
        phase == other.phase && step == other.step && share == other.share
            && stratum == other.stratum && candidate == other.candidate
            && digest == other.digest && latched == other.latched
    }
}
