// Bytes on the shortest way to a socket: past the channel's pipeline, unless it has some waiting.

import Glibc
import NIOCore
import NIOPosix

/// Writes to a channel's socket itself; leaves to the channel only what the socket does not take.
///
/// The channel's own way costs a tenth of a small answer: a queue, a promise and several
/// references for bytes that the socket nearly always takes at once (Benchmarks/RESULTS.md). The
/// order is kept: while the channel has bytes waiting, everything goes behind them.
final class SocketWriter {
    private var descriptor: Int32 = -1
    /// Writes that the channel has not finished.
    private var waiting = 0

    /// Takes the socket of a channel that has just become active; on its loop.
    func open(_ context: ChannelHandlerContext) {
        let operations = context.channel.pipeline.syncOperations
        descriptor =
            (try? operations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) { $0 })
            ?? -1
    }

    /// Forgets the socket: the channel is closed, and its number may soon be another's.
    func close() { descriptor = -1 }

    /// Sends bytes now, or as soon as the socket takes them.
    func write(_ buffer: inout ByteBuffer, _ context: ChannelHandlerContext) {
        guard buffer.readableBytes > 0 else { return }
        if waiting == 0 && descriptor >= 0 {
            let count = unsafe buffer.withUnsafeReadableBytes { bytes in
                unsafe send(descriptor, bytes.baseAddress, bytes.count, Self.flags)
            }
            if count == buffer.readableBytes { return }
            // What is wrong with the socket, the channel finds out as it writes the rest.
            if count > 0 { buffer.moveReaderIndex(forwardBy: count) }
        }
        waiting += 1
        let promise = context.eventLoop.makePromise(of: Void.self)
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        promise.futureResult.whenComplete { _ in bound.value.waiting -= 1 }
        context.writeAndFlush(NIOAny(buffer), promise: promise)
    }

    /// Whether the socket takes more for now.
    func isWritable(_ context: ChannelHandlerContext) -> Bool {
        waiting == 0 || context.channel.isWritable
    }

    private static let flags = Int32(MSG_NOSIGNAL)
}
