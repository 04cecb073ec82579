// The sockets that clients connect to: one for each worker, all on the same port.

import Glibc
import NIOCore
import NIOPosix
import Plan
import Recording
import TLS

/// Opens one worker's listening socket and turns what it accepts into client connections.
enum Listener {
    /// Connections that the system may hold for us before they are accepted.
    private static let backlog: Int32 = 4_096
    /// Connections accepted before other events of the loop have their turn.
    private static let acceptsAtOnce: UInt = 16
    /// Idle clients that are closed for each one that comes when there are nearly too many.
    private static let closedForEach = 4

    /// Binds a worker's socket; on its loop. The other workers' sockets share the port.
    static func bind(_ worker: Worker, to address: SocketAddress) -> EventLoopFuture<any Channel> {
        let bound = NIOLoopBound(worker, eventLoop: worker.eventLoop)
        return ServerBootstrap(group: worker.eventLoop)
            .serverChannelOption(.backlog, value: backlog)
            .serverChannelOption(.maxMessagesPerRead, value: acceptsAtOnce)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.socketOption(.init(rawValue: SO_REUSEPORT)), value: 1)
            // Accepted sockets inherit it, which spares a system call for each.
            .serverChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try accept(channel, bound.value) }
            }
            .bind(to: address)
    }

    private struct Refused: Error {}

    /// Sets a client's channel up; at once, for the bootstrap's way would make a future of each.
    private static func configure(_ channel: any Channel, _ worker: Worker) throws {
        guard let options = channel.syncOptions else { throw Refused() }
        let shared = NIOLoopBound(worker.receiveBuffer, eventLoop: worker.eventLoop)
        let limits = worker.limits
        try options.setOption(.autoRead, value: false)
        try options.setOption(.maxMessagesPerRead, value: 1)
        try options.setOption(.recvAllocator, value: SharedReceiveAllocator(shared))
        try options.setOption(
            .writeBufferWaterMark,
            value: .init(low: limits.bufferLowBytes, high: limits.bufferHighBytes))
        try options.setOption(.allowRemoteHalfClosure, value: true)
    }

    /// Takes a connection in, or throws, which closes it.
    private static func accept(_ channel: any Channel, _ worker: Worker) throws {
        guard let remote = channel.remoteAddress, let address = ClientAddress(remote) else {
            throw Refused()
        }
        let limits = worker.limits
        let isTrusted = worker.plan.gateway.trustedProxies.contains { $0.contains(address.bytes) }
        let count = worker.ledger.count
        if count * 100 >= worker.connectionLimit * limits.connectionsPressurePercent {
            worker.closeIdleClients(atMost: closedForEach)
        }
        guard count < worker.connectionLimit,
            worker.ledger.add(
                address: address.bytes, limit: isTrusted ? .max : limits.connectionsPerAddress)
        else {
            worker.recorder.add(.connectionsRefused)
            throw Refused()
        }
        guard let session = TLSSession(server: worker.serverContexts) else {
            worker.ledger.remove(address: address.bytes)
            throw Refused()
        }
        let identity = ClientIdentity(
            address: address.bytes, addressText: address.text, isTrusted: isTrusted)
        let client = ClientConnection(worker: worker, session: session, identity: identity)
        do {
            try configure(channel, worker)
            try channel.pipeline.syncOperations.addHandler(client)
        } catch {
            worker.ledger.remove(address: address.bytes)
            throw error
        }
    }
}
