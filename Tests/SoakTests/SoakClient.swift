// The load: kept TLS connections that ask, one request at a time, and check every answer.

import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// What the client saw.
struct SoakTally: Sendable {
    /// Whole answers by the version that they name, failures of the gateway's own among them.
    var answered: [String: Int] = [:]
    var connections = 0
    var failures: [String] = []

    var total: Int { answered.values.reduce(0, +) }

    static func += (tally: inout SoakTally, other: SoakTally) {
        tally.answered.merge(other.answered, uniquingKeysWith: +)
        tally.connections += other.connections
        tally.failures += other.failures
    }
}

/// Clients of one gateway, who number their requests together.
final class SoakClient: Sendable {
    private static let connections = 16
    /// Half of the clients close after so many; the others go on until the gateway closes.
    private static let requestsPerConnection = 500

    let port: Int
    let ledger = StickyLedger()
    private let tls: NIOSSLContext
    private let asked = Atomic<Int>(0)
    private let identifiers = Mutex<Set<String>>([])

    init(port: Int, certificate: String) throws {
        self.port = port
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .file(certificate)
        configuration.applicationProtocols = ["http/1.1"]
        tls = try NIOSSLContext(configuration: configuration)
    }

    /// Asks so many times more; every connection is closed at the end.
    func run(requests: Int) async throws -> SoakTally {
        let first = asked.wrappingAdd(requests, ordering: .relaxed).oldValue
        let numbers = RequestNumbers(first..<first + requests)
        return try await withThrowingTaskGroup(of: SoakTally.self) { group in
            for slot in 0..<Self.connections {
                let most = slot.isMultiple(of: 2) ? Self.requestsPerConnection : .max
                group.addTask { try await self.runSlot(numbers, most: most) }
            }
            return try await group.reduce(into: SoakTally()) { $0 += $1 }
        }
    }

    /// One connection after the other.
    private func runSlot(_ numbers: RequestNumbers, most: Int) async throws -> SoakTally {
        var tally = SoakTally()
        while numbers.isLeft {
            let loop = MultiThreadedEventLoopGroup.singleton.next()
            let ended = loop.makePromise(of: SoakTally.self)
            let connected = ClientBootstrap(group: loop)
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let tls = try NIOSSLClientHandler(
                            context: self.tls, serverHostname: "localhost")
                        try channel.pipeline.syncOperations.addHandlers(
                            tls, SoakConversation(self, numbers, most: most, ended: ended))
                    }
                }
                .connect(host: "127.0.0.1", port: port)
            connected.whenFailure { ended.fail($0) }
            tally += try await ended.futureResult.get()
        }
        return tally
    }

    /// Whether nobody has had this id before.
    func isNew(identifier: String) -> Bool {
        identifiers.withLock { $0.insert(identifier).inserted }
    }
}

/// Numbers of requests, each given once.
final class RequestNumbers: Sendable {
    private let next: Atomic<Int>
    private let end: Int

    init(_ range: Range<Int>) {
        next = Atomic(range.lowerBound)
        end = range.upperBound
    }

    var isLeft: Bool { next.load(ordering: .relaxed) < end }

    func take() -> Int? {
        let number = next.wrappingAdd(1, ordering: .relaxed).oldValue
        return number < end ? number : nil
    }
}
