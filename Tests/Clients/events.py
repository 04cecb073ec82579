"""Server-sent events through a gateway, each sent only after the client has had the one before.

usage: events.py --place 127.0.0.1:8443 --certificate FILE --control PORT

The gateway's routes: /one and /two to the upstream's `http1` and `http2`, both with a first_byte
timeout of 500 ms; /idle to `http1` with an idle timeout of 500 ms. Prints a JSON list.
"""

import itertools
import os
import time

from channel import SECONDS, Late
from http1 import Broken, Connection1
from report import check, check_equal, place_and_control, run
from wire import RST_STREAM, Connection, frame, request_fields

NUMBERS = itertools.count()


def event(number):
    return f"id: {number}\ndata: event {number}\n\n".encode()


class Reader1:
    """Reads a stream of HTTP/1.1 as it comes."""

    def __init__(self, place, path):
        self.connection = Connection1(place)
        self.connection.send_head("GET", path, [("accept", "text/event-stream")])
        self.text = b""

    def head(self):
        status, fields = self.connection.read_head()
        return status, dict((name.lower(), value) for name, value in fields)

    def read(self, count):
        """So many bytes of the body."""
        while len(self.text) < count:
            chunk = self.connection.read_chunk()
            if not chunk:
                raise Broken("the stream ended")
            self.text += chunk
        data, self.text = self.text[:count], self.text[count:]
        return data

    def nothing_comes(self, seconds):
        """Whether the stream stays silent, and open, so long."""
        data = self.connection.channel.receive(seconds)
        return data is None

    def end(self):
        """How it ended: None as it should, or the word for how it broke."""
        try:
            while self.connection.read_chunk():
                pass
            self.connection.read_trailers()
            return None
        except Broken as broken:
            return str(broken)

    def leave(self):
        self.connection.channel.reset()

    def close(self):
        self.connection.close()


class Reader2:
    """Reads a stream of HTTP/2 as it comes."""

    def __init__(self, place, path, connection=None):
        self.connection = connection or Connection(place)
        self.stream = self.connection.request(
            request_fields(place, path, "GET", ("accept", "text/event-stream")))
        self.view = self.connection.stream(self.stream)
        self.taken = 0

    def head(self):
        self.connection.receive_until(lambda: self.view.status or self.view.over, "the head")
        return self.view.status, {
            name.decode(): value.decode() for name, value in self.view.fields}

    def read(self, count):
        self.connection.receive_until(
            lambda: len(self.view.body) >= self.taken + count or self.view.over, "an event")
        self.taken += count
        return bytes(self.view.body[self.taken - count:self.taken])

    def nothing_comes(self, seconds):
        before = len(self.view.body)
        try:
            self.connection.receive_until(lambda: self.view.over, "silence", seconds)
        except Late:
            return len(self.view.body) == before
        return False

    def end(self):
        answer = self.connection.wait_for(self.stream)
        return None if answer.whole else answer.describe()

    def leave(self):
        """Tells that no more is wanted; the connection stays."""
        self.connection.send(frame(RST_STREAM, 0, self.stream, b"\0\0\0\x08"))

    def close(self):
        self.connection.close()


READERS = {"1": Reader1, "2": Reader2}


def new_gate():
    return f"events-{os.getpid()}-{next(NUMBERS)}"


def each_before_the_next(reader, route):
    def question(place, control):
        gate, count = new_gate(), 25
        stream = READERS[reader](place, f"{route}/events/{gate}/{count}")
        # The head comes before there is any event.
        status, fields = stream.head()
        check_equal((status, fields.get("content-type")), (200, "text/event-stream"), "the head")
        times = []
        for number in range(count):
            control.release(gate)
            begun = time.monotonic()
            check_equal(stream.read(len(event(number))), event(number), f"event {number}")
            times.append(time.monotonic() - begun)
        check_equal(stream.end(), None, "the end")
        check(max(times) < SECONDS, f"an event took {max(times)} s")
        stream.close()
    return question


def broken_shows(reader, route):
    def question(place, control):
        gate = new_gate()
        stream = READERS[reader](place, f"{route}/events/{gate}/3/cut")
        stream.head()
        for number in range(3):
            control.release(gate)
            check_equal(stream.read(len(event(number))), event(number), f"event {number}")
        control.release(gate)
        check(stream.end() is not None, "the stream ended as if it were whole")
        stream.close()
    return question


def leaving_is_noticed(reader, route):
    def question(place, control):
        gate = new_gate()
        stream = READERS[reader](place, f"{route}/until-gone/{gate}")
        stream.head()
        stream.read(len("a beginning"))
        control.arrived(gate)
        stream.leave()
        control.departed(gate)
        stream.close()
    return question


def silence_is_not_cut(reader, route):
    """Once it flows, the time for the first byte has nothing to say."""
    def question(place, control):
        gate = new_gate()
        stream = READERS[reader](place, f"{route}/events/{gate}/2")
        stream.head()
        for number in range(2):
            control.release(gate)
            check_equal(stream.read(len(event(number))), event(number), f"event {number}")
            if number == 0:
                check(stream.nothing_comes(1.5), "something came in the silence")
        check_equal(stream.end(), None, "the end")
        stream.close()
    return question


def silence_is_bounded(reader):
    def question(place, control):
        gate = new_gate()
        stream = READERS[reader](place, f"/idle/events/{gate}/2")
        stream.head()
        control.release(gate)
        check_equal(stream.read(len(event(0))), event(0), "event 0")
        check(stream.end() is not None, "the stream ended as if it were whole")
        stream.close()
    return question


def two_on_one_connection(place, control):
    """Two streams on one connection, whose events are let through in turns."""
    gates = [new_gate(), new_gate()]
    with Connection(place) as connection:
        streams = [Reader2(place, f"/one/events/{gate}/10", connection) for gate in gates]
        for stream in streams:
            stream.head()
        for number in range(10):
            for gate, stream in zip(gates, streams):
                control.release(gate)
                check_equal(stream.read(len(event(number))), event(number), f"event {number}")
        check_equal([stream.end() for stream in streams], [None, None], "the ends")


def rows():
    cases = []
    for client, upstream in itertools.product("12", "12"):
        route = "/one" if upstream == "1" else "/two"
        way = f"{client}→{upstream}"
        cases += [
            (f"{way} each event arrives before the next is sent", "25 events, one by one",
             each_before_the_next(client, route)),
            (f"{way} a stream that breaks off", "an error at the client",
             broken_shows(client, route)),
            (f"{way} a client that leaves", "the upstream notices",
             leaving_is_noticed(client, route)),
            (f"{way} silence longer than first_byte", "the stream goes on",
             silence_is_not_cut(client, route)),
        ]
    for client in "12":
        cases.append((f"{client}→1 silence longer than idle", "an error at the client",
                      silence_is_bounded(client)))
    cases.append(("2→1 two streams on one connection", "events in turns", two_on_one_connection))
    return cases


if __name__ == "__main__":
    run(__doc__, rows(), place_and_control)
