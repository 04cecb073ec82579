// From the endpoint's bytes to answers. Endpoints are not trusted: what does not fit is a failure.

import HTTPWire
import NIOCore
import Plan
import TLS

extension UpstreamConnection {
    /// Takes what the socket gave.
    func receive(_ buffer: ByteBuffer) {
        guard phase != .closed else { return }
        guard session != nil else {
            unsafe buffer.withUnsafeReadableBytes { unsafe receive(plaintext: $0) }
            return
        }
        if unread.readableBytes > 0 {
            unread.writeImmutableBuffer(buffer)
            return
        }
        unsafe buffer.withUnsafeReadableBytes { bytes in
            let used = unsafe decrypt(bytes)
            if used < bytes.count && phase != .closed { unsafe unread.writeBytes(bytes[used...]) }
        }
    }

    /// Stops reading the answer, since the client does not take it.
    func pauseReading() {
        isAnswerPaused = true
        setAnswerDeadline()
    }

    /// Reads the answer on.
    func resumeReading() {
        guard isAnswerPaused, phase != .closed else { return }
        isAnswerPaused = false
        setAnswerDeadline()
        if unread.readableBytes > 0 {
            var kept = ByteBuffer()
            swap(&kept, &unread)
            let used = unsafe kept.withUnsafeReadableBytes { unsafe decrypt($0) }
            kept.moveReaderIndex(forwardBy: used)
            if kept.readableBytes > 0 && phase != .closed { unread = kept }
        }
        if isReadPaused && !isAnswerPaused {
            isReadPaused = false
            context?.read()
        }
    }

    // MARK: TLS

    /// Takes the handshake one step on.
    func handshake() {
        guard let session else { return }
        switch session.handshake() {
        case .needsInput: break
        case .finished: ready()
        case .failed:
            pool.health.failed(now: worker.now)
            fail(.connect("the TLS handshake with the endpoint failed"))
        }
        if session.outgoing.readableBytes > 0 { markDirty() }
    }

    private func decrypt(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard let session else { return bytes.count }
        let used = unsafe session.withInput(bytes) {
            if phase == .handshaking { handshake() }
            while phase != .handshaking, phase != .closed, !isAnswerPaused, readRecord(session) {}
        }
        if session.outgoing.readableBytes > 0 { markDirty() }
        return used
    }

    private func readRecord(_ session: TLSSession) -> Bool {
        switch unsafe session.read(into: worker.scratch) {
        case .bytes(let count):
            unsafe receive(
                plaintext: UnsafeRawBufferPointer(rebasing: worker.scratch[..<count]))
            return true
        case .needsInput: return false
        case .closed:
            hasCloseNotify = true
            if phase == .idle { pool.forget(self) }
            ended(in: phase)
            close()
            return false
        case .failed:
            pool.health.failed(now: worker.now)
            fail(.broken("the endpoint's TLS records are broken"))
            return false
        }
    }

    // MARK: Answers

    private func receive(plaintext bytes: UnsafeRawBufferPointer) {
        guard partial.readableBytes > 0 else {
            let used = unsafe process(bytes)
            if used < bytes.count && phase == .awaitingHead {
                partial = worker.buffers.take()
                unsafe partial.writeBytes(bytes[used...])
            }
            return
        }
        var buffer = ByteBuffer()
        swap(&buffer, &partial)
        unsafe buffer.writeBytes(bytes)
        let used = unsafe buffer.withUnsafeReadableBytes { unsafe process($0) }
        buffer.moveReaderIndex(forwardBy: used)
        if buffer.readableBytes > 0 && phase == .awaitingHead {
            buffer.discardReadBytes()
            partial = buffer
        } else {
            worker.buffers.giveBack(&buffer)
        }
    }

    /// Uses bytes by phase; returns how many were used: all, unless a head is not yet whole.
    private func process(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard let base = bytes.baseAddress else { return 0 }
        var position = 0
        while position < bytes.count {
            let left = bytes.count - position
            let rest = unsafe UnsafeRawBufferPointer(start: base + position, count: left)
            switch phase {
            case .awaitingHead:
                hasReceived = true
                let used = unsafe processHead(base + position, count: left)
                if used == 0 { return position }
                position += used
            case .receivingBody: position += unsafe processBody(rest)
            case .tunnel:
                setAnswerDeadline()
                unsafe exchange?.answerTunnelled(rest)
                return bytes.count
            case .multiplexing:
                unsafe http2?.arrived(rest)
                return bytes.count
            case .idle:
                // Bytes that answer nothing: whatever they are, nobody may get them.
                pool.forget(self)
                close()
                return bytes.count
            case .connecting, .handshaking, .closed: return bytes.count
            }
        }
        return position
    }

