// What `sluice check --calibrate` says of one route, also as JSON.

import Plan
import RouteFiles
import Verdict

/// One route's ramp, reckoned ahead.
struct CalibratedRoute: Codable {
    let route: String
    let ramp: RampCalibration
    let warnings: [CalibrationWarning]

    /// Reckons with a route's ramp; nil if it has none.
    init?(_ definition: RouteDefinition, _ options: CalibrateOptions) {
        guard let canary = definition.canary, let rate = options.rate else { return nil }
        let names = definition.versions.map(\.name)
        route = definition.name
        ramp = RampCalibration(
            canary, stable: names[canary.stable], candidate: names[canary.candidate],
            assumed: options.assumed, requestsPerSecond: rate,
            shadow: definition.candidateShadow)
        warnings = ramp.warnings
    }
}
