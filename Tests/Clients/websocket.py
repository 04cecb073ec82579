"""WebSockets through a gateway, by HTTP/1.1's Upgrade and by HTTP/2's extended CONNECT (RFC 8441).

usage: websocket.py --place 127.0.0.1:8443 --certificate FILE --control PORT

The gateway's routes: /ws to the upstream's `http1` with `upgrade: [websocket]`, /one to the same
without. Prints a JSON list.
"""

import base64
import itertools
import os

import wsproto.connection
import wsproto.events as frames
from wsproto import ConnectionType
from wsproto.utilities import generate_accept_token

from http1 import Broken, Connection1
from records import pattern
from report import check, check_equal, place_and_control, run
from wire import DATA, Connection, frame, request_fields

NUMBERS = itertools.count()


class Refused(Exception):
    """The handshake was answered otherwise."""

    def __init__(self, status, fields):
        super().__init__(f"status {status}")
        self.status, self.fields = status, fields


class Socket1:
    """A WebSocket over HTTP/1.1."""

    def __init__(self, place, path, *fields):
        self._connection = Connection1(place)
        key = base64.b64encode(os.urandom(16)).decode()
        self._connection.send_head("GET", path, [
            ("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Key", key), *fields])
        status, came = self._connection.read_head()
        self.fields = {name.lower(): value for name, value in came}
        if status != 101:
            raise Refused(status, self.fields)
        token = generate_accept_token(key.encode()).decode()
        check_equal(self.fields.get("sec-websocket-accept"), token, "sec-websocket-accept")
        check_equal(self.fields.get("upgrade", "").lower(), "websocket", "upgrade")

    def send(self, data):
        self._connection.send(data)

    def receive(self):
        """Bytes; None at the end, however it came about."""
        try:
            return self._connection.read_some()
        except Broken:
            return None

    @property
    def is_broken(self):
        """Whether it ended otherwise than by closing in order."""
        return self._connection.channel.ending != "closed"

    def close(self):
        self._connection.close()


class Socket2:
    """A WebSocket on a stream of HTTP/2."""

    def __init__(self, place, path, *fields, connection=None):
        self.connection = connection or Connection(place)
        self._owns = connection is None
        own = self.connection
        # Not before the server has offered it (RFC 8441 §3).
        own.receive_until(lambda: own.settings, "SETTINGS")
        check_equal(own.settings.get(8), 1, "ENABLE_CONNECT_PROTOCOL")
        self.stream = own.new_stream()
        head = request_fields(place, path, "CONNECT")
        head.insert(1, (b":protocol", b"websocket"))
        head += [(b"sec-websocket-version", b"13")]
        head += [(name.lower().encode(), value.encode()) for name, value in fields]
        own.send_head(self.stream, head, end=False)
        self.view = own.stream(self.stream)
        own.receive_until(lambda: self.view.status or self.view.over, "the handshake's answer")
        self.fields = {name.decode(): value.decode() for name, value in self.view.fields}
        if self.view.status != 200 or self.view.reset is not None:
            raise Refused(self.view.status, self.fields)
        self._taken = 0

    def send(self, data):
        self.connection.send_body(self.stream, data, end=False)

    def receive(self):
        view = self.view
        self.connection.receive_until(
            lambda: len(view.body) > self._taken or view.over, "a frame")
        data = bytes(view.body[self._taken:])
        self._taken = len(view.body)
        return data or None

    @property
    def is_broken(self):
        return self.view.reset not in (None, 0)

    def close(self):
        if self._owns:
            self.connection.close()


SOCKETS = {"1": Socket1, "2": Socket2}


