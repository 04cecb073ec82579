"""Conformance: each type of frame (RFC 9113 §6, RFC 8441 §3, RFC 9218 §7)."""

from cases import (
    Case, ask, await_acknowledgement, await_end, block_frames, connection_error, data,
    either, head_frame, ignored, seen, status, stream_error, u32)
from wire import (
    ACK, CONTINUATION, DATA, ENABLE_CONNECT_PROTOCOL, ENABLE_PUSH, END_HEADERS, END_STREAM, GOAWAY,
    HEADERS, HEADER_TABLE_SIZE, INITIAL_WINDOW_SIZE, MAX_CONCURRENT_STREAMS, MAX_FRAME_SIZE,
    PADDED, PING, PRIORITIZED, PRIORITY, PRIORITY_UPDATE, PUSH_PROMISE, RST_STREAM, SETTINGS,
    WINDOW_UPDATE, frame, settings)

POST = ask(1, "/echo", "POST", end=False)
WHOLE = END_STREAM | END_HEADERS
PROTOCOL = connection_error("PROTOCOL_ERROR")
SIZE = connection_error("FRAME_SIZE_ERROR")
SIZE_OF_ANY = either(SIZE, stream_error("FRAME_SIZE_ERROR"))


def body_is(count):
    return seen(
        f"the upstream got {count} bytes",
        lambda trial: trial.control.ended(trial.test)[0]["body_bytes"] == count)


DATA_CASES = [
    Case("6.1", "DATA on stream 0", [data(0)], PROTOCOL),
    Case("6.1", "padding as long as the payload", [POST, frame(DATA, PADDED, 1, b"\x06hello")],
         PROTOCOL, "unfinished"),
    Case("6.1", "padded DATA of no bytes", [POST, frame(DATA, PADDED, 1, b"")],
         either(PROTOCOL, SIZE), "unfinished"),
    Case("6.1", "padding that is taken off", [
        POST, frame(DATA, PADDED | END_STREAM, 1, b"\x07hello" + b"\0" * 7)], body_is(5)),
    Case("6.1", "nothing but padding", [
        POST, frame(DATA, PADDED, 1, b"\xff" + b"\0" * 255), data(body=b"hello")], body_is(5)),
    Case("6.1", "an empty frame at the end", [POST, data(end=False), data(body=b"")], body_is(5)),
]

HEADERS_CASES = [
    Case("6.2", "HEADERS on stream 0", [frame(HEADERS, WHOLE, 0, b"\x82")], PROTOCOL),
    Case("6.2", "padding as long as the payload", [
        frame(HEADERS, WHOLE | PADDED, 1, b"\x06\x82\x84\x86\x41\x00")], PROTOCOL, False),
    Case("6.2", "padding that is taken off", [
        head_frame(WHOLE | PADDED, before=b"\x09", after=b"\0" * 9)], status(200)),
    Case("6.2", "priority fields", [
        head_frame(WHOLE | PRIORITIZED, before=u32(0x80000000) + b"\xff")], status(200)),
    Case("6.2", "padding and priority fields", [
        head_frame(WHOLE | PADDED | PRIORITIZED, before=b"\x03" + u32(0) + b"\x10",
                   after=b"\0" * 3)], status(200)),
]

PRIORITY_CASES = [
    # Whoever has said that he ignores priorities (RFC 9218 §2.1) may not even look at them.
    Case("6.3", "PRIORITY on stream 0", [frame(PRIORITY, 0, 0, u32(1) + b"\x10")],
         either(PROTOCOL, ignored())),
    Case("6.3", "PRIORITY of four bytes", [
        ask(1, "/hold/never"), frame(PRIORITY, 0, 1, u32(0))], SIZE_OF_ANY),
    Case("6.3", "PRIORITY in the middle of a body", [
        POST, frame(PRIORITY, 0, 1, u32(0) + b"\xc8"), data()], status(200)),
]

RESET_CASES = [
    Case("6.4", "RST_STREAM on stream 0", [frame(RST_STREAM, 0, 0, u32(8))], PROTOCOL),
    Case("6.4", "RST_STREAM on an idle stream", [frame(RST_STREAM, 0, 1, u32(8))], PROTOCOL),
    Case("6.4", "RST_STREAM of three bytes", [
        ask(1, "/hold/never"), frame(RST_STREAM, 0, 1, b"\0\0\x08")], SIZE),
    Case("6.4", "RST_STREAM with a code that nobody knows", [
        ask(1, "/hold/never"), frame(RST_STREAM, 0, 1, u32(0xDEADBEEF))], ignored()),
]


def setting(name, value):
    return frame(SETTINGS, payload=settings((name, value)))


def acknowledged_twice(trial):
    """The settings of the preface, and those that a case has sent."""
    connection = trial.connection
    connection.receive_until(lambda: connection.acknowledged == 2, "two acknowledgements")
    return True


