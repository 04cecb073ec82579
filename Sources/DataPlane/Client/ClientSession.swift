// HTTP/2 from a client: its connection's settings, its streams, its end, and its abuse.

import CNghttp2
import HTTPWire
import NIOCore
import Plan
import Recording

/// The framing of one client's HTTP/2 connection (RFC 9113).
final class ClientSession: HTTP2Session {
    /// A cycle, which the connection breaks when it is closed.
    let connection: ClientConnection
    private var streams: [Int32: ClientStream] = [:]
    private var last: ClientStream?
    private var resumed: [ClientStream] = []
    private var requestCount = 0
    /// When the head began that has not come whole; 0 without one.
    private(set) var headStartedAt: UInt64 = 0
    private var lastIdentifier: Int32 = 0
    /// The streams that this side has reset last: what was on its way for them is ignored.
    private var resetStreams: [Int32] = []
    /// Streams whose answer is whole while the request is not: the rest of it is of no use.
    private var answeredStreams: [Int32] = []
    /// Bytes since the last frame that was of use.
    private var idleBytes = 0
    /// Whether any request has had a body.
    private var hasBodies = false
    private var isEnding = false
    private var hasStoppedTaking = false
    private var resets: FrameBudget
    private var idleFrames: FrameBudget
    /// Frames that carry nothing, forgiven for each one that does: windows are opened for data.
    private static let earnedIdleFrames = 4
    /// Bytes of frames that are of no use, one after the other: unknown ones are not told of.
    private static let mostIdleBytes = 64 * 1024
    private static let rememberedResets = 128

    init?(connection: ClientConnection) {
        self.connection = connection
        let limits = connection.worker.limits
        resets = FrameBudget(
            most: limits.http2Resets, windowMilliseconds: limits.http2ResetMilliseconds)
        idleFrames = FrameBudget(
            most: limits.http2IdleFrames, windowMilliseconds: limits.http2IdleFrameMilliseconds)
        super.init(worker: connection.worker, isServer: true)
    }

    /// Whether no request is under way.
    var isIdle: Bool { streams.isEmpty }

    /// Announces what this side allows.
    func begin() {
        let limits = worker.limits
        announce(
            [
                (NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS.rawValue, limits.http2Streams),
                (NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE.rawValue, limits.http2StreamWindowBytes),
                (NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE.rawValue, limits.headBytes),
                (NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL.rawValue, 1),
                (NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES.rawValue, 1),
            ], connectionWindow: limits.http2ConnectionWindowBytes)
    }

    /// Takes plaintext from the client.
    func arrived(_ bytes: UnsafeRawBufferPointer) {
        idleBytes += bytes.count
        _ = unsafe receive(bytes)
        watchHead()
        connection.markDirty()
    }

    /// Has a head watched that has not come whole.
    private func watchHead() {
        if (transcript == nil) == (headStartedAt == 0) { return }
        headStartedAt = transcript == nil ? 0 : worker.now
        connection.setPhaseDeadline()
    }

    /// A head, or the next request, has not come in time.
    func deadlinePassed() {
        if headStartedAt > 0 { misused(.continuationFlood) } else { idleTooLong() }
        connection.markDirty()
    }

    // MARK: The end

    /// Ends the connection in two steps, so that no request on its way is lost (RFC 9113 §6.8).
    func beginEnd() {
        guard !isEnding else { return }
        isEnding = true
        if isIdle {
            stop()
        } else {
            announceEnd()
        }
        connection.markDirty()
    }

    private func idleTooLong() {
        isEnding = true
        stop()
    }

    private func stop() {
        guard !hasStoppedTaking else { return }
        hasStoppedTaking = true
        stopTaking()
    }

    /// The connection is gone, and with it everything on it.
    func connectionClosed() {
        let all = streams.values
        streams.removeAll()
        last = nil
        endTranscript()
        for stream in all { stream.closed() }
        connection.http2 = nil
    }

    /// Ends the tunnels, which would never end by themselves.
    func closeTunnels() {
        for stream in streams.values where stream.isTunnel { stream.cutOff() }
    }

    /// Ends the connection of a client that misuses it.
    private func misused(_ abuse: HTTP2Abuse) {
        guard !isTerminated else { return }
        worker.recorder.misused(abuse)
        terminate(.enhanceYourCalm)
    }

    override func flooded(isContinuation: Bool) {
        worker.recorder.misused(isContinuation ? .continuationFlood : .idleFrameFlood)
    }

    // MARK: Streams

    private func stream(_ identifier: Int32) -> ClientStream? {
        if let last, last.identifier == identifier { return last }
        last = streams[identifier]
        return last
    }

    override func headBegan(stream identifier: Int32, isFirst: Bool) -> Bool {
        guard isFirst else {
            _ = beginTranscript(.trailers)
            return true
        }
        let stream = ClientStream(session: self, identifier: identifier)
        streams[identifier] = stream
        last = stream
        lastIdentifier = identifier
        if streams.count == 1 { connection.setPhaseDeadline() }
        requestCount += 1
        if requestCount >= worker.limits.clientRequests || worker.isDraining { beginEnd() }
        _ = beginTranscript(.request)
        return true
    }

    override func bombArrived() { misused(.headerBomb) }

