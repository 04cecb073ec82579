"""Conformance: how connections begin, frames, header compression, streams (RFC 9113 §3 to §5)."""

from cases import (
    Case, ask, await_acknowledgement, await_end, block_frames, closed,
    connection_error, data, either, head_frame, ignored, repeated, seen, status, stream_error, u32)
from wire import (
    CODES, CONTINUATION, DATA, END_HEADERS, END_STREAM, HEADERS, INITIAL_WINDOW_SIZE, PING, PREFACE,
    PRIORITY, RST_STREAM, SETTINGS, WINDOW_UPDATE, frame, settings)

BEGINNING = PREFACE + frame(SETTINGS)
# Whatever HEADERS says that no table can be: `:method: GET` and an index that nobody has.
NO_INDEX = bytes([0x82, 0xFF, 0x80, 0x01])


def first_is_settings(trial):
    kinds = [type(received).__name__ for received in trial.connection.frames]
    return kinds[0] == "SettingsFrame" and "ACK" not in trial.connection.frames[0].flags


def byte_by_byte(trial):
    for byte in BEGINNING:
        trial.connection.send(bytes([byte]))


def preface_words(trial):
    trial.connection.send(b"GET /one/echo HTTP/1.1\r\nhost: localhost\r\n\r\n" * 2)


def blocks(block, stream=1):
    return frame(HEADERS, END_HEADERS | END_STREAM, stream, block)


def indexed_later(trial):
    """A request that is refused puts a field into the table; the next one uses it."""
    connection = trial.connection
    fields = trial.fields("/echo", "GET", ("x-kept", "in the table"), ("Upper", "case"))
    connection.send_head(1, fields)
    connection.wait_for(1)
    connection.send_head(3, trial.fields("/echo", "GET", ("x-kept", "in the table")))


def kept_in_table(trial):
    answer = trial.connection.wait_for(3)
    return answer.status == 200 and b"in the table" in bytes(answer.body)


PREFACE_CASES = [
    Case("3.4", "another protocol in the place of the preface", [preface_words],
         closed("PROTOCOL_ERROR"), opening=False),
    Case("3.4", "a preface whose last byte is wrong", [PREFACE[:-1] + b"x" + frame(SETTINGS)],
         closed("PROTOCOL_ERROR"), opening=False),
    Case("3.4", "PING where SETTINGS must come first", [PREFACE + frame(PING, payload=b"12345678")],
         closed("PROTOCOL_ERROR"), opening=False),
    Case("3.4", "a preface that comes byte by byte", [byte_by_byte, ask()], status(200),
         opening=False),
    Case("3.4", "the server begins with SETTINGS", [ask(), await_end()],
         seen("SETTINGS first", first_is_settings)),
    Case("3.3", "ALPN chooses h2 of h2 and http/1.1", [ask()], status(200),
         protocols=("http/1.1", "h2")),
]

FRAME_CASES = [
    Case("4.1", "flags that nobody knows", [head_frame(END_STREAM | END_HEADERS | 0xD2)],
         status(200)),
    Case("4.1", "the reserved bit of a stream's number", [
        ask(1, "/echo", "POST", end=False), frame(DATA, END_STREAM, 0x80000001, b"hello")],
         status(200)),
    Case("4.2", "DATA of 16,384 bytes", [
        ask(1, "/echo", "POST", end=False), data(body=b"x" * 16_384)], status(200)),
    Case("4.2", "DATA of 16,385 bytes", [
        ask(1, "/echo", "POST", end=False), data(body=b"x" * 16_385)],
         either(connection_error("FRAME_SIZE_ERROR"), stream_error("FRAME_SIZE_ERROR")),
         "unfinished"),
    Case("4.2", "HEADERS of 16,385 bytes", [
        frame(HEADERS, END_HEADERS | END_STREAM, 1, b"\x82" * 16_385)],
         connection_error("FRAME_SIZE_ERROR")),
    Case("4.3", "an index beyond the table", [blocks(NO_INDEX)],
         connection_error("COMPRESSION_ERROR")),
    Case("4.3", "the index 0", [blocks(b"\x80")], connection_error("COMPRESSION_ERROR")),
    Case("4.3", "a string that ends before its length", [blocks(b"\x00\x05ab")],
         connection_error("COMPRESSION_ERROR")),
    Case("4.3", "an integer without end", [blocks(b"\xff" * 20)],
         connection_error("COMPRESSION_ERROR")),
    Case("4.3", "Huffman padding of zeros", [blocks(b"\x00\x81\x18\x81\x00")],
         connection_error("COMPRESSION_ERROR")),
    Case("4.3", "Huffman with the end-of-string code", [blocks(b"\x00\x84\xff\xff\xff\xff\x00")],
         connection_error("COMPRESSION_ERROR")),
    Case("4.3", "a table larger than allowed", [blocks(b"\x3f\xe2\xff\x03\x82")],
         connection_error("COMPRESSION_ERROR")),
    Case("4.3", "a change of the table's size after a field", [blocks(b"\x82\x20")],
         connection_error("COMPRESSION_ERROR")),
    Case("4.3", "a refused request's fields are in the table all the same", [indexed_later],
         seen("200 with the field", kept_in_table)),
]

