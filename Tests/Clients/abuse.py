"""Abuse of HTTP/2, and what it costs a gateway that goes on serving others meanwhile.

usage: abuse.py --place 127.0.0.1:8443 --certificate FILE --control PORT --admin HOST:PORT --pid PID

The gateway's route /one leads to the upstream's `http1`; in gateway.yaml the limits body_idle and
request_head are 1 s. Prints a JSON list; every row also holds the gateway to the bounds of watch.py.
"""

from channel import SECONDS, Gone, Late
from report import check, check_equal, run
from watch import Gateway, row
from wire import (
    CONTINUATION, DATA, END_HEADERS, END_STREAM, HEADERS, HEADER_TABLE_SIZE, INITIAL_WINDOW_SIZE,
    PING, PRIORITY, PRIORITY_UPDATE, RST_STREAM, SETTINGS, WINDOW_UPDATE, Connection, code_name,
    frame, request_fields, settings)

# So many frames are sent at most; every limit is far below.
FLOOD = 20_000
CALM = "ENHANCE_YOUR_CALM"


def calmed(connection, *codes):
    """The connection must be closed, and the reason told."""
    connection.wait_for_end()
    check(connection.goaways, f"no GOAWAY; the connection was {connection.channel.ending}")
    came = code_name(connection.goaways[-1][1])
    check(came in (codes or (CALM,)), f"GOAWAY {came}")


def pour(connection, make, most=FLOOD, batch=50, waits=False):
    """Sends frames by their number until the server has had enough; `waits` for it in between."""
    try:
        for first in range(0, most, batch):
            connection.send(b"".join(make(number) for number in range(first, first + batch)))
            if not connection.look() or waits and not connection.ping():
                return first
    except Gone:
        return None
    return most


def head(connection, place, path="/one/hold/never", method="GET", *more):
    return connection.encode(request_fields(place, path, method, *more))


def flood(make, opening=()):
    """A connection, what it begins with, and frame upon frame."""
    def abuse(gateway):
        with Connection(gateway.place) as connection:
            for step in opening:
                step(connection, gateway)
            pour(connection, lambda number: make(number))
            calmed(connection)
    return abuse


def open_upload(connection, gateway):
    connection.send_head(1, request_fields(gateway.place, "/one/echo", "POST"), end=False)


def rapid_reset(gateway):
    before = gateway.control.listeners().get("http1", {}).get("requests", 0)
    with Connection(gateway.place) as connection:
        def make(number):
            block = head(connection, gateway.place)
            return (frame(HEADERS, END_HEADERS | END_STREAM, 2 * number + 1, block)
                    + frame(RST_STREAM, 0, 2 * number + 1, b"\0\0\0\x08"))
        pour(connection, make)
        calmed(connection)
    reached = gateway.control.listeners()["http1"]["requests"] - before
    check(reached < 2_000, f"{reached} requests reached the upstream")


def made_you_reset(provoke):
    """Requests that are good, each followed by what makes the server reset it."""
    def abuse(gateway):
        with Connection(gateway.place) as connection:
            def make(number):
                stream = 2 * number + 1
                block = head(connection, gateway.place, "/one/sip/never", "POST",
                             ("content-length", "4"))
                return frame(HEADERS, END_HEADERS, stream, block) + provoke(stream)
            # Fewer at a time than streams may be open, which would be an error of its own.
            pour(connection, make, batch=20, waits=True)
            calmed(connection)
    return abuse


def malformed_requests(gateway):
    with Connection(gateway.place) as connection:
        def make(number):
            block = head(connection, gateway.place, "/one/echo", "GET", ("X-Upper", "case"))
            return frame(HEADERS, END_HEADERS | END_STREAM, 2 * number + 1, block)
        pour(connection, make, batch=20, waits=True)
        calmed(connection)


def continuations(piece):
    def abuse(gateway):
        with Connection(gateway.place) as connection:
            connection.send(frame(HEADERS, END_STREAM, 1, head(connection, gateway.place)))
            pour(connection, lambda number: frame(CONTINUATION, 0, 1, piece))
            calmed(connection)
    return abuse


def pings_unread(gateway):
    """Whoever does not read the answers must not make them pile up."""
    with Connection(gateway.place, received_bytes=4_096) as connection:
        piece = frame(PING, payload=b"12345678") * 100
        try:
            for _ in range(5_000):
                connection.channel.send(piece, seconds=SECONDS)
        except (Gone, Late):
            pass
        calmed(connection)


def bomb(gateway):
    """A field of 4,000 bytes in the table, named by one byte thousands of times."""
    large = b"\x40\x01b" + b"\x7f\xa1\x1e" + b"v" * 4_000
    with Connection(gateway.place) as connection:
        block = head(connection, gateway.place) + large + b"\xbe" * 12_000
        connection.send(frame(HEADERS, END_HEADERS | END_STREAM, 1, block))
        check_refused(connection, 1)