def offers(name, value):
    def question(trial):
        return trial.connection.settings.get(name) == value
    return question


SETTINGS_CASES = [
    Case("6.5", "an acknowledgement with a payload", [frame(SETTINGS, ACK, 0, settings((1, 1)))],
         SIZE),
    Case("6.5", "SETTINGS on a stream", [frame(SETTINGS, 0, 1)], PROTOCOL),
    Case("6.5", "five bytes", [frame(SETTINGS, payload=b"\0\1\0\0\0")], SIZE),
    Case("6.5.2", "push neither on nor off", [setting(ENABLE_PUSH, 2)], PROTOCOL),
    Case("6.5.2", "a window beyond 2^31-1", [setting(INITIAL_WINDOW_SIZE, 1 << 31)],
         connection_error("FLOW_CONTROL_ERROR")),
    Case("6.5.2", "frames below 16,384 bytes", [setting(MAX_FRAME_SIZE, 16_383)], PROTOCOL),
    Case("6.5.2", "frames beyond 2^24-1 bytes", [setting(MAX_FRAME_SIZE, 1 << 24)], PROTOCOL),
    Case("6.5.2", "a setting that nobody knows", [setting(0x4242, 7)],
         ignored(seen("acknowledged", acknowledged_twice))),
    Case("6.5.2", "a table of no bytes", [
        setting(HEADER_TABLE_SIZE, 0), await_acknowledgement, ask()], status(200)),
    Case("6.5.3", "values are taken in their order", [
        frame(SETTINGS, payload=settings((INITIAL_WINDOW_SIZE, 1), (INITIAL_WINDOW_SIZE, 100))),
        ask(1, "/bytes/100")], ignored(status(200))),
    Case("6.5.3", "SETTINGS are acknowledged", [setting(INITIAL_WINDOW_SIZE, 70_000)],
         seen("two acknowledgements", acknowledged_twice)),
    Case("6.5.2", "the server says how many streams it allows", [ask(), await_end()],
         seen("100 streams", offers(MAX_CONCURRENT_STREAMS, 100))),
    Case("RFC 8441 3", "the server offers extended CONNECT", [ask(), await_end()],
         seen("ENABLE_CONNECT_PROTOCOL = 1", offers(ENABLE_CONNECT_PROTOCOL, 1))),
    Case("RFC 8441 3", "a client that sends the setting too", [
        setting(ENABLE_CONNECT_PROTOCOL, 1)], ignored()),
]

PUSH_CASES = [
    Case("6.6", "PUSH_PROMISE of a client", [
        ask(1, "/hold/never"), frame(PUSH_PROMISE, END_HEADERS, 1, u32(2) + b"\x82")], PROTOCOL),
]


def pong_is(payload):
    return lambda trial: payload in trial.connection.pongs


PING_CASES = [
    Case("6.7", "PING is answered with the same bytes", [frame(PING, payload=b"\0\xff234567")],
         ignored(seen("the same bytes", pong_is(b"\0\xff234567")))),
    Case("6.7", "an answer that nobody has asked for", [frame(PING, ACK, 0, b"12345678")],
         ignored()),
    Case("6.7", "PING on a stream", [frame(PING, 0, 1, b"12345678")], PROTOCOL),
    Case("6.7", "PING of seven bytes", [frame(PING, payload=b"1234567")], SIZE),
]


def held(trial):
    """A request that is under way at the upstream."""
    trial.connection.send_head(1, trial.fields(f"/hold/{trial.test}"))
    trial.control.arrived(trial.test)


def let_through(trial):
    trial.connection.ping()
    trial.control.release(trial.test)


def answered_then_closed(trial):
    answer = trial.connection.wait_for(1)
    trial.connection.wait_for_end()
    return answer.status == 200 and bytes(answer.body) == b"held"


GOAWAY_CASES = [
    Case("6.8", "GOAWAY on a stream", [frame(GOAWAY, 0, 1, u32(0) + u32(0))], PROTOCOL),
    Case("6.8", "GOAWAY of seven bytes", [frame(GOAWAY, 0, 0, b"\0" * 7)], SIZE),
    Case("6.8", "after a client's GOAWAY what is under way is answered", [
        held, frame(GOAWAY, 0, 0, u32(0) + u32(0) + b"words for people"), let_through],
         seen("the answer, then the end", answered_then_closed)),
]


def two_windows(trial):
    """Exactly as many bytes as the client allows, then one more."""
    connection = trial.connection
    connection.reads = False
    connection.send_head(1, trial.fields("/bytes/100"))
    view = connection.stream(1)
    connection.receive_until(lambda: view.status, "the head")
    connection.ping()
    trial.before = view.flow
    connection.send(frame(WINDOW_UPDATE, 0, 1, u32(1)))
    connection.receive_until(lambda: view.flow, "a byte")
    connection.ping(b"12345678")
    trial.after = view.flow