IDLE_CASES = [
    Case("5.1", "DATA on an idle stream", [data()], connection_error("PROTOCOL_ERROR")),
    Case("5.1", "WINDOW_UPDATE on an idle stream", [frame(WINDOW_UPDATE, 0, 1, u32(1))],
         connection_error("PROTOCOL_ERROR")),
    Case("5.1", "CONTINUATION on an idle stream", [frame(CONTINUATION, END_HEADERS, 1, b"\x82")],
         connection_error("PROTOCOL_ERROR")),
    Case("5.1", "PRIORITY on an idle stream", [frame(PRIORITY, 0, 3, u32(0) + b"\x10")],
         ignored()),
]

CLOSED_ERRORS = either(
    stream_error("STREAM_CLOSED"), connection_error("STREAM_CLOSED", "PROTOCOL_ERROR"))
# What is sent after our own RST_STREAM may have been under way: to ignore it is allowed too.
CLOSED_BY_US = either(CLOSED_ERRORS, seen("works on", lambda trial: trial.works() is None))

CLOSED_CASES = [
    Case("5.1", "DATA on a half-closed stream", [ask(1, "/hold/never"), data()], CLOSED_ERRORS),
    Case("5.1", "HEADERS on a half-closed stream", [ask(1, "/hold/never"), ask(1)], CLOSED_ERRORS),
    Case("5.1", "CONTINUATION on a half-closed stream", [
        ask(1, "/hold/never"), frame(CONTINUATION, END_HEADERS, 1, b"\x82")],
         connection_error("PROTOCOL_ERROR", "STREAM_CLOSED")),
    Case("5.1", "DATA on a stream that is over", [ask(), await_end(), data()], CLOSED_BY_US),
    Case("5.1", "HEADERS on a stream that is over", [ask(), await_end(), ask()],
         connection_error("STREAM_CLOSED", "PROTOCOL_ERROR")),
    Case("5.1", "CONTINUATION on a stream that is over", [
        ask(), await_end(), frame(CONTINUATION, END_HEADERS, 1, b"\x82")],
         connection_error("PROTOCOL_ERROR", "STREAM_CLOSED")),
    Case("5.1", "DATA after our own reset", [
        ask(1, "/echo", "POST", end=False), frame(RST_STREAM, 0, 1, u32(8)), data()],
         CLOSED_BY_US, "unfinished"),
    Case("5.1", "HEADERS after our own reset", [
        ask(1, "/echo", "POST", end=False), frame(RST_STREAM, 0, 1, u32(8)), ask(1)],
         CLOSED_BY_US, "unfinished"),
    Case("5.1", "WINDOW_UPDATE, PRIORITY and RST_STREAM on a stream that is over", [
        ask(), await_end(), frame(WINDOW_UPDATE, 0, 1, u32(1)),
        frame(PRIORITY, 0, 1, u32(0) + b"\x10"), frame(RST_STREAM, 0, 1, u32(8))], ignored()),
]


def too_many(acknowledged):
    """More streams than a server of 100 allows, none of which ends."""
    first = [await_acknowledgement] if acknowledged else []
    return first + repeated(101, lambda index: ask(2 * index + 1, "/hold/never"))


