// The framing of one HTTP/2 connection, on either side: bytes in, events and bytes out.

import CNghttp2
import HTTPWire
import NIOCore
import Plan

/// One HTTP/2 connection without its socket (RFC 9113), over nghttp2.
///
/// The subclass for each side is told what arrived and asked for what to send. Whatever it submits
/// while it is told something is sent at the end of the tick, never at once.
@safe class HTTP2Session {
    /// Error codes of RFC 9113 §7.
    enum ErrorCode: UInt32 {
        case none = 0
        case protocolError = 1
        case internalError = 2
        case streamClosed = 5
        case refusedStream = 7
        case cancel = 8
        case enhanceYourCalm = 11
    }

    /// What the next piece of a body is.
    struct Piece {
        var count: Int
        /// Whether nothing follows.
        var isEnd: Bool
        /// Whether trailers follow at the end.
        var hasTrailers = false
        /// Whether the body breaks off here: the stream is ended with an error.
        var isBroken = false
    }

    final let worker: Worker
    /// The head that arrives now; heads are never interleaved (RFC 9113 §4.3).
    final var transcript: HeadTranscript?
    /// Whether the connection is being ended for good.
    final private(set) var isTerminated = false
    final private let handle: OpaquePointer

    /// A session of the side that accepts connections, or of the one that makes them.
    init?(worker: Worker, isServer: Bool) {
        self.worker = worker
        var created: OpaquePointer?
        guard let callbacks = unsafe OpaquePointer(bitPattern: HTTP2Callbacks.tableAddress),
            let option = unsafe HTTP2Session.options(worker.limits)
        else { return nil }
        let result =
            isServer
            ? unsafe nghttp2_session_server_new2(&created, callbacks, nil, option)
            : unsafe nghttp2_session_client_new2(&created, callbacks, nil, option)
        unsafe nghttp2_option_del(option)
        guard result == 0, let created = unsafe created else { return nil }
        unsafe handle = created
        // unsafe: the handle lives no longer than this object, which frees it.
        unsafe nghttp2_session_set_user_data(
            created, Unmanaged.passUnretained(self).toOpaque())
    }

    deinit { unsafe nghttp2_session_del(handle) }

    private static func options(_ limits: Plan.Limits) -> OpaquePointer? {
        var option: OpaquePointer?
        guard unsafe nghttp2_option_new(&option) == 0, let option = unsafe option else {
            return nil
        }
        // Windows open only as the other side takes what came: flow control is end to end.
        unsafe nghttp2_option_set_no_auto_window_update(option, 1)
        unsafe nghttp2_option_set_no_closed_streams(option, 1)
        unsafe nghttp2_option_set_max_continuations(option, limits.http2Continuations)
        unsafe nghttp2_option_set_peer_max_concurrent_streams(
            option, UInt32(clamping: limits.upstreamStreams))
        unsafe nghttp2_option_set_max_send_header_block_length(option, 4 * limits.headBytes)
        return unsafe option
    }

    // MARK: What a subclass does

    /// A head begins; false refuses it.
    func headBegan(stream: Int32, isFirst: Bool) -> Bool { false }
    /// The head that arrives unpacks to far more than it may: the connection is ended.
    func bombArrived() { terminate(.enhanceYourCalm) }
    /// A field that may not be there.
    func invalidField(stream: Int32) {}
    /// The head is whole.
    func headEnded(stream: Int32, isEnd: Bool) {}
    /// A piece of a body.
    func dataArrived(stream: Int32, _ bytes: UnsafeRawBufferPointer) {}
    /// The peer has sent the last of a body.
    func dataEnded(stream: Int32) {}
    /// A stream is over; 0 is no error.
    func streamClosed(stream: Int32, code: UInt32) {}
    /// A frame begins to arrive.
    func frameBegan(_ header: nghttp2_frame_hd) {}
    /// A frame is whole that is neither HEADERS nor DATA.
    func frameArrived(_ frame: UnsafePointer<nghttp2_frame>) {}
    /// RST_STREAM was sent.
    func resetSent(stream: Int32, code: UInt32) {}
    /// The last frame of a message was sent.
    func endSent(stream: Int32) {}
    /// How much of a body may be sent now, at most so many bytes; nil if none for now.
    func nextPiece(stream: Int32, atMost most: Int) -> Piece? { nil }
    /// Emits a piece of a body as it was announced.
    func emitPiece(stream: Int32, count: Int) {}
    /// Takes bytes of frames on their way to the socket.
    func emit(_ bytes: UnsafeRawBufferPointer) {}
    /// Whether more frames may be emitted now.
    var mayEmit: Bool { true }

    // MARK: Bytes

