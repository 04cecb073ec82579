// The request on its way: an endpoint and a connection for it, its body, and a second try.

import HTTPWire
import NIOCore
import Plan
import Recording
import TLS

extension Exchange {
    /// Room that a direct read into `request` is given at most: one TLS record.
    private static let recordBytes = 16 * 1024

    /// Chooses an endpoint and a connection and has the request sent.
    func dispatch(avoiding failed: EndpointPool? = nil, fresh: Bool = false) {
        guard let version else { return }
        let choice = EndpointChoice.choose(
            version.endpoints, avoiding: failed, now: worker.now, random: &worker.random)
        guard let chosen = choice else {
            return fail(
                .upstreamUnavailable, .unavailable, "no endpoint of the version is available")
        }
        pool = chosen
        sentCount = 0
        if let trace { trace.begins(self, at: chosen.endpoint) }
        if !chosen.begin(self, fresh: fresh) {
            fail(.overloaded, .unavailable, "too many connections to the endpoint")
        }
    }

    // MARK: The body

    /// Whether the upstream has more of the request waiting than it should.
    var isRequestHeldBack: Bool {
        guard let upstream else { return true }
        return upstream.isSendingHeldBack
            || request.readableBytes - sentCount >= worker.limits.bufferHighBytes
    }

    /// The bytes that no upstream has taken yet.
    var unsentSlice: ByteBuffer? {
        request.getSlice(at: request.readerIndex + sentCount, length: waitingBytes)
    }

    /// Whether there is a body, or may be.
    var hasBody: Bool {
        !isRequestWhole || request.readableBytes > headCount || !requestTrailers.isEmpty
    }

    /// Bytes of the request that no upstream has taken yet.
    var waitingBytes: Int { request.readableBytes - sentCount }

    /// How many bytes of a body may be decrypted straight into `request`; nil if they must be seen.
    var directRoom: Int? {
        guard case .length = requestFraming, bodyLeft > 0 else { return nil }
        return Int(min(bodyLeft, UInt64(Self.recordBytes)))
    }

    /// Lets `read` fill the end of `request` with at most so many bytes of the body.
    func receiveBody(
        atMost room: Int, _ read: (UnsafeMutableRawBufferPointer) -> TLSSession.ReadResult
    ) -> TLSSession.ReadResult {
        makeRoom()
        var result = TLSSession.ReadResult.needsInput
        var count = 0
        unsafe request.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { memory in
            let memory = unsafe UnsafeMutableRawBufferPointer(rebasing: memory[..<room])
            result = unsafe read(memory)
            if case .bytes(let read) = result { count = read }
            return count
        }
        if count > 0 { bodyGrew(by: count) }
        return result
    }