class Talk:
    """Messages over a socket."""

    def __init__(self, socket):
        self.socket = socket
        self._frames = wsproto.connection.Connection(ConnectionType.CLIENT)
        self._events = []
        self._over = False

    def say(self, event):
        self.socket.send(self._frames.send(event))

    def next(self):
        """The next frame's event; None at the end of the socket."""
        while not self._events and not self._over:
            data = self.socket.receive()
            self._over = data is None
            if data is not None:
                self._frames.receive_data(data)
            # wsproto gives no more once both sides have closed.
            self._events += list(self._frames.events())
        return self._events.pop(0) if self._events else None

    def message(self):
        """The next message, whole."""
        parts = []
        while True:
            event = self.next()
            check(isinstance(event, frames.Message), f"{event!r} in the place of a message")
            parts.append(event.data)
            if event.message_finished:
                return parts[0][:0].join(parts)

    def echo(self, message):
        kind = frames.TextMessage if isinstance(message, str) else frames.BytesMessage
        self.say(kind(data=message))
        came = self.message()
        check(came == message, f"{len(came)} characters or bytes in the place of {len(message)}")


def open_talk(client, place, path="/ws/websocket", *fields):
    return Talk(SOCKETS[client](place, path, *fields))


def asked(question):
    """A row's function: the socket is closed whatever happens."""
    def run(client):
        def ask(place, control):
            talk = open_talk(client, place)
            try:
                question(talk)
            finally:
                talk.socket.close()
        return ask
    return run


@asked
def texts(talk):
    for text in ["hello", "", "\u00fc\u4e2d\U0001f600", "x" * 125, "x" * 126, "x" * 65_536]:
        talk.echo(text)


@asked
def binaries(talk):
    for data in [b"\0\xff", b"", pattern(70_000)]:
        talk.echo(data)


@asked
def large(talk):
    talk.echo(pattern(1 << 20))


@asked
def many(talk):
    for number in range(300):
        talk.echo(f"message {number}")


@asked
def all_at_once(talk):
    """Many are sent before the first answer is read."""
    for number in range(300):
        talk.say(frames.TextMessage(data=f"message {number}"))
    came = [talk.message() for _ in range(300)]
    check_equal(came, [f"message {number}" for number in range(300)], "the answers")


@asked
def fragments(talk):
    talk.say(frames.TextMessage(data="one ", message_finished=False))
    talk.say(frames.TextMessage(data="two ", message_finished=False))
    talk.say(frames.TextMessage(data="three"))
    check_equal(talk.message(), "one two three", "the message")


@asked
def pings(talk):
    talk.say(frames.Ping(payload=b"there?"))
    pong = talk.next()
    check(isinstance(pong, frames.Pong) and bytes(pong.payload) == b"there?", repr(pong))


@asked
def client_closes(talk):
    talk.echo("hello")
    talk.say(frames.CloseConnection(code=1000, reason="enough"))
    event = talk.next()
    check(isinstance(event, frames.CloseConnection) and event.code == 1000, repr(event))
    check(talk.next() is None, "more after the end")
    check(not talk.socket.is_broken, "it ended broken")


@asked
def server_closes(talk):
    talk.say(frames.TextMessage(data="bye"))
    event = talk.next()
    check(isinstance(event, frames.CloseConnection), repr(event))
    check_equal((event.code, event.reason), (4000, "as you wish"), "the close")
    talk.say(event.response())
    check(talk.next() is None, "more after the end")


@asked
def server_cuts(talk):
    talk.echo("hello")
    talk.say(frames.TextMessage(data="die"))
    check(talk.next() is None, "more after the end")


def client_cuts(client):
    """The upstream's connection ends with the client's."""
    def ask(place, control):
        test = f"websocket-{os.getpid()}-{next(NUMBERS)}"
        talk = open_talk(client, place, "/ws/websocket", ("x-test-id", test))
        talk.echo("hello")
        if client == "2":
            talk.socket.connection.send(frame(3, 0, talk.socket.stream, b"\0\0\0\x08"))
        else:
            talk.socket.close()
        records = control.ended(test)
        check_equal(len(records), 1, "requests")
        talk.socket.close()
    return ask