OVER = connection_error("FLOW_CONTROL_ERROR")

WINDOW_CASES = [
    Case("6.9", "an increment of 0 for the connection", [frame(WINDOW_UPDATE, 0, 0, u32(0))],
         PROTOCOL),
    Case("6.9", "an increment of 0 for a stream", [
        ask(1, "/hold/never"), frame(WINDOW_UPDATE, 0, 1, u32(0))],
         either(stream_error("PROTOCOL_ERROR"), PROTOCOL)),
    Case("6.9", "WINDOW_UPDATE of three bytes", [frame(WINDOW_UPDATE, 0, 0, b"\0\0\1")], SIZE),
    Case("6.9", "no byte beyond the window", [two_windows],
         seen("0 bytes, then 1", lambda trial: (trial.before, trial.after) == (0, 1)),
         values=((INITIAL_WINDOW_SIZE, 0),)),
    Case("6.9.1", "a connection's window beyond 2^31-1", [
        frame(WINDOW_UPDATE, 0, 0, u32(0x7FFFFFFF)), frame(WINDOW_UPDATE, 0, 0, u32(1))], OVER),
    Case("6.9.1", "a stream's window beyond 2^31-1", [
        ask(1, "/hold/never"), frame(WINDOW_UPDATE, 0, 1, u32(0x7FFFFFFF))],
         either(stream_error("FLOW_CONTROL_ERROR"), OVER)),
    Case("6.9.2", "a setting that makes a stream's window too large", [
        ask(1, "/hold/never"), frame(WINDOW_UPDATE, 0, 1, u32(0x7FFFFFFF - 65_535)),
        setting(INITIAL_WINDOW_SIZE, 0x7FFFFFFF)],
         # To end just the stream harms nobody else, and is what nghttp2 does.
         either(OVER, stream_error("FLOW_CONTROL_ERROR"))),
]

CONTINUATION_CASES = [
    Case("6.10", "a block in one HEADERS and three CONTINUATION", [block_frames(pieces=4)],
         status(200)),
    Case("6.10", "a first HEADERS frame of no bytes", [
        frame(HEADERS, END_STREAM, 1), lambda trial: trial.connection.send(frame(
            CONTINUATION, END_HEADERS, 1, trial.connection.encode(trial.fields("/echo"))))],
         status(200)),
    Case("6.10", "DATA within a block", [block_frames(pieces=2, end=False, between=data(1))],
         PROTOCOL, False),
    Case("6.10", "HEADERS of another stream within a block", [
        block_frames(pieces=2, between=frame(HEADERS, WHOLE, 3, b"\x82"))], PROTOCOL, False),
    Case("6.10", "PING within a block", [
        block_frames(pieces=2, between=frame(PING, payload=b"12345678"))], PROTOCOL, False),
    Case("6.10", "CONTINUATION of another stream", [
        block_frames(pieces=2, between=frame(CONTINUATION, END_HEADERS, 3, b"\x82"))],
         PROTOCOL, False),
    Case("6.10", "CONTINUATION on stream 0", [
        frame(HEADERS, END_STREAM, 1, b"\x82"), frame(CONTINUATION, END_HEADERS, 0, b"\x84")],
         PROTOCOL),
    Case("6.10", "CONTINUATION after a block that is whole", [
        ask(1, "/echo", "POST", end=False), frame(CONTINUATION, END_HEADERS, 1, b"\x82")],
         PROTOCOL, "unfinished"),
]

UPDATE_CASES = [
    Case("RFC 9218 7.1", "PRIORITY_UPDATE of a stream that is under way", [
        POST, frame(PRIORITY_UPDATE, 0, 0, u32(1) + b"u=1, i"), data()], status(200)),
    Case("RFC 9218 7.1", "PRIORITY_UPDATE of a stream to come", [
        frame(PRIORITY_UPDATE, 0, 0, u32(1) + b"u=7"), ask()], status(200)),
    Case("RFC 9218 7.1", "PRIORITY_UPDATE whose value is no priority", [
        frame(PRIORITY_UPDATE, 0, 0, u32(1) + b"\xff\xfe=="), ask()], status(200)),
    Case("RFC 9218 4", "a priority field", [
        ask(1, "/echo", "GET", ("priority", "u=0, i"))], status(200)),
]

CASES = (
    DATA_CASES + HEADERS_CASES + PRIORITY_CASES + RESET_CASES + SETTINGS_CASES + PUSH_CASES
    + PING_CASES + GOAWAY_CASES + WINDOW_CASES + CONTINUATION_CASES + UPDATE_CASES)