    /// Takes bytes from the peer; false if the connection is broken and has to end.
    final func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let base = bytes.baseAddress else { return true }
        let result = unsafe nghttp2_session_mem_recv(
            handle, base.assumingMemoryBound(to: UInt8.self), bytes.count)
        if result >= 0 { return true }
        let isFlood =
            result == Int(NGHTTP2_ERR_FLOODED.rawValue)
            || result == Int(NGHTTP2_ERR_TOO_MANY_CONTINUATIONS.rawValue)
        if isFlood { flooded(isContinuation: result != Int(NGHTTP2_ERR_FLOODED.rawValue)) }
        terminate(isFlood ? .enhanceYourCalm : .protocolError)
        return false
    }

    /// The peer sent more frames of a kind than a connection may hold.
    func flooded(isContinuation: Bool) {}

    /// Emits the frames that wait, as long as it may.
    final func send() {
        while mayEmit {
            var bytes: UnsafePointer<UInt8>?
            let count = unsafe nghttp2_session_mem_send(handle, &bytes)
            guard count > 0, let start = unsafe bytes else { break }
            unsafe emit(UnsafeRawBufferPointer(start: start, count: count))
        }
    }

    /// Whether neither side has anything more to say.
    final var isFinished: Bool {
        unsafe nghttp2_session_want_read(handle) == 0 && nghttp2_session_want_write(handle) == 0
    }

    // MARK: Frames

    /// Announces settings, as pairs of identifier and value, and the window of the connection.
    final func announce(_ settings: [(UInt32, Int)], connectionWindow: Int) {
        let entries = settings.map { identifier, value in
            nghttp2_settings_entry(
                settings_id: Int32(bitPattern: identifier), value: UInt32(clamping: value))
        }
        unsafe nghttp2_submit_settings(
            handle, UInt8(NGHTTP2_FLAG_NONE.rawValue), entries, entries.count)
        unsafe nghttp2_session_set_local_window_size(
            handle, UInt8(NGHTTP2_FLAG_NONE.rawValue), 0, Int32(clamping: connectionWindow))
    }

    /// A setting that the peer has announced.
    final func remoteSetting(_ identifier: nghttp2_settings_id) -> Int {
        Int(unsafe nghttp2_session_get_remote_settings(handle, identifier))
    }

    /// Submits an answer's head; false if the stream is gone. With a body, pieces are asked for.
    final func submitAnswer(stream: Int32, _ fields: FieldVector, hasBody: Bool) -> Bool {
        unsafe fields.withFields { start, count in
            guard hasBody else {
                return unsafe nghttp2_submit_response(handle, stream, start, count, nil) == 0
            }
            var provider = unsafe sluice_data_provider(nil, HTTP2Callbacks.readPiece)
            return unsafe nghttp2_submit_response(handle, stream, start, count, &provider) == 0
        }
    }

    /// Submits a head that is not the last: an informational answer.
    final func submitInformational(stream: Int32, _ fields: FieldVector) -> Bool {
        unsafe fields.withFields { start, count in
            unsafe nghttp2_submit_headers(
                handle, UInt8(NGHTTP2_FLAG_NONE.rawValue), stream, nil, start, count, nil) == 0
        }
    }

    /// Submits a request; returns its stream, or nil if the connection takes no more.
    final func submitRequest(_ fields: FieldVector, hasBody: Bool) -> Int32? {
        let stream = unsafe fields.withFields { start, count in
            guard hasBody else {
                return unsafe nghttp2_submit_request(handle, nil, start, count, nil, nil)
            }
            var provider = unsafe sluice_data_provider(nil, HTTP2Callbacks.readPiece)
            return unsafe nghttp2_submit_request(handle, nil, start, count, &provider, nil)
        }
        return stream > 0 ? stream : nil
    }

    /// Submits trailers, which end the stream.
    final func submitTrailers(stream: Int32, _ fields: FieldVector) {
        _ = unsafe fields.withFields { start, count in
            unsafe nghttp2_submit_trailer(handle, stream, start, count)
        }
    }

    /// Has pieces of a body asked for again.
    final func resumeBody(stream: Int32) {
        unsafe nghttp2_session_resume_data(handle, stream)
    }

    /// Ends a stream at once.
    final func reset(stream: Int32, _ code: ErrorCode) {
        unsafe nghttp2_submit_rst_stream(
            handle, UInt8(NGHTTP2_FLAG_NONE.rawValue), stream, code.rawValue)
    }

    /// Opens the connection's window by so many bytes.
    final func consumeConnection(_ count: Int) {
        unsafe nghttp2_session_consume_connection(handle, count)
    }

    /// Opens a stream's window by so many bytes.
    final func consume(stream: Int32, _ count: Int) {
        unsafe nghttp2_session_consume_stream(handle, stream, count)
    }

    /// Says that the connection will end, while requests on their way are still taken
    /// (RFC 9113 §6.8), and asks for a sign that the peer has heard it.
    final func announceEnd() {
        unsafe nghttp2_submit_shutdown_notice(handle)
        unsafe nghttp2_submit_ping(handle, UInt8(NGHTTP2_FLAG_NONE.rawValue), nil)
    }

    /// Takes no more requests; those under way finish.
    final func stopTaking() {
        let last = unsafe nghttp2_session_get_last_proc_stream_id(handle)
        unsafe nghttp2_submit_goaway(
            handle, UInt8(NGHTTP2_FLAG_NONE.rawValue), last, ErrorCode.none.rawValue, nil, 0)
    }

    /// Ends the connection with this code once the frames that wait are sent.
    final func terminate(_ code: ErrorCode) {
        guard !isTerminated else { return }
        isTerminated = true
        unsafe nghttp2_session_terminate_session(handle, code.rawValue)
    }

    // MARK: Heads

    /// The transcript of a head that begins now.
    final func beginTranscript(_ kind: HeadTranscript.Kind) -> HeadTranscript {
        let transcript = self.transcript ?? worker.takeTranscript()
        transcript.begin(kind)
        self.transcript = transcript
        return transcript
    }

    /// Takes a field of the head that began; false ends the stream.
    final func field(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool {
        guard let transcript else { return false }
        guard unsafe transcript.add(name, value) == .bomb else { return true }
        bombArrived()
        return false
    }

    /// Gives the transcript back once its head has been used.
    final func endTranscript() {
        guard let transcript else { return }
        self.transcript = nil
        worker.giveBack(transcript)
    }
}