    /// Takes bytes of the body; returns how many of them belong to it.
    func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        makeRoom()
        switch requestFraming {
        case .length:
            let count = Int(min(bodyLeft, UInt64(bytes.count)))
            unsafe request.writeBytes(UnsafeRawBufferPointer(rebasing: bytes.prefix(count)))
            bodyGrew(by: count)
            return count
        case .chunked: return unsafe receiveChunks(bytes)
        case .none, .untilClose: return 0
        }
    }

    /// Takes bytes of a body that HTTP/2 frames.
    func receiveData(_ bytes: UnsafeRawBufferPointer) {
        makeRoom()
        unsafe request.writeBytes(bytes)
        receivedBytes += bytes.count
        watcher?.requestGrew(by: bytes.count, self)
        upstream?.requestGrew()
    }

    /// HTTP/2 has ended the request, with these lines of trailers.
    func requestEnded(trailers: [UInt8]) {
        guard !isRequestWhole else { return }
        requestTrailers = trailers
        requestIsWhole()
        upstream?.requestGrew()
    }

    private func bodyGrew(by count: Int) {
        receivedBytes += count
        watcher?.requestGrew(by: count, self)
        bodyLeft -= UInt64(count)
        if bodyLeft == 0 { requestIsWhole() }
        upstream?.requestGrew()
    }

    private func receiveChunks(_ bytes: UnsafeRawBufferPointer) -> Int {
        var position = 0
        while true {
            switch unsafe chunks.next(bytes, &position) {
            case .data(let start, let count):
                let piece = unsafe UnsafeRawBufferPointer(rebasing: bytes[start..<start + count])
                unsafe request.writeBytes(piece)
                receivedBytes += count
                watcher?.requestGrew(by: count, self)
                upstream?.requestGrew()
                if isRequestHeldBack { return position }
            case .finished:
                requestTrailers = chunks.trailers
                requestIsWhole()
                upstream?.requestGrew()
                return position
            case .needsInput: return position
            case .fault(let fault):
                requestBroken(fault)
                return bytes.count
            }
        }
    }

    private func requestIsWhole() {
        isRequestWhole = true
        watcher?.requestIsWhole(self)
        client?.requestIsWhole()
    }

    /// Drops what is sent once the copy is longer than may be kept for another try.
    func makeRoom() {
        if request.capacity == 0 { request = worker.buffers.take() }
        guard request.readableBytes > worker.limits.copyBytes, sentCount > 0 else { return }
        dropSent()
    }

    /// Drops what the endpoint's connection has taken, and returns how many bytes that were.
    @discardableResult
    func dropSent() -> Int {
        let count = sentCount
        isCopyWhole = false
        headCount = max(0, headCount - count)
        request.moveReaderIndex(forwardBy: count)
        sentCount = 0
        if request.readableBytes == 0 { request.clear() } else { request.discardReadBytes() }
        return count
    }

    /// Called by the upstream connection when it has given bytes to the socket.
    func requestSent(upTo count: Int) {
        sentCount = count
        watcher?.requestWasSent(self)
        if !isRequestWhole || answerState == .flowing { client?.requestSent() }
    }

    /// Called by the upstream connection when its socket takes bytes again.
    func requestMayGoOn() {
        watcher?.requestMayGoOn(self)
        client?.requestMayGoOn()
    }

    // MARK: A second try

    /// Sends the request again if that is safe; false if the failure must be answered.
    ///
    /// Safe means: nothing of an answer has come, all of the request is still here, and the
    /// upstream either cannot have acted on it (`wasNeverSent`), or has closed a connection that
    /// was kept for reuse just as we used it, or the method is idempotent (RFC 9110 §9.2.2).
    func retry(wasNeverSent: Bool, wasReused: Bool) -> Bool {
        guard answerState == .awaited, firstByteAt == 0, isCopyWhole,
            retries < worker.limits.retries + staleRetries, worker.limits.retries > 0,
            wasNeverSent || wasReused || method.isIdempotent,
            worker.retryBudget.takeRetry(now: worker.now)
        else { return false }
        retries += 1
        // Only a first try is on a kept connection; that it was stale leaves the retries as many.
        if wasReused { staleRetries += 1 }
        worker.recorder.add(.retries)
        // Elsewhere, if there is elsewhere: an endpoint that closes kept connections is often one
        // that has just stopped, and nobody gets a third try.
        upstream = nil
        dispatch(avoiding: pool, fresh: true)
        return true
    }
}

extension ByteBuffer {
    /// Appends one chunk of a chunked body (RFC 9112 §7.1).
    mutating func writeChunk(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count > 0 else { return }
        unsafe writeWithUnsafeMutableBytes(minimumWritableBytes: bytes.count + 24) { memory in
            var writer = unsafe HeadWriter(memory)
            writer.putHexadecimal(UInt64(bytes.count))
            writer.put("\r\n")
            unsafe writer.put(bytes)
            writer.put("\r\n")
            return writer.count
        }
    }

    /// Appends the end of a chunked body with its trailer lines.
    mutating func writeLastChunk(trailers: [UInt8]) {
        writeStaticString("0\r\n")
        writeBytes(trailers)
        writeStaticString("\r\n")
    }
}
