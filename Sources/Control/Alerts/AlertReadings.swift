// From what the controller knows to what each rule finds: pure.

import Plan
import Recording
import Verdict

/// Looks at every subject of every rule.
struct AlertReadings {
    private static let secondsOfDay = 86_400.0

    private let sources: AlertSources
    /// Usual requests a second by route, where they are known.
    private let usual: [String: Double]
    /// What was counted over each rule's time, each time once.
    private var windows: [Int: [VersionKey: VersionFigures]] = [:]

    private init(_ sources: AlertSources, _ usual: [String: Double]) {
        self.sources = sources
        self.usual = usual
    }

    /// All that there is to be seen.
    static func all(_ sources: AlertSources, usual: [String: Double]) -> [AlertObservation] {
        var readings = AlertReadings(sources, usual)
        return sources.state.plan.gateway.alerts.rules.flatMap { readings.observe($0) }
    }

    private mutating func observe(_ rule: AlertRule) -> [AlertObservation] {
        let state = sources.state
        let routes = state.plan.routes.filter { rule.watches($0.name) }
        switch rule.condition {
        case .latency(let metric, let above):
            return observe(rule, routes) { Self.latency(rule, metric, above, $0) }
        case .errors(let above):
            return observe(rule, routes) { Self.errors(rule, above, $0) }
        case .rollback:
            return routes.compactMap { route in
                guard let ramp = state.ramps[route.name] else { return nil }
                let subject = AlertSubject(
                    rule.name, route: route.name, version: ramp.candidate)
                return AlertObservation(
                    rule, subject, ramp.phase.isRolledBack ? .holds(nil) : .clear(nil))
            }
        case .requestRate(let below, let above):
            return routes.map { route in
                AlertObservation(
                    rule, AlertSubject(rule.name, route: route.name),
                    rate(rule, route.name, below: below, above: above))
            }
        case .reloadFailed: return [whole(rule, holds: !state.reload.isSuccessful)]
        case .certificatesFailed: return [whole(rule, holds: !state.certificates.isSuccessful)]
        case .certificateExpires(let within):
            return state.certificateEnds.map { label, end in
                let left = Double(end) - Double(sources.dayMilliseconds) / 1_000
                let figure = AlertFigure(
                    metric: "days_left", value: left / Self.secondsOfDay,
                    limit: Double(within) / Self.secondsOfDay, isMost: false, unit: .days)
                return AlertObservation(
                    rule, AlertSubject(rule.name, certificate: label), Self.reading(figure))
            }
        }
    }

    private func whole(_ rule: AlertRule, holds: Bool) -> AlertObservation {
        AlertObservation(rule, AlertSubject(rule.name), holds ? .holds(nil) : .clear(nil))
    }

    // MARK: Versions

    private mutating func observe(
        _ rule: AlertRule, _ routes: [Route], _ look: (VersionFigures) -> AlertReading
    ) -> [AlertObservation] {
        let seconds = Self.seconds(rule)
        let figures = window(seconds)
        return routes.flatMap { route in
            route.versions.map { version in
                let key = VersionKey(route: route.name, version: version.name)
                var reading = look(figures[key] ?? VersionFigures())
                // A gateway that has just begun does not know that it is over.
                if case .clear = reading, sources.age < seconds { reading = .unknown }
                let subject = AlertSubject(rule.name, route: route.name, version: version.name)
                return AlertObservation(rule, subject, reading)
            }
        }
    }

    static func latency(
        _ rule: AlertRule, _ metric: Guard.Metric, _ above: Double, _ figures: VersionFigures
    ) -> AlertReading {
        let values =
            switch metric.subject {
            case .firstByte: figures.firstByte
            case .eventGap: figures.streams?.drawnGaps ?? .none
            default: figures.total
            }
        guard values.count >= rule.minRequests, let rank = metric.rank,
            let quantile = values.quantile(rank)
        else { return .clear(nil) }
        return reading(
            AlertFigure(
                metric: metric.rawValue, value: quantile.microseconds / 1_000,
                limit: above / 1_000, isMost: true, unit: .milliseconds))
    }

    static func errors(
        _ rule: AlertRule, _ above: Double, _ figures: VersionFigures
    ) -> AlertReading {
        let judged = figures.judged
        guard judged > 0, judged >= rule.minRequests else { return .clear(nil) }
        return reading(
            AlertFigure(
                metric: "error_rate", value: Double(figures.errors) / Double(judged) * 100,
                limit: above * 100, isMost: true, unit: .percent))
    }

    // MARK: Routes

    private mutating func rate(
        _ rule: AlertRule, _ route: String, below: Double?, above: Double?
    ) -> AlertReading {
        let seconds = Self.seconds(rule)
        guard sources.age >= seconds, let usual = usual[route], usual > 0 else { return .unknown }
        let requests = window(seconds).reduce(0) { sum, entry in
            entry.key.route == route && entry.key.role == .served
                ? sum + entry.value.requests : sum
        }
        return Self.rate(
            rule, requests: Double(requests), usual: usual * Double(seconds), below: below,
            above: above)
    }

    static func rate(
        _ rule: AlertRule, requests: Double, usual: Double, below: Double?, above: Double?
    ) -> AlertReading {
        guard max(requests, usual) >= Double(rule.minRequests) else { return .clear(nil) }
        let share = requests / usual * 100
        let sides = [(above, true), (below, false)].compactMap { limit, isMost in
            limit.map {
                AlertFigure(
                    metric: "request_rate", value: share, limit: $0 * 100, isMost: isMost,
                    unit: .percent)
            }
        }
        guard let figure = sides.first(where: \.isBeyond) ?? sides.first else { return .clear(nil) }
        return reading(figure)
    }

    // MARK: Figures

    private static func reading(_ figure: AlertFigure) -> AlertReading {
        figure.isBeyond ? .holds(figure) : .clear(figure)
    }

    private static func seconds(_ rule: AlertRule) -> Int {
        max(1, (rule.windowMilliseconds + 999) / 1_000)
    }

    private mutating func window(_ seconds: Int) -> [VersionKey: VersionFigures] {
        if let known = windows[seconds] { return known }
        let figures = sources.history.window(seconds: seconds, now: sources.second)
        windows[seconds] = figures
        return figures
    }
}

extension RampPhase {
    /// Whether the candidate was taken out by the gateway.
    fileprivate var isRolledBack: Bool { self == .rollingBack || self == .rolledBack }
}
