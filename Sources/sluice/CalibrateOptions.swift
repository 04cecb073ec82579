// What `sluice check --calibrate` takes.

import ArgumentParser
import RouteFiles
import Verdict

/// The flags of a calibration.
struct CalibrateOptions: ParsableArguments {
    /// Rates of traffic that are reckoned with, in requests a second.
    private static let rates = 0.01...1_000_000.0
    private static let spreads = 1.01...1_000.0
    private static let mostMilliseconds = 600_000

    @Flag(help: "Says how many requests and how long the ramps take to decide; needs --rate.")
    var calibrate = false

    @Option(help: "Requests a second on each route.")
    var rate: Double?

    @Option(
        help: "The stable version's rate of errors. (default: 0.1%)", transform: Self.readRate)
    var errorRate = 0.001

    @Option(
        help: "The stable version's median latency. (default: 20ms)",
        transform: Self.readMicroseconds)
    var latency = 20_000.0

    @Option(
        help: "Its median time to the first byte. (default: as --latency)",
        transform: Self.readMicroseconds)
    var ttfb: Double?

    @Option(
        help: "Its median time between two events of a stream. (default: 50ms)",
        transform: Self.readMicroseconds)
    var eventGap = AssumedVersion.usualEventGapMicroseconds

    @Option(
        help: "Its rate of streams that break. (default: as --error-rate)",
        transform: Self.readRate)
    var streamErrors: Double?

    @Option(
        help: "How often two of its own answers to a request differ. (default: 0%)",
        transform: Self.readRate)
    var disagreement = 0.0

    @Option(help: "The stable version's p99 latency by its median.")
    var spread = 3.2

    @Flag(help: "Prints the calibration as JSON.")
    var json = false

    func validate() throws {
        if !calibrate && (rate != nil || json) {
            throw ValidationError("--rate and --json go with --calibrate")
        }
        guard calibrate else { return }
        guard let rate else {
            throw ValidationError(
                "--calibrate needs the rate of traffic, in requests a second, like "
                    + "`sluice check --calibrate --rate 200`")
        }
        if !Self.rates.contains(rate) {
            throw ValidationError("--rate must be from 0.01 to 1000000 requests a second")
        }
        if !Self.spreads.contains(spread) {
            throw ValidationError("--spread must be from 1.01 to 1000, like 3.2")
        }
    }

    /// What is assumed of a stable version.
    var assumed: AssumedVersion {
        AssumedVersion(
            errorRate: errorRate, p50Microseconds: latency, spread: spread,
            firstByteP50Microseconds: ttfb, eventGapP50Microseconds: eventGap,
            streamErrorRate: streamErrors, disagreementRate: disagreement)
    }

    private static func readRate(_ text: String) throws -> Double {
        guard let buckets = Quantities.buckets(text), Quantities.fraction(buckets) < 1 else {
            throw ValidationError("it must be a percentage below 100%, like 0.1%")
        }
        return Quantities.fraction(buckets)
    }

    private static func readMicroseconds(_ text: String) throws -> Double {
        guard let milliseconds = Quantities.milliseconds(text),
            (1...mostMilliseconds).contains(milliseconds)
        else { throw ValidationError("it must be from 1ms to 10m, like 20ms") }
        return Double(milliseconds) * 1_000
    }
}
