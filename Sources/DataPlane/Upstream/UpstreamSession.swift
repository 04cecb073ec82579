// HTTP/2 to an endpoint: the settings of a connection, its streams, and its end.

import CNghttp2
import HTTPWire
import NIOCore
import Plan

/// The framing of one HTTP/2 connection to an endpoint (RFC 9113).
final class UpstreamSession: HTTP2Session {
    /// A cycle, which the connection breaks when it is closed.
    let connection: UpstreamConnection
    private var streams: [Int32: UpstreamStream] = [:]
    private var last: UpstreamStream?
    private var progressed: [UpstreamStream] = []
    /// Tunnels that wait to hear whether the endpoint takes any.
    private var awaitingSettings: [UpstreamStream] = []
    private var isHeadRefused = false
    /// Whether the endpoint takes no more requests here.
    private(set) var isGoingAway = false
    /// Whether the endpoint's settings have come.
    private(set) var hasSettings = false

    init?(connection: UpstreamConnection) {
        self.connection = connection
        super.init(worker: connection.worker, isServer: false)
    }

    /// Requests under way here.
    var streamCount: Int { streams.count }

    /// Requests that the endpoint may have under way here at the same time.
    var streamLimit: Int {
        let own = worker.limits.upstreamStreams
        return hasSettings
            ? min(own, remoteSetting(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS)) : own
    }

    /// Whether the endpoint takes tunnels (RFC 8441 §3).
    var takesTunnels: Bool { remoteSetting(NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL) == 1 }

    /// Announces what this side allows.
    func begin() {
        let limits = worker.limits
        announce(
            [
                (NGHTTP2_SETTINGS_ENABLE_PUSH.rawValue, 0),
                (NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE.rawValue, limits.http2StreamWindowBytes),
                (NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE.rawValue, limits.headBytes),
            ], connectionWindow: limits.http2ConnectionWindowBytes)
    }

    /// Sends a request; false if the connection takes no more.
    func open(_ stream: UpstreamStream, _ fields: FieldVector, hasBody: Bool) -> Bool {
        guard !isGoingAway, let identifier = submitRequest(fields, hasBody: hasBody) else {
            return false
        }
        stream.identifier = identifier
        streams[identifier] = stream
        return true
    }

    /// Keeps a tunnel waiting: nobody may ask for one before the settings have come (RFC 8441 §3).
    func openWithSettings(_ stream: UpstreamStream) { awaitingSettings.append(stream) }

    private func settingsArrived() {
        hasSettings = true
        let streams = awaitingSettings
        awaitingSettings.removeAll()
        for stream in streams { stream.open(self) }
    }

    /// Takes plaintext from the endpoint.
    func arrived(_ bytes: UnsafeRawBufferPointer) {
        _ = unsafe receive(bytes)
        connection.markDirty()
    }

    /// Takes no more requests; ends when those under way have been answered.
    func retire() {
        isGoingAway = true
        if streams.isEmpty { terminate(.none) }
        connection.markDirty()
    }

    /// The connection is gone, and with it everything on it.
    func connectionClosed() {
        let all = Array(streams.values) + awaitingSettings
        streams.removeAll()
        awaitingSettings.removeAll()
        last = nil
        endTranscript()
        for stream in all { stream.connectionLost() }
    }

    /// Notes that the socket was given some of a request, to be told once the frames are out.
    func progressed(_ stream: UpstreamStream) {
        if !stream.hasProgressed {
            stream.hasProgressed = true
            progressed.append(stream)
        }
    }

    /// Tells the exchanges what the socket was given of their requests.
    func tellProgress() {
        guard !progressed.isEmpty else { return }
        let streams = progressed
        progressed.removeAll(keepingCapacity: true)
        for stream in streams { stream.tellProgress() }
    }

    // MARK: Events

    private func stream(_ identifier: Int32) -> UpstreamStream? {
        if let last, last.identifier == identifier { return last }
        last = streams[identifier]
        return last
    }

    override func headBegan(stream identifier: Int32, isFirst: Bool) -> Bool {
        guard let stream = stream(identifier) else { return false }
        isHeadRefused = false
        // Several informational answers may come before the final one, trailers only after it.
        _ = beginTranscript(stream.isAwaitingHead ? .answer : .trailers)
        return true
    }

    override func invalidField(stream identifier: Int32) { isHeadRefused = true }

    override func headEnded(stream identifier: Int32, isEnd: Bool) {
        guard let transcript else { return }
        unsafe transcript.finish(isEnd: isEnd)
        if let stream = stream(identifier) {
            if isHeadRefused || transcript.fault != nil {
                stream.broken("the head of the answer is malformed or too large")
            } else if stream.isAwaitingHead {
                stream.headArrived(transcript, isEnd: isEnd)
            } else {
                let lines = unsafe TrailerLines.passed(
                    transcript.bytes, isGRPC: stream.exchange?.isGRPC ?? false)
                stream.answerEnded(trailers: lines)
            }
        }
        endTranscript()
    }

    override func dataArrived(stream identifier: Int32, _ bytes: UnsafeRawBufferPointer) {
        consumeConnection(bytes.count)
        if let stream = stream(identifier) {
            unsafe stream.dataArrived(bytes)
        } else {
            consume(stream: identifier, bytes.count)
        }
    }

    override func dataEnded(stream identifier: Int32) {
        stream(identifier)?.answerEnded(trailers: [])
    }

    override func streamClosed(stream identifier: Int32, code: UInt32) {
        last = nil
        streams.removeValue(forKey: identifier)?.closed(code: code)
        connection.streamClosed()
    }

    override func frameArrived(_ frame: UnsafePointer<nghttp2_frame>) {
        switch UInt32(unsafe frame.pointee.hd.type) {
        case NGHTTP2_GOAWAY.rawValue: isGoingAway = true
        case NGHTTP2_SETTINGS.rawValue:
            let isAcknowledgement =
                UInt32(unsafe frame.pointee.hd.flags) & NGHTTP2_FLAG_ACK.rawValue != 0
            if !isAcknowledgement { settingsArrived() }
        default: break
        }
    }

    // MARK: Output

    override var mayEmit: Bool { connection.mayStage }

    override func emit(_ bytes: UnsafeRawBufferPointer) { unsafe connection.stage(bytes) }

    override func nextPiece(stream identifier: Int32, atMost most: Int) -> Piece? {
        guard let stream = stream(identifier) else { return Piece(count: 0, isEnd: true) }
        return stream.nextPiece(atMost: most)
    }

    override func emitPiece(stream identifier: Int32, count: Int) {
        stream(identifier)?.emitPiece(count: count)
    }
}
