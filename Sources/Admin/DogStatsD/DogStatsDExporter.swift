// Sends the metrics as DogStatsD, round after round. Nobody waits for it, and it waits for nobody.

package import Control
package import Logging
import NIOCore
import NIOPosix
package import Plan
import ServiceLifecycle
import Synchronization

/// Sends what was counted to an agent, as a service that runs until it is asked to end. What
/// cannot be sent is dropped, as DogStatsD has it, and counted.
package final class DogStatsDExporter: Service {
    /// Bounds of one round.
    enum Limits {
        /// Fits into a packet of 1,500 bytes with the heads of IPv6 and UDP, and some tunnel's.
        static let udpBytes = 1_432
        /// What agents read at once from a socket of this machine.
        static let unixBytes = 8_192
        /// Datagrams of one round: 5.8 MB, or some 60,000 lines.
        static let datagrams = 4_096
        /// So many datagrams are sent at once, then comes a pause: the agent's buffer is small.
        static let burst = 64
        static let pauseMilliseconds = 10
    }

    /// What became of datagrams since the start.
    struct Counters {
        var sent = 0
        var failed = 0
        var full = 0
    }

    private let settings: DogStatsDSettings
    private let controller: Controller
    private let logger: Logger
    private let counts = Mutex(Counters())

    /// Makes an exporter, which does nothing until it is run.
    package init(_ settings: DogStatsDSettings, controller: Controller, logger: Logger) {
        self.settings = settings
        self.controller = controller
        self.logger = logger
    }

    var counters: Counters { counts.withLock { $0 } }

    /// Sends until it is asked to end, and then what was counted since.
    package func run() async throws {
        var lines = DogStatsDLines(settings)
        lines.begin(await reading())
        var problem: String?
        var isRunning = true
        while isRunning {
            isRunning = await sleep()
            let failure = await send(lines.next(await reading()))
            if failure != problem { tell(failure) }
            problem = failure
        }
    }

    /// Waits for the next round; false if it is to be the last.
    private func sleep() async -> Bool {
        do {
            try await cancelWhenGracefulShutdown {
                try await Task.sleep(for: .milliseconds(self.settings.intervalMilliseconds))
            }
            return !Task.isShuttingDownGracefully && !Task.isCancelled
        } catch {
            return false
        }
    }

    private func reading() async -> MetricReading {
        MetricReading(
            await controller.state(), webhooks: await controller.webhookCounters(),
            process: ProcessFigures.now(), dogStatsD: counters)
    }

    // MARK: One round

    /// Sends a round on a socket of its own: an agent that was started anew is found again, and a
    /// name is asked for anew. Returns what went wrong, in words.
    private func send(_ lines: [String]) async -> String? {
        let most = isUnix ? Limits.unixBytes : Limits.udpBytes
        var datagrams = DogStatsDLines.datagrams(lines, atMost: most)
        let tooMany = max(0, datagrams.count - Limits.datagrams)
        datagrams.removeLast(tooMany)
        counts.withLock { $0.full += tooMany }
        let before = counters.failed
        do {
            let channel = try await connect()
            await send(datagrams[...], on: channel)
            try? await channel.close()
        } catch {
            counts.withLock { $0.failed += datagrams.count }
            return "no socket (\(ConnectionWords.of(error)))"
        }
        if counters.failed > before { return "nobody takes them there, or not fast enough" }
        return tooMany > 0 ? "there are more than \(Limits.datagrams) datagrams" : nil
    }

    private var isUnix: Bool {
        if case .unix = settings.address { return true }
        return false
    }

    private func connect() async throws -> any Channel {
        let bootstrap = DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        switch settings.address {
        case .udp(let host, let port):
            return try await bootstrap.connect(host: host, port: port).get()
        case .unix(let path):
            return try await bootstrap.connect(unixDomainSocketPath: path).get()
        }
    }

    private func send(_ datagrams: ArraySlice<[UInt8]>, on channel: any Channel) async {
        var rest = datagrams
        while !rest.isEmpty {
            for datagram in rest.prefix(Limits.burst) {
                // A full socket is an agent that does not keep up: it gets no more for now.
                guard channel.isWritable else {
                    counts.withLock { $0.failed += 1 }
                    continue
                }
                channel.write(ByteBuffer(bytes: datagram)).whenComplete { [self] result in
                    counts.withLock {
                        if case .success = result { $0.sent += 1 } else { $0.failed += 1 }
                    }
                }
            }
            channel.flush()
            rest = rest.dropFirst(Limits.burst)
            // Also behind the last: an answer that nobody listens comes a moment later.
            try? await Task.sleep(for: .milliseconds(Limits.pauseMilliseconds))
        }
    }

    private func tell(_ problem: String?) {
        let place: Logger.Metadata = ["address": "\(settings.address.shown)"]
        if let problem {
            logger.warning("metrics are not taken by DogStatsD: \(problem)", metadata: place)
        } else {
            logger.info("metrics are sent to DogStatsD again", metadata: place)
        }
    }
}

extension DogStatsDSettings.Address {
    /// The address as it stands in the file.
    fileprivate var shown: String {
        switch self {
        case .udp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): "unix://\(path)"
        }
    }
}
