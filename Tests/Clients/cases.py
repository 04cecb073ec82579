"""The words in which the tables of conformance are written: what is sent, what must come."""

import os
import struct
from dataclasses import dataclass, field
from typing import Callable

from channel import Gone, Late
from wire import (
    CONTINUATION, DATA, END_HEADERS, END_STREAM, HEADERS, Connection, code_name, frame,
    request_fields)

# How long a server may take to object before it is asked by PING whether it has.
OBJECTION_SECONDS = 1.0
# How long a stream that goes on may take to be reset: its upstream may have a part in that.
RESET_SECONDS = 10.0


class Trial:
    """One case under way: its connection, and what its steps need to know."""

    def __init__(self, place, control, case, number):
        self.place = place
        self.control = control
        self.test = f"case-{os.getpid()}-{number}"
        self.route = "/one"
        self.connection = Connection(
            place, opening=case.opening, values=case.values, protocols=case.protocols)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()

    def fields(self, path, method="GET", *more, authority=None):
        return request_fields(
            self.place, self.route + path, method, ("x-test-id", self.test), *more,
            authority=authority)

    def run(self, steps):
        """Sends the steps. A server that has had enough may go in the middle of them."""
        try:
            for step in steps:
                if isinstance(step, bytes):
                    self.connection.send(step)
                else:
                    step(self)
        except Gone:
            pass

    def settle(self, stream=1):
        """Lets the server object; whether the connection goes on."""
        connection = self.connection
        view = connection.stream(stream)
        try:
            connection.receive_until(
                lambda: connection.goaways or view.over, "an objection", OBJECTION_SECONDS)
        except Late:
            pass
        return not connection.ended and connection.ping()

    def works(self):
        """Whether a request on the same connection is answered; None, or what happened."""
        connection = self.connection
        fields = request_fields(self.place, self.route + "/status/200")
        try:
            view = connection.wait_for(connection.request(fields))
        except (Gone, Late) as error:
            return f"the next request on the connection: {error}"
        return None if view.status == 200 else f"the next request got {view.describe()}"

    def end(self):
        """How the connection stands, in words."""
        connection = self.connection
        if connection.goaways:
            return f"GOAWAY {code_name(connection.goaways[-1][1])}"
        return f"the connection {connection.channel.ending}" if connection.ended else "no GOAWAY"


@dataclass(frozen=True)
class Wanted:
    """What must come: in words, and as a question that answers None or what came instead."""

    words: str
    missed: Callable


@dataclass(frozen=True)
class Case:
    """One row of a table."""

    section: str
    name: str
    steps: list
    wanted: Wanted
    # Whether a request with the case's id may reach the upstream: None if that does not matter,
    # False if not at all, "unfinished" if not as a whole one.
    forwarded: object = None
    opening: bool = True
    values: tuple = ()
    protocols: tuple = field(default=("h2",))


# What must come.

def connection_error(*codes):
    def missed(trial):
        if trial.settle():
            stream = trial.connection.stream(1).describe()
            return f"the connection goes on; stream 1: {stream}"
        came = trial.connection.goaways
        if came and code_name(came[-1][1]) in codes:
            return None
        return trial.end()
    return Wanted("connection error " + " or ".join(codes), missed)


def closed(*codes):
    """A connection error whose GOAWAY may be left out (RFC 9113 §3.4)."""
    def missed(trial):
        connection = trial.connection
        connection.wait_for_end()
        came = connection.goaways
        return None if not came or code_name(came[-1][1]) in codes else trial.end()
    return Wanted("the connection closed, with GOAWAY " + " or ".join(codes), missed)


def stream_error(*codes, stream=1, then=True):
    """A reset, and (unless `then` is false) a connection that takes further requests."""
    def missed(trial):
        if not trial.settle(stream):
            return trial.end()
        connection = trial.connection
        view = connection.stream(stream)
        connection.receive_until(lambda: view.over, f"the end of stream {stream}", RESET_SECONDS)
        if view.reset is None or code_name(view.reset) not in codes:
            return f"stream {stream}: {view.describe()}"
        return trial.works() if then else None
    return Wanted(f"stream error {' or '.join(codes)} on {stream}", missed)


