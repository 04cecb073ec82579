// From ciphertext to requests: decrypts, finds heads and bodies, and stops when asked to.

import HTTPWire
import NIOCore
import Plan
import Recording
import TLS

extension ClientConnection {
    /// The most plaintext read ahead of its turn, while an earlier request is answered.
    private static let mostReadAhead = 8 * 1024

    /// Whether more of the client's bytes can be used now.
    var wantsInput: Bool {
        switch phase {
        case .handshaking, .lingering: true
        case .awaitingHead: ending == nil
        case .receivingBody: !isBodyHeldBack && ending == nil
        case .answering: unread.readableBytes == 0 && partial.readableBytes < Self.mostReadAhead
        case .tunnel: !isBodyHeldBack
        case .multiplexing: ending == nil
        case .closing, .closed: false
        }
    }

    /// Whether the upstream does not take the request's bytes fast enough.
    var isBodyHeldBack: Bool { exchange?.isRequestHeldBack ?? false }

    /// Takes what the socket gave; keeps what may not be used yet.
    func receive(ciphertext: ByteBuffer) {
        guard isOpen else { return }
        if unread.readableBytes > 0 {
            unread.writeImmutableBuffer(ciphertext)
            return
        }
        unsafe ciphertext.withUnsafeReadableBytes { bytes in
            let used = unsafe decrypt(bytes)
            if used < bytes.count && isOpen {
                unsafe unread.writeBytes(bytes[used...])
            }
        }
    }

    /// Goes on with what was kept, after something has changed that held it back.
    func resumeReading() {
        guard !isProcessing, isOpen else { return }
        if partial.readableBytes > 0 { processPartial() }
        if unread.readableBytes > 0 && partial.readableBytes == 0 || phase == .receivingBody {
            var kept = ByteBuffer()
            swap(&kept, &unread)
            let used = unsafe kept.withUnsafeReadableBytes { unsafe decrypt($0) }
            kept.moveReaderIndex(forwardBy: used)
            if kept.readableBytes > 0 && isOpen { unread = kept }
        }
        if isReadPaused && wantsInput {
            isReadPaused = false
            context?.read()
        }
    }

    /// Decrypts as much as may be used; returns how many bytes OpenSSL has taken.
    private func decrypt(_ bytes: UnsafeRawBufferPointer) -> Int {
        let used = unsafe session.withInput(bytes) {
            if phase == .handshaking { handshake() }
            while phase != .handshaking, isOpen, wantsInput, readRecord() {}
        }
        if session.outgoing.readableBytes > 0 { markDirty() }
        return used
    }

    private func handshake() {
        switch session.handshake() {
        case .needsInput: break
        case .finished:
            worker.recorder.add(.handshakes)
            if session.wasResumed { worker.recorder.add(.handshakesResumed) }
            if session.negotiatedProtocol == ProtocolName.http2 { return beginHTTP2() }
            phase = .awaitingHead
            setPhaseDeadline()
        case .failed:
            // The alert that OpenSSL has written is sent, then the connection closed.
            worker.recorder.add(.handshakesFailed)
            end(.truncate)
        }
    }

    private func beginHTTP2() {
        guard let http2 = ClientSession(connection: self) else { return abort() }
        self.http2 = http2
        phase = .multiplexing
        worker.recorder.add(.http2Connections)
        http2.begin()
        setDeadline(afterMilliseconds: worker.limits.requestHeadMilliseconds)
        markDirty()
    }

    /// Reads one record and uses it; false when there is nothing more to read.
    private func readRecord() -> Bool {
        let result: TLSSession.ReadResult
        if phase == .receivingBody, let exchange, let room = exchange.directRoom {
            result = unsafe exchange.receiveBody(atMost: room) { memory in
                unsafe session.read(into: memory)
            }
            if case .bytes(let count) = result { countBody(count) }
        } else {
            result = unsafe session.read(into: worker.scratch)
            if case .bytes(let count) = result {
                let bytes = unsafe UnsafeRawBufferPointer(rebasing: worker.scratch[..<count])
                unsafe receive(plaintext: bytes)
            }
        }
        switch result {
        case .bytes: return isOpen
        case .needsInput: return false
        case .closed:
            if !isInputClosed { inputEnded() }
            return false
        case .failed:
            end(.truncate)
            if let exchange { exchange.clientGone() }
            return false
        }
    }

