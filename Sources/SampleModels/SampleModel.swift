// How a sample model service behaves: how fast it answers, and which part of its answers is bad.

package import Foundation
import Glibc

/// The behaviour of a sample service. Shares are from 0 to 1.
package struct SampleModel: Sendable {
    /// The version that its answers name.
    package let version: String
    /// The least time to an answer, in milliseconds.
    package var latencyMilliseconds: Double
    /// The mean of what a random tail adds to it, in milliseconds.
    package var tailMilliseconds: Double
    /// The share of requests answered 500.
    package var errorRate: Double
    /// The share of answers that take longer: only the highest quantiles show it.
    package var slowShare: Double
    /// How much longer these take, in milliseconds.
    package var slowMilliseconds: Double
    /// The share of requests that are never answered.
    package var hangShare: Double
    /// The share of answers that begin well and are cut off.
    package var breakShare: Double
    /// The share of prompts of a chat that are answered in other words, always the same ones.
    package var driftShare = 0.0
    /// The share of answers in a chat that vary by a word, drawn anew each time.
    package var noiseShare = 0.0
    /// The pause between two events of a streamed answer, in milliseconds.
    package var eventMilliseconds = 1.0

    /// Makes a behaviour.
    package init(
        version: String, latencyMilliseconds: Double = 5, tailMilliseconds: Double = 2,
        errorRate: Double = 0, slowShare: Double = 0, slowMilliseconds: Double = 400,
        hangShare: Double = 0, breakShare: Double = 0
    ) {
        self.version = version
        self.latencyMilliseconds = latencyMilliseconds
        self.tailMilliseconds = tailMilliseconds
        self.errorRate = errorRate
        self.slowShare = slowShare
        self.slowMilliseconds = slowMilliseconds
        self.hangShare = hangShare
        self.breakShare = breakShare
    }

    // MARK: As JSON

    /// What can be changed while it runs, by its name in JSON.
    private static var fields: [String: WritableKeyPath<SampleModel, Double>] {
        [
            "latency_ms": \.latencyMilliseconds, "tail_ms": \.tailMilliseconds,
            "error_rate": \.errorRate, "slow_share": \.slowShare, "slow_ms": \.slowMilliseconds,
            "hang_share": \.hangShare, "break_share": \.breakShare,
            "drift_share": \.driftShare, "noise_share": \.noiseShare,
            "event_ms": \.eventMilliseconds,
        ]
    }

    /// A change that makes no sense.
    package struct BadChange: Error, CustomStringConvertible {
        package let description: String
    }

    /// Everything that can be changed.
    package var values: [String: Double] { Self.fields.mapValues { self[keyPath: $0] } }

    /// Changes what a JSON object names, and nothing else.
    package mutating func change(_ json: Data) throws {
        let change = try JSONDecoder().decode([String: Double].self, from: json)
        for (name, value) in change {
            guard let field = Self.fields[name] else {
                throw BadChange(description: "\(name) is none of \(Self.fields.keys.sorted())")
            }
            let most = name.hasSuffix("_ms") ? 600_000.0 : 1
            guard (0...most).contains(value) else {
                throw BadChange(description: "\(name) is not from 0 to \(most)")
            }
            self[keyPath: field] = value
        }
    }

    // MARK: One request

    /// What becomes of one request.
    enum Fate {
        case good
        case error
        case hang
        case broken
    }

    /// Draws what becomes of a request.
    func drawFate() -> Fate {
        func happens(_ share: Double) -> Bool { Double.random(in: 0..<1) < share }
        if happens(hangShare) { return .hang }
        if happens(errorRate) { return .error }
        return happens(breakShare) ? .broken : .good
    }

    /// Draws how long an answer takes.
    func drawLatency() -> Duration {
        // An exponential tail, as services with a queue in front of them have.
        let tail = -tailMilliseconds * log(Double.random(in: 0.000_001..<1))
        let slow = Double.random(in: 0..<1) < slowShare ? slowMilliseconds : 0
        return .microseconds(Int((latencyMilliseconds + tail + slow) * 1_000))
    }
}
