// From answers to ciphertext: stages a tick's bytes, encrypts them into one piece, sends it once.

import HTTPWire
import NIOCore
import TLS

extension ClientConnection {
    /// A piece at least this long is encrypted where it lies instead of being copied first.
    private static let directBytes = 4 * 1024
    /// The plaintext of one TLS record.
    private static let recordBytes = 16 * 1024
    /// Ciphertext that is sent before the tick's end, so that it stays in the cache.
    private static let sendNowBytes = 32 * 1024

    /// Has `flush` called at the end of this tick.
    func markDirty() {
        guard !isDirty else { return }
        isDirty = true
        worker.flushLater(self)
    }

    /// Stages a head of at most so many bytes; false if the writer ran out of room.
    func stageHead(atMost capacity: Int, _ write: (inout HeadWriter) -> Void) -> Bool {
        if staged.capacity == 0 { staged = worker.buffers.take() }
        var fits = true
        unsafe staged.writeWithUnsafeMutableBytes(minimumWritableBytes: capacity) { memory in
            var writer = unsafe HeadWriter(memory)
            write(&writer)
            fits = !writer.overflowed
            return fits ? writer.count : 0
        }
        markDirty()
        return fits
    }

    /// Stages a piece of a body, or encrypts it at once when it is large.
    func stage(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count > 0, isOpen else { return }
        if bytes.count < Self.directBytes {
            if staged.capacity == 0 { staged = worker.buffers.take() }
            unsafe staged.writeBytes(bytes)
            markDirty()
            return
        }
        lendOutgoing()
        var rest = unsafe bytes
        if staged.readableBytes > 0 {
            // Fills the record that the head began.
            let count = min(max(0, Self.recordBytes - staged.readableBytes), rest.count)
            unsafe staged.writeBytes(rest.prefix(count))
            unsafe rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
            encryptStaged()
        }
        if rest.count > 0 && !(unsafe session.write(rest)) { return abort() }
        if session.outgoing.readableBytes >= Self.sendNowBytes { send() } else { markDirty() }
    }

    /// Stages fixed text.
    func stage(_ text: StaticString) {
        unsafe stage(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Stages the size line of a chunk (RFC 9112 §7.1).
    func stageChunkSize(_ count: Int) {
        if staged.capacity == 0 { staged = worker.buffers.take() }
        unsafe staged.writeWithUnsafeMutableBytes(minimumWritableBytes: 24) { memory in
            var writer = unsafe HeadWriter(memory)
            writer.putHexadecimal(UInt64(count))
            writer.put("\r\n")
            return writer.count
        }
        markDirty()
    }

    /// The answer is over: goes on to the next request, or ends the connection.
    func answerFinished(isRequestWhole: Bool) {
        isAnswerPaused = false
        guard isOpen else { return }
        if !isRequestWhole {
            end(.linger)
        } else if willClose || isInputClosed {
            end(.close)
        } else {
            phase = .awaitingHead
            setPhaseDeadline()
            if partial.readableBytes > 0 || unread.readableBytes > 0 || isReadPaused {
                resumeReading()
            }
        }
    }

    /// Encrypts and sends what is staged, and ends the connection if that is due.
    func flush() {
        isDirty = false
        guard isOpen, let context else { return }
        lendOutgoing()
        if let http2 {
            http2.flush()
            if http2.isFinished { end(http2.isTerminated ? .linger : .close) }
        }
        encryptStaged()
        guard let ending else {
            send()
            if isIdle && isInputClosed { closeWhenFlushed() }
            return
        }
        if ending != .truncate { session.sendClose() }
        let isLingering = ending == .linger && !isInputClosed
        phase = isLingering ? .lingering : .closing
        setPhaseDeadline()
        let outgoing = takeOutgoing()
        let bound = NIOLoopBound(context, eventLoop: worker.eventLoop)
        if isLingering {
            context.writeAndFlush(wrapOutboundOut(outgoing), promise: nil)
            context.close(mode: .output, promise: nil)
            if isReadPaused {
                isReadPaused = false
                context.read()
            }
        } else {
            let promise = worker.eventLoop.makePromise(of: Void.self)
            promise.futureResult.whenComplete { _ in bound.value.close(promise: nil) }
            context.writeAndFlush(wrapOutboundOut(outgoing), promise: promise)
        }
    }

    private func encryptStaged() {
        guard staged.readableBytes > 0 else { return }
        let isWritten = unsafe staged.withUnsafeReadableBytes { unsafe session.write($0) }
        worker.buffers.giveBack(&staged)
        if !isWritten { abort() }
    }

    /// Gives the session a buffer to encrypt into, unless it has one with bytes in it.
    private func lendOutgoing() {
        if session.outgoing.readableBytes == 0 { session.outgoing = worker.buffers.take() }
    }

    private func takeOutgoing() -> ByteBuffer {
        let outgoing = session.outgoing
        session.outgoing = ByteBuffer()
        return outgoing
    }

    /// Sends what is encrypted; a client that does not take it has its answer's source held back.
    private func send() {
        var outgoing = takeOutgoing()
        if outgoing.readableBytes > 0, let context {
            socket.write(&outgoing, context)
            if isOpen && !socket.isWritable(context) && !isAnswerPaused {
                isAnswerPaused = true
                setPhaseDeadline()
                exchange?.pauseAnswer()
            }
        }
        worker.buffers.giveBack(&outgoing)
    }
}