    private func inputEnded() {
        // close_notify: the client sends no more, as if it had shut its side down.
        guard let context else { return }
        userInboundEventTriggered(context: context, event: ChannelEvent.inputClosed)
    }

    private func receive(plaintext bytes: UnsafeRawBufferPointer) {
        if partial.readableBytes > 0 {
            unsafe partial.writeBytes(bytes)
            processPartial()
            return
        }
        let used = unsafe process(bytes)
        if used < bytes.count && isOpen {
            partial = worker.buffers.take()
            unsafe partial.writeBytes(bytes[used...])
        }
    }

    private func processPartial() {
        var buffer = ByteBuffer()
        swap(&buffer, &partial)
        let used = unsafe buffer.withUnsafeReadableBytes { unsafe process($0) }
        buffer.moveReaderIndex(forwardBy: used)
        if buffer.readableBytes > 0 && isOpen {
            buffer.discardReadBytes()
            partial = buffer
        } else {
            worker.buffers.giveBack(&buffer)
        }
    }

    /// Uses plaintext by phase; returns how much of it is used.
    private func process(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard let base = bytes.baseAddress else { return 0 }
        isProcessing = true
        defer { isProcessing = false }
        var position = 0
        while position < bytes.count {
            let left = bytes.count - position
            switch phase {
            case .awaitingHead:
                guard ending == nil else { return bytes.count }
                let used = unsafe processHead(base + position, count: left)
                if used == 0 { return position }
                position += used
            case .receivingBody:
                if isBodyHeldBack || ending != nil { return position }
                guard let exchange else { return bytes.count }
                let rest = unsafe UnsafeRawBufferPointer(start: base + position, count: left)
                let used = unsafe exchange.receiveBody(rest)
                countBody(used)
                if used == 0 && phase == .receivingBody { return position }
                position += used
            case .answering: return position
            case .tunnel:
                let rest = unsafe UnsafeRawBufferPointer(start: base + position, count: left)
                unsafe exchange?.receiveTunnelled(rest)
                return bytes.count
            case .multiplexing:
                let rest = unsafe UnsafeRawBufferPointer(start: base + position, count: left)
                unsafe http2?.arrived(rest)
                return bytes.count
            case .handshaking, .lingering, .closing, .closed: return bytes.count
            }
        }
        return position
    }

    /// Looks for the end of a head; returns the bytes used, or 0 when it has not all arrived.
    private func processHead(_ base: UnsafeRawPointer, count: Int) -> Int {
        if !scanner.hasStarted {
            headStartedAt = worker.now
            setDeadline(afterMilliseconds: worker.limits.requestHeadMilliseconds)
        }
        let limits = worker.requestHead.limits
        switch unsafe scanner.scanRequest(base, count: count, limits: limits) {
        case .incomplete: return 0
        case .complete(let length):
            let skipped = scanner.skip
            scanner.reset()
            unsafe handleHead(base + skipped, count: length - skipped)
            return length
        case .fault(let fault):
            scanner.reset()
            refuse(fault)
            return count
        }
    }

    /// Notes progress of the body, and ends one that trickles in.
    private func countBody(_ count: Int) {
        guard phase == .receivingBody else { return }
        let limits = worker.limits
        if rate.count(count, now: worker.now, limits: limits) {
            setDeadline(afterMilliseconds: limits.bodyIdleMilliseconds)
        } else {
            exchange?.requestTimedOut()
        }
    }

    /// The upstream has taken some of the request.
    func requestSent() {
        if phase == .receivingBody || phase == .tunnel { resumeReading() }
    }

    /// Starts to measure the body's rate anew.
    func restartRate() { rate.restart(now: worker.now) }

    /// All of the body has arrived.
    func requestIsWhole() {
        if phase == .receivingBody { phase = .answering }
        setPhaseDeadline()
    }
}