    private func processHead(_ base: UnsafeRawPointer, count: Int) -> Int {
        guard let exchange else { return count }
        let head = worker.responseHead
        switch unsafe scanner.scanResponse(base, count: count, limits: head.limits) {
        case .incomplete: return 0
        case .fault(let fault):
            scanner.reset()
            broken(fault.detail)
            return count
        case .complete(let length):
            scanner.reset()
            if let fault = unsafe head.parse(base, count: length) {
                broken(fault.detail)
                return count
            }
            if head.status < 200 && head.status != 101 {
                if !(unsafe exchange.answerInformational(head, base: base, count: length)) {
                    broken("the endpoint sent too many informational answers")
                }
                return length
            }
            unsafe receiveFinal(head, base: base, count: length, for: exchange)
            return length
        }
    }

    private func receiveFinal(
        _ head: ResponseHead, base: UnsafeRawPointer, count: Int, for exchange: Exchange
    ) {
        if head.status == 101 && !(exchange.isUpgrade && head.switchesToWebSocket) {
            return broken("the endpoint switched protocols without being asked")
        }
        if exchange.isFalseTunnel(head) {
            return broken("the endpoint did not switch to WebSocket")
        }
        keepsAlive = head.keepsAlive
        guard let framing = unsafe exchange.answerHead(head, base: base, count: count) else {
            return broken("the head of the answer is too large")
        }
        if head.status == 101 {
            phase = .tunnel
            keepsAlive = false
            return setAnswerDeadline()
        }
        bodyFraming = framing
        phase = .receivingBody
        switch framing {
        case .none: finishAnswer()
        case .length(let length):
            bodyLeft = length
            length == 0 ? finishAnswer() : setAnswerDeadline()
        case .chunked:
            let limits = worker.limits
            chunks = ChunkedDecoder(
                lineLimit: limits.chunkLineBytes, trailerLimit: limits.trailerBytes)
            setAnswerDeadline()
        case .untilClose:
            keepsAlive = false
            setAnswerDeadline()
        }
    }

    private func processBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard let exchange else { return bytes.count }
        setAnswerDeadline()
        switch bodyFraming {
        case .none: return bytes.count
        case .untilClose:
            unsafe exchange.answerBody(bytes)
            return bytes.count
        case .length:
            let count = Int(min(bodyLeft, UInt64(bytes.count)))
            bodyLeft -= UInt64(count)
            unsafe exchange.answerBody(UnsafeRawBufferPointer(rebasing: bytes.prefix(count)))
            if bodyLeft == 0 { finishAnswer() }
            return count
        case .chunked: return unsafe processChunks(bytes, exchange)
        }
    }

    private func processChunks(_ bytes: UnsafeRawBufferPointer, _ exchange: Exchange) -> Int {
        var position = 0
        while phase == .receivingBody {
            switch unsafe chunks.next(bytes, &position) {
            case .data(let start, let count):
                unsafe exchange.answerBody(
                    UnsafeRawBufferPointer(rebasing: bytes[start..<start + count]))
            case .finished:
                finishAnswer()
                return position
            case .needsInput: return bytes.count
            case .fault(let fault):
                broken(fault.detail)
                return bytes.count
            }
        }
        return bytes.count
    }

    /// The answer is whole: the connection is kept if the request is whole too.
    private func finishAnswer() {
        let trailers = bodyFraming == .chunked ? chunks.trailers : []
        guard let exchange else { return close() }
        pool.health.succeeded()
        if !exchange.isRequestWhole || exchange.waitingBytes > 0
            || exchange.requestFraming == .chunked && !hasSentEnd
        {
            keepsAlive = false
        }
        detach()
        exchange.upstream = nil
        release()
        exchange.answerEnd(trailers: trailers)
    }

    private func broken(_ detail: StaticString) {
        pool.health.failed(now: worker.now)
        fail(.broken(detail))
    }

    /// The endpoint has closed its side: the end of an answer, or a failure.
    func ended(in phase: Phase) {
        if phase == .connecting || phase == .handshaking {
            let isConnecting = phase == .connecting
            if !waiting.isEmpty && isConnecting { pool.health.refused(now: worker.now) }
            failWaiting(
                .connect(
                    isConnecting
                        ? "the endpoint does not take connections"
                        : "the endpoint ended the TLS handshake"))
        }
        guard let exchange = detach() else { return }
        switch phase {
        case .connecting:
            pool.health.refused(now: worker.now)
            exchange.upstreamFailed(.connect("the endpoint does not take connections"))
        case .handshaking:
            pool.health.failed(now: worker.now)
            exchange.upstreamFailed(.connect("the endpoint ended the TLS handshake"))
        case .receivingBody
        where bodyFraming == .untilClose && (session == nil || hasCloseNotify):
            pool.health.succeeded()
            exchange.upstream = nil
            exchange.answerEnd(trailers: [])
        case .tunnel: exchange.tunnelEnded()
        case .awaitingHead, .receivingBody:
            let isStale = requestCount > 1 && !hasReceived
            if !isStale { pool.health.failed(now: worker.now) }
            exchange.upstreamFailed(.reset(wasReused: isStale, mayRetry: !hasReceived))
        case .idle, .multiplexing, .closed: break
        }
    }
}
