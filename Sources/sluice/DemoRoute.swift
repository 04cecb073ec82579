// The three routes of the demo: what is on trial on each, and how it turns out.

import SampleModels

/// A route with a version that is known and another that is on trial.
struct DemoRoute: Sendable {
    let name: String
    /// What the candidate is like, in a few words.
    let story: String
    let stable: SampleModel
    let candidate: SampleModel
    /// The guards of its ramp, as its file has them. They are wide enough to conclude in seconds
    /// on the demo's little traffic (`sluice check --calibrate` says how many).
    let guards: [String]

    /// One candidate that is good, one that is slow and one that fails.
    static let all = [
        DemoRoute(
            name: "sentiment", story: "a good one",
            stable: SampleModel(version: "v1", latencyMilliseconds: 8, tailMilliseconds: 4),
            candidate: SampleModel(version: "v2", latencyMilliseconds: 7, tailMilliseconds: 4),
            guards: [
                "{metric: error_rate, max_increase: 5%}", "{metric: latency_p95, max_ratio: 2}",
            ]),
        DemoRoute(
            name: "summarize", story: "one that is slow now and then",
            stable: SampleModel(version: "v1", latencyMilliseconds: 20, tailMilliseconds: 8),
            candidate: SampleModel(
                version: "v2", latencyMilliseconds: 20, tailMilliseconds: 8, slowShare: 0.08,
                slowMilliseconds: 400),
            guards: [
                "{metric: error_rate, max_increase: 5%}", "{metric: latency_p99, max_ratio: 1.5}",
            ]),
        DemoRoute(
            name: "translate", story: "one that fails 5 %",
            stable: SampleModel(
                version: "v1", latencyMilliseconds: 15, tailMilliseconds: 6, errorRate: 0.002),
            candidate: SampleModel(
                version: "v2", latencyMilliseconds: 15, tailMilliseconds: 6, errorRate: 0.05),
            guards: ["{metric: error_rate, max_increase: 0.5%}"]),
    ]

    /// The path under which it is asked.
    var path: String { "/v1/\(name)" }

    /// Its file, for models on these ports.
    func file(stablePort: Int, candidatePort: Int) -> String {
        """
        # Change something and save: it is taken up within a second.
        route: \(name)
        match:
          path: \(path)/**
          methods: [POST]

        versions:
          v1: {endpoints: [http://127.0.0.1:\(stablePort)]}
          v2: {endpoints: [http://127.0.0.1:\(candidatePort)]}

        sticky:
          - header: x-user-id

        override: {header: x-use-version}

        canary:
          stable: v1
          candidate: v2
          steps: [10%, 25%, 50%, 100%]
          hold: 5s
          min_requests: 50
          bake: 10s
          guards:
        \(guards.map { "    - \($0)" }.joined(separator: "\n"))

        """
    }
}