def bombs(gateway):
    """The same on a hundred streams, as long as the connection takes them."""
    large = b"\x40\x01b" + b"\x7f\xa1\x1e" + b"v" * 4_000
    with Connection(gateway.place) as connection:
        block = head(connection, gateway.place)
        try:
            connection.send(
                frame(HEADERS, END_HEADERS | END_STREAM, 1, block + large + b"\xbe" * 12_000))
            for stream in range(3, 201, 2):
                block = head(connection, gateway.place)
                connection.send(frame(
                    HEADERS, END_HEADERS | END_STREAM, stream, block + b"\xbe" * 16_000))
                if not connection.look():
                    break
        except Gone:
            pass
        check_refused(connection, 1)


def check_refused(connection, stream):
    """431, a reset, or the end of the connection with a reason."""
    view = connection.stream(stream)
    connection.receive_until(lambda: view.over or connection.goaways, "a refusal")
    if connection.goaways:
        came = code_name(connection.goaways[-1][1])
        check(came in (CALM, "COMPRESSION_ERROR"), f"GOAWAY {came}")
    elif view.reset not in (None, 0):
        check(code_name(view.reset) in (CALM, "REFUSED_STREAM", "INTERNAL_ERROR"),
              view.describe())
    else:
        check_equal(view.status, 431, "the status")