    override func invalidField(stream identifier: Int32) {
        stream(identifier)?.isMalformed = true
        reset(stream: identifier, .protocolError)
    }

    override func headEnded(stream identifier: Int32, isEnd: Bool) {
        if !isEnd { hasBodies = true }
        guard let transcript, let stream = stream(identifier) else { return endTranscript() }
        if stream.isMalformed { return endTranscript() }
        if stream.hasHead {
            stream.trailersArrived(transcript)
        } else {
            stream.headArrived(transcript, isEnd: isEnd)
        }
        endTranscript()
    }

    override func dataArrived(stream identifier: Int32, _ bytes: UnsafeRawBufferPointer) {
        // The connection's window is always open: one slow request holds up no other.
        consumeConnection(bytes.count)
        if let stream = stream(identifier) {
            unsafe stream.dataArrived(bytes)
        } else {
            consume(stream: identifier, bytes.count)
        }
    }

    override func dataEnded(stream identifier: Int32) {
        stream(identifier)?.requestEnded(trailers: [])
    }

    override func streamClosed(stream identifier: Int32, code: UInt32) {
        last = nil
        guard let stream = streams.removeValue(forKey: identifier) else { return }
        stream.closed()
        guard streams.isEmpty else { return }
        if isEnding { stop() } else { connection.setPhaseDeadline() }
    }

    // MARK: Abuse

    override func frameBegan(_ header: nghttp2_frame_hd) {
        switch UInt32(header.type) {
        case NGHTTP2_HEADERS.rawValue:
            checkNumber(header.stream_id)
            earn()
        case NGHTTP2_CONTINUATION.rawValue: break
        case NGHTTP2_DATA.rawValue:
            if header.length > 0 || UInt32(header.flags) & NGHTTP2_FLAG_END_STREAM.rawValue != 0 {
                earn()
            } else {
                countIdleFrame()
            }
        case NGHTTP2_RST_STREAM.rawValue:
            if streams[header.stream_id] == nil { countIdleFrame() } else { countReset() }
        default: countIdleFrame()
        }
    }

    /// Ends a connection whose streams do not count up (RFC 9113 §5.1.1), or go on after their end
    /// (§5.1), which nghttp2 would ignore.
    private func checkNumber(_ identifier: Int32) {
        guard identifier <= lastIdentifier, identifier & 1 == 1, streams[identifier] == nil,
            !resetStreams.contains(identifier)
        else { return }
        terminate(.streamClosed)
    }

    /// A frame was of use.
    private func earn() {
        idleBytes = 0
        idleFrames.earn(Self.earnedIdleFrames)
    }

    private func countIdleFrame() {
        if !idleFrames.take(now: worker.now) { misused(.idleFrameFlood) }
    }

    private func countReset() {
        if !resets.take(now: worker.now) { misused(.resets) }
    }

    override func resetSent(stream identifier: Int32, code: UInt32) {
        if resetStreams.count == Self.rememberedResets { resetStreams.removeFirst() }
        resetStreams.append(identifier)
        if code != ErrorCode.none.rawValue { countReset() }
    }

    override func frameArrived(_ frame: UnsafePointer<nghttp2_frame>) {
        let header = unsafe frame.pointee.hd
        let isAcknowledgement = UInt32(header.flags) & NGHTTP2_FLAG_ACK.rawValue != 0
        if UInt32(header.type) == NGHTTP2_PING.rawValue && isAcknowledgement && isEnding {
            // The client has heard that the end is near: what it sent before has arrived.
            stop()
        }
    }

    // MARK: Output

    /// Has the upstream of a stream read on, once the frames of this tick are out.
    func resumeLater(_ stream: ClientStream) { resumed.append(stream) }

    override func endSent(stream identifier: Int32) {
        if stream(identifier)?.isRequestEnded == false { answeredStreams.append(identifier) }
    }

    /// Emits the frames that wait, and lets those go on whose bytes are gone.
    func flush() {
        send()
        // What was on its way for streams that we have reset counts too: at most their windows.
        let limits = worker.limits
        let onItsWay = hasBodies ? limits.http2Streams * limits.http2StreamWindowBytes : 0
        if idleBytes > Self.mostIdleBytes + onItsWay {
            misused(.idleFrameFlood)
            send()
        }
        if !answeredStreams.isEmpty {
            // Not before the answer is out, which a reset would take back (RFC 9113 §8.1).
            for identifier in answeredStreams where streams[identifier] != nil {
                reset(stream: identifier, .none)
            }
            answeredStreams.removeAll(keepingCapacity: true)
            send()
        }
        guard !resumed.isEmpty else { return }
        let streams = resumed
        resumed.removeAll(keepingCapacity: true)
        for stream in streams { stream.exchange?.resumeAnswer() }
    }

    override var mayEmit: Bool { !connection.isAnswerPaused && connection.isOpen }

    override func emit(_ bytes: UnsafeRawBufferPointer) {
        unsafe connection.stage(bytes)
    }

    override func nextPiece(stream identifier: Int32, atMost most: Int) -> Piece? {
        earn()
        guard let stream = stream(identifier) else { return Piece(count: 0, isEnd: true) }
        return stream.nextPiece(atMost: most)
    }

    override func emitPiece(stream identifier: Int32, count: Int) {
        stream(identifier)?.emitPiece(count: count)
    }
}