STREAM_CASES = [
    Case("5.1.1", "a client's stream with an even number", [ask(2)],
         connection_error("PROTOCOL_ERROR")),
    Case("5.1.1", "numbers that go down", [ask(5), await_end(5), ask(3)],
         connection_error("PROTOCOL_ERROR", "STREAM_CLOSED")),
    Case("5.1.1", "numbers that leave some out", [ask(1), await_end(1), ask(101)],
         status(200, stream=101)),
    Case("5.1.2", "the 101st stream before our settings are taken", too_many(False),
         either(stream_error("REFUSED_STREAM", stream=201, then=False),
                connection_error("PROTOCOL_ERROR"))),
    Case("5.1.2", "the 101st stream of a client that knows the limit", too_many(True),
         either(stream_error("REFUSED_STREAM", "PROTOCOL_ERROR", stream=201, then=False),
                connection_error("PROTOCOL_ERROR"))),
    # RFC 9113 ignores priorities; RFC 7540 §5.3.1 calls this an error, and nghttp2 follows it.
    Case("5.3.1", "HEADERS whose stream depends on itself", [
        head_frame(END_STREAM | END_HEADERS | 0x20, before=u32(1) + b"\x10")],
         either(status(200), stream_error("PROTOCOL_ERROR"),
                connection_error("PROTOCOL_ERROR"))),
    Case("5.3.1", "PRIORITY of a stream that depends on itself", [
        ask(), await_end(), frame(PRIORITY, 0, 1, u32(1) + b"\x10")], ignored()),
    Case("5.5", "a type of frame that nobody knows", [frame(0xBA, 0xFF, 0, b"anything at all")],
         ignored()),
    Case("5.5", "a type that nobody knows on a stream that is under way", [
        ask(1, "/echo", "POST", end=False), frame(0xBA, 0xFF, 1, b"anything"), data()],
         status(200)),
    Case("5.5", "a type that nobody knows within a block", [
        block_frames(pieces=2, between=frame(0xBA, 0, 0, b"anything"))],
         connection_error("PROTOCOL_ERROR"), False),
]


def overrun(trial):
    """More and more for an upstream that reads nothing, whatever the windows say."""
    connection = trial.connection
    await_acknowledgement(trial)
    connection.send_head(1, trial.fields("/sip/never", "POST"), end=False)
    piece = frame(DATA, 0, 1, b"x" * 16_384) * 4
    for _ in range(512):
        connection.send(piece)
        if connection.stream(1).over or not connection.look():
            return


def overrun_ended(trial):
    connection = trial.connection
    view = connection.stream(1)
    connection.receive_until(lambda: view.over or connection.goaways, "an objection")
    codes = [code for _, code in connection.goaways] + [view.reset]
    return bool({CODES.index("FLOW_CONTROL_ERROR"), CODES.index("ENHANCE_YOUR_CALM")} & set(codes))


def negative_window(trial):
    """A window that is made smaller than what is under way must be waited for."""
    connection = trial.connection
    connection.send(frame(SETTINGS, payload=settings((INITIAL_WINDOW_SIZE, 10))))
    connection.receive_until(lambda: connection.acknowledged == 2, "the acknowledgement")
    connection.reads = False
    connection.send_head(1, trial.fields("/bytes/100"))
    view = connection.stream(1)
    connection.receive_until(lambda: view.flow == 10 or view.over, "ten bytes")
    # Now the window is 10 - 10 - 10 bytes: below nothing.
    connection.send(frame(SETTINGS, payload=settings((INITIAL_WINDOW_SIZE, 0))))
    connection.receive_until(lambda: connection.acknowledged == 3, "the acknowledgement")
    connection.send(frame(WINDOW_UPDATE, 0, 1, u32(10)))
    connection.ping()
    trial.held = view.flow
    connection.send(frame(WINDOW_UPDATE, 0, 1, u32(5)))
    connection.receive_until(lambda: view.flow >= 15, "five more bytes")
    connection.ping(b"12345678")
    trial.then = view.flow


FLOW_CASES = [
    # Who sends on and on after the reset of his stream may lose the connection for that, sooner or
    # later: either is right, and so is one after the other.
    Case("5.2.1", "more DATA than the windows allow", [overrun],
         seen("FLOW_CONTROL_ERROR, or the end by ENHANCE_YOUR_CALM", overrun_ended), "unfinished"),
    Case("6.9.2", "a window that becomes negative", [negative_window],
         seen("10 bytes, then 5 more", lambda trial: (trial.held, trial.then) == (10, 15))),
]

CASES = (
    PREFACE_CASES + FRAME_CASES + IDLE_CASES + CLOSED_CASES + STREAM_CASES + FLOW_CASES)