def status(*numbers, stream=1):
    """An answer of the gateway or the upstream, after which the connection goes on."""
    def missed(trial):
        view = trial.connection.stream(stream)
        trial.connection.receive_until(lambda: view.over, f"the end of stream {stream}")
        if view.status not in numbers:
            return f"{view.describe()}; {trial.end()}"
        return trial.works()
    return Wanted(f"status {' or '.join(map(str, numbers))} on {stream}", missed)


def ignored(*also):
    """Nothing but that the connection works on, and that these things are so besides."""
    def missed(trial):
        if not trial.settle():
            return trial.end()
        resets = {number: view.describe() for number, view in trial.connection.streams.items()
                  if view.reset is not None}
        if resets:
            return f"resets: {resets}"
        for wanted in also:
            if why := wanted.missed(trial):
                return why
        return trial.works()
    return Wanted(", ".join(["ignored"] + [wanted.words for wanted in also]), missed)


def either(*choices):
    def missed(trial):
        came = []
        for choice in choices:
            try:
                came.append(choice.missed(trial))
            except Late as late:
                came.append(str(late))
        return None if None in came else "; ".join(dict.fromkeys(map(str, came)))
    return Wanted(" or ".join(choice.words for choice in choices), missed)


def seen(words, question):
    """Something that a case asks in its own way: `question(trial)` is true if it is so."""
    def missed(trial):
        return None if question(trial) else f"not so; {trial.end()}"
    return Wanted(words, missed)


# A request that is malformed: a stream error, or a refusal in words (RFC 9113 §8.1.1).
malformed = either(stream_error("PROTOCOL_ERROR"), status(400))


# What is sent.

def ask(stream=1, path="/echo", method="GET", *more, end=True, without=(), authority=None):
    """HEADERS with a request, without some fields, with more behind them."""
    def step(trial):
        fields = trial.fields(path, method, *more, authority=authority)
        kept = [field for field in fields if field[0].decode() not in without]
        trial.connection.send_head(stream, kept, end=end)
    return step


def fields_only(*fields, stream=1, end=True):
    """HEADERS with just these fields, of bytes; `%a` stands for the authority, `%t` the id."""
    def step(trial):
        authority, test = trial.place.authority.encode(), trial.test.encode()
        ready = [(name, value.replace(b"%a", authority).replace(b"%t", test))
                 for name, value in fields]
        trial.connection.send_head(stream, ready, end=end)
    return step


def data(stream=1, body=b"hello", end=True):
    return frame(DATA, END_STREAM if end else 0, stream, body)


def block_frames(stream=1, *, pieces, end=True, between=b"", path="/echo"):
    """A request's block cut into so many frames, with something between the first two."""
    def step(trial):
        block = trial.connection.encode(trial.fields(path))
        size = -(-len(block) // pieces)
        out = b""
        for index in range(pieces):
            flags = END_STREAM if end and index == 0 else 0
            flags |= END_HEADERS if index == pieces - 1 else 0
            part = block[index * size:(index + 1) * size]
            out += frame(CONTINUATION if index else HEADERS, flags, stream, part)
            out += between if index == 0 else b""
        trial.connection.send(out)
    return step


def head_frame(flags, stream=1, before=b"", after=b"", path="/echo"):
    """HEADERS with something before and behind its block."""
    def step(trial):
        block = trial.connection.encode(trial.fields(path))
        trial.connection.send(frame(HEADERS, flags, stream, before + block + after))
    return step


def await_head(stream=1):
    def step(trial):
        view = trial.connection.stream(stream)
        trial.connection.receive_until(lambda: view.fields or view.over, f"stream {stream}")
    return step


def await_end(stream=1):
    return lambda trial: trial.connection.wait_for(stream)


def await_acknowledgement(trial):
    """Until the server has taken our settings, and we have taken its own."""
    connection = trial.connection
    connection.receive_until(lambda: connection.acknowledged and connection.settings, "SETTINGS")
    connection.ping(b"settled.")


def u32(number):
    return struct.pack(">I", number)


def repeated(count, make):
    """Steps made by a number, 0 first."""
    return [make(index) for index in range(count)]