def fields_without_end(piece, frames):
    """Thousands of fields that say nothing, in as many CONTINUATION frames as are allowed."""
    def abuse(gateway):
        with Connection(gateway.place) as connection:
            filler = piece * (16_000 // len(piece))
            block = head(connection, gateway.place)
            out = frame(HEADERS, END_STREAM | (0 if frames else END_HEADERS), 1,
                        block + filler[:16_000 - len(block)] if not frames else block)
            for index in range(frames):
                flags = END_HEADERS if index == frames - 1 else 0
                out += frame(CONTINUATION, flags, 1, filler)
            connection.send(out)
            check_refused(connection, 1)
    return abuse


def stall(gateway):
    """Windows of nothing for a hundred large answers."""
    with Connection(gateway.place, values=((INITIAL_WINDOW_SIZE, 0),)) as connection:
        for _ in range(100):
            connection.request(request_fields(gateway.place, "/one/bytes/3000000"))
        views = [connection.stream(2 * index + 1) for index in range(100)]
        connection.receive_until(
            lambda: connection.goaways or all(view.over for view in views), "the end of patience")
        check(sum(view.flow for view in views) == 0, "bytes came without a window")


def stall_by_one(gateway):
    """One stream of several gets no window; the others are served."""
    with Connection(gateway.place) as connection:
        connection.paused.add(1)
        connection.request(request_fields(gateway.place, "/one/bytes/3000000"))
        view = connection.stream(1)
        connection.receive_until(lambda: view.over or view.flow == 65_535, "a full window")
        good = connection.wait_for(
            connection.request(request_fields(gateway.place, "/one/bytes/300000")))
        check_equal((good.status, len(good.body)), (200, 300_000), "the other answer")
        connection.receive_until(lambda: view.over or connection.goaways, "the end of patience")


def unread(gateway):
    """A client that opens its windows and then does not read at all."""
    with Connection(gateway.place, values=((INITIAL_WINDOW_SIZE, 1 << 30),),
                    received_bytes=4_096) as connection:
        connection.send(frame(WINDOW_UPDATE, 0, 0, (1 << 30).to_bytes(4, "big")))
        for _ in range(90):
            connection.request(request_fields(gateway.place, "/one/bytes/3000000"))
        # Others have a hundred answers meanwhile: time enough for whatever piles up.
        with Connection(gateway.place) as other:
            for _ in range(100):
                fields = request_fields(gateway.place, "/one/bytes/1000")
                check_equal(other.wait_for(other.request(fields)).status, 200, "another's status")


def large_table(gateway):
    """A client that offers a table of 4 GiB for the server's fields."""
    with Connection(gateway.place, values=((HEADER_TABLE_SIZE, 0xFFFFFFFF),)) as connection:
        for _ in range(50):
            fields = request_fields(gateway.place, "/one/status/200")
            check_equal(connection.wait_for(connection.request(fields)).status, 200, "the status")


def half_a_block(gateway):
    with Connection(gateway.place) as connection:
        # Not even an acknowledgement may stand within a block.
        connection.acknowledges = False
        connection.send(frame(HEADERS, END_STREAM, 1, head(connection, gateway.place)))
        connection.wait_for_end()


def no_preface(gateway):
    with Connection(gateway.place, opening=False) as connection:
        connection.acknowledges = False
        connection.wait_for_end()


def slow_upload(gateway):
    """A body that stops in the middle."""
    with Connection(gateway.place) as connection:
        connection.send_head(1, request_fields(
            gateway.place, "/one/echo", "POST", ("content-length", "1000")), end=False)
        connection.send(frame(DATA, 0, 1, b"x" * 10))
        view = connection.stream(1)
        connection.receive_until(lambda: view.over or connection.goaways, "the end of patience")
        check(view.reset is not None or view.status == 408 or connection.goaways, view.describe())


ENDED = "GOAWAY ENHANCE_YOUR_CALM"

CASES = [
    row("rapid reset", ENDED, rapid_reset, "rapid_reset"),
    row("made you reset: windows beyond 2^31-1", ENDED, made_you_reset(
        lambda stream: frame(WINDOW_UPDATE, 0, stream, b"\x7f\xff\xff\xff")), "rapid_reset"),
    row("made you reset: more DATA than content-length", ENDED, made_you_reset(
        lambda stream: frame(DATA, END_STREAM, stream, b"12345")), "rapid_reset"),
    row("made you reset: malformed requests", ENDED, malformed_requests, "rapid_reset"),
    row("a flood of CONTINUATION", ENDED, continuations(b"\x00\x01a\x01b" * 20),
        "continuation_flood"),
    row("a flood of empty CONTINUATION", ENDED, continuations(b""), "continuation_flood"),
    row("a flood of SETTINGS", ENDED, flood(
        lambda number: frame(SETTINGS, payload=settings((INITIAL_WINDOW_SIZE, 65_535)))),
        "idle_frame_flood"),
    row("a flood of empty SETTINGS", ENDED, flood(lambda number: frame(SETTINGS)),
        "idle_frame_flood"),
    row("a flood of PING", ENDED, flood(
        lambda number: frame(PING, payload=number.to_bytes(8, "big"))), "idle_frame_flood"),
    row("a flood of PING whose answers nobody reads", ENDED, pings_unread, "idle_frame_flood"),
    row("a flood of empty DATA", ENDED, flood(
        lambda number: frame(DATA, 0, 1), [open_upload]), "idle_frame_flood"),
    row("a flood of PRIORITY", ENDED, flood(
        lambda number: frame(PRIORITY, 0, 2 * number + 1, b"\0\0\0\0\x10")),
        "idle_frame_flood"),
    row("a flood of PRIORITY_UPDATE", ENDED, flood(
        lambda number: frame(PRIORITY_UPDATE, 0, 0, (2 * number + 1).to_bytes(4, "big") + b"u=1")),
        "idle_frame_flood"),
    row("a flood of WINDOW_UPDATE", ENDED, flood(
        lambda number: frame(WINDOW_UPDATE, 0, 0, b"\0\0\0\1")), "idle_frame_flood"),
    row("a flood of RST_STREAM on a stream that is over", ENDED, flood(
        lambda number: frame(RST_STREAM, 0, 1, b"\0\0\0\x08"),
        [lambda connection, gateway: connection.wait_for(connection.request(
            request_fields(gateway.place, "/one/status/200")))]), "idle_frame_flood"),
    row("a flood of frames that nobody knows", ENDED, flood(
        lambda number: frame(0xBA, 0, 0, b"")), "idle_frame_flood"),
    row("an HPACK bomb", "431, a reset, or the end", bomb, "header_bomb"),
    row("a hundred HPACK bombs", "431, a reset, or the end", bombs, "header_bomb"),
    row("3,000 tiny fields", "431, a reset, or the end", fields_without_end(b"\x00\x01a\x01b", 0)),
    row("16,000 tiny fields in five CONTINUATION", "431, a reset, or the end",
        fields_without_end(b"\x00\x01a\x01b", 5)),
    row("80,000 crumbs of a cookie, a byte each", "431, a reset, or the end",
        fields_without_end(b"\xa0", 5)),
    row("a stall by windows of nothing", "no byte, then the end", stall, "stalled"),
    row("a stall on one stream of several", "the others served, then the end", stall_by_one,
        "stalled"),
    row("answers that nobody reads", "others served, memory bounded", unread),
    row("a table of 4 GiB offered", "200", large_table),
    row("a block that never ends", "the end in time", half_a_block),
    row("a preface that never comes", "the end in time", no_preface),
    row("a body that stops in the middle", "408, a reset, or the end", slow_upload),
]


if __name__ == "__main__":
    run(__doc__, CASES, lambda options: (Gateway(options),),
        ("place", "certificate", "control", "admin", "pid"))
