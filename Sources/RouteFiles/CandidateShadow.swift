// What a ramp's reader knows of a shadow to the candidate.

import Plan

/// Whether the candidate of a ramp gets copies of requests.
enum CandidateShadow {
    /// Nobody knows: the versions or the shadows could not be read, which has been reported.
    case unknown
    /// It does not; the name is the candidate's.
    case missing(String)
    /// It does.
    case found(Shadow, String)

    /// Whether control pairs tell how often two answers of the stable version differ.
    var hasNoiseControl: Bool {
        if case .found(let shadow, _) = self { return shadow.noiseControl > 0 }
        return false
    }

    /// Whether answers are compared.
    var isCompared: Bool {
        if case .found(let shadow, _) = self { return shadow.comparison != nil }
        return false
    }

    /// Reports that there is nothing to see agreement by.
    func expectComparison(_ place: YAMLValue) {
        switch self {
        case .missing(let name):
            place.error(
                "the guard on agreement needs a shadow to \(name)",
                "there would be no answers to compare",
                "write shadow: {to: \(name), compare: json} beside canary")
        case .found(let shadow, let name) where shadow.comparison == nil:
            place.error(
                "the guard on agreement needs a shadow to \(name) that compares",
                "its answers would be thrown away",
                "write compare: json, text, sse or bytes in the shadow to \(name)")
        case .unknown, .found: return
        }
    }

    /// Reports that there is no shadow to begin in.
    func expectShadow(_ place: YAMLValue) {
        guard case .missing(let name) = self else { return }
        place.error(
            "canary.after_shadow needs a shadow to \(name)", "it would get no copies",
            "write shadow: {to: \(name)} beside canary, or remove after_shadow")
    }
}