def handshake(client):
    """What the upstream gets is a handshake of HTTP/1.1, whatever the client speaks."""
    def ask(place, control):
        test = f"websocket-{os.getpid()}-{next(NUMBERS)}"
        talk = open_talk(client, place, "/ws/websocket/chat.v2?q=1", ("x-test-id", test),
                         ("sec-websocket-protocol", "other, chat.v2"), ("origin", "https://a.b"))
        record = control.records(test)[0]
        fields = {name.lower(): value for name, value in record["fields"]}
        check_equal(record["method"], "GET", "the method")
        check_equal(record["target"], "/ws/websocket/chat.v2?q=1", "the target")
        check_equal(record["authority"], place.authority, "host")
        check_equal(fields.get("upgrade", "").lower(), "websocket", "upgrade")
        check("upgrade" in fields.get("connection", "").lower(), "connection")
        check_equal(fields.get("sec-websocket-version"), "13", "sec-websocket-version")
        key = base64.b64decode(fields.get("sec-websocket-key", ""))
        check_equal(len(key), 16, "bytes of sec-websocket-key")
        check_equal(fields.get("origin"), "https://a.b", "origin")
        check(not fields.keys() & {"content-length", "transfer-encoding"}, record["fields"])
        came = talk.socket.fields
        check_equal(came.get("sec-websocket-protocol"), "chat.v2", "sec-websocket-protocol")
        if client == "2":
            check(not came.keys() & {
                "connection", "upgrade", "sec-websocket-accept", "transfer-encoding",
                "content-length"}, came)
        check(came.get("x-request-id"), came)
        talk.echo("hello")
        talk.socket.close()
    return ask


def refused(path, *statuses):
    def row(client):
        def ask(place, control):
            try:
                talk = open_talk(client, place, path)
            except Refused as refusal:
                check(refusal.status in statuses, f"status {refusal.status}, {refusal.fields}")
                return
            talk.socket.close()
            check(False, "it was opened")
        return ask
    return row


def not_a_websocket(client):
    """An upstream that answers 200: over HTTP/2 that must not look like an open tunnel."""
    return refused("/ws/echo", *((200, 502) if client == "1" else (502,)))(client)


def two_and_a_request(place, control):
    """Two WebSockets and plain requests on one connection."""
    with Connection(place) as connection:
        talks = [Talk(Socket2(place, "/ws/websocket", connection=connection)) for _ in range(2)]
        for number in range(10):
            for talk in talks:
                talk.echo(f"message {number}")
            answer = connection.wait_for(connection.request(request_fields(place, "/one/bytes/9")))
            check_equal((answer.status, bytes(answer.body)), (200, pattern(9)), "the answer")


def half_closed(place, control):
    """The client's END_STREAM ends its direction, and then the whole."""
    talk = open_talk("2", place)
    talk.echo("hello")
    talk.socket.connection.send(frame(DATA, 1, talk.socket.stream))
    check(talk.next() is None, "more after the end")
    talk.socket.close()


ROWS = [
    ("text", "each comes back", texts),
    ("binary", "each comes back", binaries),
    ("a message of 1 MiB", "it comes back", large),
    ("300 messages, one by one", "each comes back", many),
    ("300 messages at once", "each comes back, in order", all_at_once),
    ("a message in three fragments", "it comes back", fragments),
    ("ping", "pong with the same bytes", pings),
    ("the client closes", "the upstream's close, then the end", client_closes),
    ("the upstream closes", "its code and reason, then the end", server_closes),
    ("the upstream cuts", "the end", server_cuts),
    ("the client cuts", "the upstream's connection ends", client_cuts),
    ("the handshake", "the upstream gets HTTP/1.1's", handshake),
    ("an upstream that refuses", "its status", refused("/ws/status/403", 403)),
    ("an upstream that speaks no WebSocket", "no open tunnel", not_a_websocket),
    ("a route without upgrade", "403", refused("/one/websocket", 403)),
]

CASES = [
    (f"HTTP/{version}: {name}", wanted, row(client))
    for client, version in [("1", "1.1"), ("2", "2")] for name, wanted, row in ROWS
] + [
    ("HTTP/2: two WebSockets and requests on one connection", "all work", two_and_a_request),
    ("HTTP/2: END_STREAM of the client", "the end", half_closed),
]


if __name__ == "__main__":
    run(__doc__, CASES, place_and_control)
