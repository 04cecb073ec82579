"""Sends the same request by either protocol, and tells what came in the same words."""

from dataclasses import dataclass, field

from channel import Gone
from http1 import Broken, Connection1
from wire import Connection, code_name, request_fields


@dataclass
class Answer:
    """An answer, with names in lowercase for comparing and as they came for judging."""

    status: int = 0
    raw: list = field(default_factory=list)
    informational: list = field(default_factory=list)
    body: bytes = b""
    trailers: list = field(default_factory=list)
    # None if the answer came to its end; otherwise how it broke.
    broken: object = None

    def values(self, name):
        return [value for key, value in self.raw if key.lower() == name]

    def value(self, name):
        return next(iter(self.values(name)), None)

    @property
    def names(self):
        return {name.lower() for name, _ in self.raw}

    def __str__(self):
        words = f"status {self.status}, {self.raw}, {len(self.body)} bytes"
        return words + (f", broken: {self.broken}" if self.broken else "")


def call(place, protocol, path, method="GET", fields=(), body=None, trailers=None, **more):
    """Sends a request on a connection of its own."""
    return (call1 if protocol == "1" else call2)(
        place, path, method, list(fields), body, trailers, **more)


def call1(place, path, method, fields, body, trailers, chunked=False):
    """`chunked` or trailers frame the body by chunks, otherwise content-length does."""
    with Connection1(place) as connection:
        chunks = chunked or trailers is not None
        if body is not None:
            fields = fields + [
                ("Transfer-Encoding", "chunked") if chunks else ("Content-Length", str(len(body)))]
        try:
            connection.send_head(method, path, fields)
            if body and not chunks:
                connection.send(body)
            elif chunks:
                for at in range(0, len(body), 10_000):
                    connection.send_chunk(body[at:at + 10_000])
                connection.send_last_chunk(trailers or ())
        except Gone:
            pass
        return read_answer(connection, method)


def read_answer(connection, method):
    """Reads an answer of HTTP/1.1 to its end."""
    answer = Answer()
    try:
        status, fields = connection.read_head()
        while 100 <= status < 200:
            answer.informational.append((status, fields))
            status, fields = connection.read_head()
        answer.status, answer.raw = status, fields
        if method == "HEAD" or status in (204, 304):
            return answer
        if answer.value("transfer-encoding") == "chunked":
            while chunk := connection.read_chunk():
                answer.body += chunk
            answer.trailers = connection.read_trailers()
        elif length := answer.value("content-length"):
            answer.body = connection.read_exactly(int(length))
        else:
            while True:
                answer.body += connection.read_some()
    except Broken as broken:
        # Without a length the end of the connection is the end of the answer, if it is orderly.
        framed = answer.names & {"transfer-encoding", "content-length"}
        if framed or not answer.status or connection.channel.ending != "closed":
            answer.broken = str(broken)
            answer.body += connection.rest()
    return answer


def call2(place, path, method, fields, body, trailers, chunked=False):
    """`chunked` leaves content-length out, as do trailers."""
    more = [(name.lower(), value) for name, value in fields]
    if body is not None and not chunked and trailers is None:
        more.append(("content-length", str(len(body))))
    with Connection(place) as connection:
        number = connection.request(
            request_fields(place, path, method, *more), body,
            None if trailers is None else [
                (name.encode(), value.encode()) for name, value in trailers])
        view = connection.wait_for(number)
        answer = Answer(view.status, text(view.fields), [
            (int(dict(head)[b":status"]), text(head)) for head in view.informational],
            bytes(view.body), text(view.trailers))
        if not view.whole:
            answer.broken = f"RST_STREAM {code_name(view.reset)}"
        return answer


def text(fields):
    return [(name.decode("latin-1"), value.decode("latin-1"))
            for name, value in fields if not name.startswith(b":")]
