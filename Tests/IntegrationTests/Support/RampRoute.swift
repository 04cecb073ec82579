// The route file of a ramp that is fast enough for a test.

/// What `Routes/sentiment.yaml` says: a ramp from `v1` to `v2`, or without it a fixed split.
struct RampRoute: Sendable {
    var stableEndpoints: [String]
    var candidateEndpoints: [String]
    /// `timeout:` of the route.
    var timeout = "first_byte: 5s"
    /// Whether callers are told apart by `x-user-id`.
    var isSticky = true
    /// Without a ramp, everybody is on `v1`.
    var hasRamp = true
    var steps = "[25%, 50%, 100%]"
    var hold = "1s"
    var minRequests = 50
    var bake = "1s"
    var guards = ["{metric: error_rate, max_increase: 10%}"]
    /// Never trips on what the guards are to find; see `usualBreaker`.
    var breaker = "{consecutive_errors: 1000, error_rate: 100%, min_requests: 1000, within: 2s}"
    /// Further lines of `canary:`.
    var more: [String] = []
    /// Further lines of the route.
    var rest: [String] = []

    /// A breaker as files have it, over a short time.
    static let usualBreaker =
        "{consecutive_errors: 10, error_rate: 50%, min_requests: 20, within: 2s}"

    var text: String {
        var lines = [
            "route: sentiment", "match: {path: /v1/sentiment/**}", "timeout: {\(timeout)}",
            "versions:", "  v1: {endpoints: [\(stableEndpoints.joined(separator: ", "))]}",
            "  v2: {endpoints: [\(candidateEndpoints.joined(separator: ", "))]}",
        ]
        if isSticky { lines.append("sticky: [{header: x-user-id}]") }
        if hasRamp {
            lines += [
                "canary:", "  stable: v1", "  candidate: v2", "  steps: \(steps)",
                "  hold: \(hold)", "  min_requests: \(minRequests)", "  bake: \(bake)",
                "  guards: [\(guards.joined(separator: ", "))]", "  breaker: \(breaker)",
            ]
            lines += more.map { "  " + $0 }
        } else {
            lines.append("split: {v1: 100%}")
        }
        return (lines + rest).joined(separator: "\n") + "\n"
    }
}
