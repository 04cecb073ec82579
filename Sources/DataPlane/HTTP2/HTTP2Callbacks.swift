// The table of functions through which nghttp2 tells a session what has happened.

import CNghttp2

private let carryOn: Int32 = 0
private let streamFails = Int32(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)

/// Calls the session that nghttp2 names; none cannot happen, and is nothing to do.
@inline(__always)
private func with<Result>(
    _ data: UnsafeMutableRawPointer?, otherwise: Result, _ body: (HTTP2Session) -> Result
) -> Result {
    guard let data = unsafe data else { return otherwise }
    // unsafe: no reference is counted; whoever calls nghttp2 holds the session meanwhile.
    return unsafe Unmanaged<HTTP2Session>.fromOpaque(data)._withUnsafeGuaranteedRef(body)
}

/// nghttp2's callbacks, each a bare function that finds its session and calls one method of it.
enum HTTP2Callbacks {
    /// Asks for the next piece of a body.
    static let readPiece: nghttp2_data_source_read_callback = {
        _, stream, _, most, flags, _, data in
        unsafe with(data, otherwise: Int(NGHTTP2_ERR_DEFERRED.rawValue)) { session in
            guard let piece = session.nextPiece(stream: stream, atMost: most) else {
                return Int(NGHTTP2_ERR_DEFERRED.rawValue)
            }
            if piece.isBroken { return Int(streamFails) }
            var bits = piece.count > 0 ? NGHTTP2_DATA_FLAG_NO_COPY.rawValue : 0
            if piece.isEnd { bits |= NGHTTP2_DATA_FLAG_EOF.rawValue }
            if piece.hasTrailers { bits |= NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue }
            unsafe flags?.pointee |= bits
            return piece.count
        }
    }

    /// The address of the table, made once and never changed after; 0 if there is no memory.
    static let tableAddress: UInt = {
        var table: OpaquePointer?
        guard unsafe nghttp2_session_callbacks_new(&table) == 0, let table = unsafe table else {
            return 0
        }
        unsafe setFrames(table)
        unsafe setHeads(table)
        unsafe setBodies(table)
        return UInt(bitPattern: table)
    }()

    private static func setFrames(_ table: OpaquePointer) {
        unsafe nghttp2_session_callbacks_set_on_begin_frame_callback(table) { _, header, data in
            unsafe with(data, otherwise: carryOn) { session in
                if let header = unsafe header { session.frameBegan(unsafe header.pointee) }
                return carryOn
            }
        }
        unsafe nghttp2_session_callbacks_set_on_frame_recv_callback(table) { _, frame, data in
            unsafe with(data, otherwise: carryOn) { session in
                guard let frame = unsafe frame else { return carryOn }
                let header = unsafe frame.pointee.hd
                let isEnd = UInt32(header.flags) & NGHTTP2_FLAG_END_STREAM.rawValue != 0
                switch UInt32(header.type) {
                case NGHTTP2_HEADERS.rawValue:
                    session.headEnded(stream: header.stream_id, isEnd: isEnd)
                case NGHTTP2_DATA.rawValue:
                    if isEnd { session.dataEnded(stream: header.stream_id) }
                default: unsafe session.frameArrived(frame)
                }
                return carryOn
            }
        }
        unsafe nghttp2_session_callbacks_set_on_frame_send_callback(table) { _, frame, data in
            unsafe with(data, otherwise: carryOn) { session in
                guard let frame = unsafe frame else { return carryOn }
                let header = unsafe frame.pointee.hd
                switch UInt32(header.type) {
                case NGHTTP2_RST_STREAM.rawValue:
                    session.resetSent(
                        stream: header.stream_id, code: unsafe sluice_frame_reset_code(frame))
                case NGHTTP2_HEADERS.rawValue, NGHTTP2_DATA.rawValue:
                    if UInt32(header.flags) & NGHTTP2_FLAG_END_STREAM.rawValue != 0 {
                        session.endSent(stream: header.stream_id)
                    }
                default: break
                }
                return carryOn
            }
        }
        unsafe nghttp2_session_callbacks_set_on_stream_close_callback(table) {
            _, stream, code, data in
            unsafe with(data, otherwise: carryOn) { session in
                session.streamClosed(stream: stream, code: code)
                return carryOn
            }
        }
    }

    private static func setHeads(_ table: OpaquePointer) {
        unsafe nghttp2_session_callbacks_set_on_begin_headers_callback(table) { _, frame, data in
            unsafe with(data, otherwise: streamFails) { session in
                guard let frame = unsafe frame else { return streamFails }
                let stream = unsafe frame.pointee.hd.stream_id
                let category = unsafe sluice_frame_headers_category(frame)
                let isFirst =
                    category == Int32(NGHTTP2_HCAT_REQUEST.rawValue)
                    || category == Int32(NGHTTP2_HCAT_RESPONSE.rawValue)
                return session.headBegan(stream: stream, isFirst: isFirst) ? carryOn : streamFails
            }
        }
        unsafe nghttp2_session_callbacks_set_on_header_callback(table) {
            _, _, name, nameCount, value, valueCount, _, data in
            unsafe with(data, otherwise: streamFails) { session in
                let isTaken = unsafe session.field(
                    UnsafeRawBufferPointer(start: name, count: nameCount),
                    UnsafeRawBufferPointer(start: value, count: valueCount))
                return isTaken ? carryOn : streamFails
            }
        }
        unsafe nghttp2_session_callbacks_set_on_invalid_header_callback(table) {
            _, frame, _, _, _, _, _, data in
            unsafe with(data, otherwise: carryOn) { session in
                if let frame = unsafe frame {
                    session.invalidField(stream: unsafe frame.pointee.hd.stream_id)
                }
                return carryOn
            }
        }
    }

    private static func setBodies(_ table: OpaquePointer) {
        unsafe nghttp2_session_callbacks_set_on_data_chunk_recv_callback(table) {
            _, _, stream, bytes, count, data in
            unsafe with(data, otherwise: carryOn) { session in
                unsafe session.dataArrived(
                    stream: stream, UnsafeRawBufferPointer(start: bytes, count: count))
                return carryOn
            }
        }
        unsafe nghttp2_session_callbacks_set_send_data_callback(table) {
            _, frame, header, count, _, data in
            unsafe with(data, otherwise: NGHTTP2_ERR_WOULDBLOCK.rawValue) { session in
                guard let frame = unsafe frame, let header = unsafe header else { return carryOn }
                unsafe session.emit(UnsafeRawBufferPointer(start: header, count: 9))
                session.emitPiece(stream: unsafe frame.pointee.hd.stream_id, count: count)
                return carryOn
            }
        }
    }
}
