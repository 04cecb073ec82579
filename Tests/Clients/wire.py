"""One HTTP/2 connection of a client, frame by frame: it may send whatever a test wants."""

import struct
import time

import hpack
from hyperframe.frame import (
    ContinuationFrame, DataFrame, Frame, GoAwayFrame, HeadersFrame, PingFrame, PushPromiseFrame,
    RstStreamFrame, SettingsFrame, WindowUpdateFrame)

from channel import SECONDS, Channel, Gone, Late

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

# Types of frames (RFC 9113 §6, RFC 9218 §7.1).
DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS = 0, 1, 2, 3, 4
PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = 5, 6, 7, 8, 9
PRIORITY_UPDATE = 16

# Flags of frames.
ACK, END_STREAM, END_HEADERS, PADDED, PRIORITIZED = 0x1, 0x1, 0x4, 0x8, 0x20

# Settings (RFC 9113 §6.5.2, RFC 8441 §3, RFC 9218 §2.1).
HEADER_TABLE_SIZE, ENABLE_PUSH, MAX_CONCURRENT_STREAMS, INITIAL_WINDOW_SIZE = 1, 2, 3, 4
MAX_FRAME_SIZE, MAX_HEADER_LIST_SIZE, ENABLE_CONNECT_PROTOCOL, NO_RFC7540_PRIORITIES = 5, 6, 8, 9

# Codes of errors (RFC 9113 §7), in the order of their numbers.
CODES = [
    "NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT",
    "STREAM_CLOSED", "FRAME_SIZE_ERROR", "REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR",
    "CONNECT_ERROR", "ENHANCE_YOUR_CALM", "INADEQUATE_SECURITY", "HTTP_1_1_REQUIRED",
]


def code_name(code):
    return CODES[code] if code < len(CODES) else f"{code:#x}"


def frame(kind, flags=0, stream=0, payload=b""):
    """The bytes of a frame, however wrong."""
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def settings(*pairs):
    """The payload of SETTINGS."""
    return b"".join(struct.pack(">HI", name, value) for name, value in pairs)


class Stream:
    """What the server has sent on a stream."""

    def __init__(self):
        self.heads = []
        self.body = bytearray()
        # Bytes of DATA with their padding, and how many frames.
        self.flow = 0
        self.frames = 0
        self.ended = False
        self.reset = None
        # How much we may send.
        self.window = 0

    @property
    def over(self):
        return self.ended or self.reset is not None

    @property
    def informational(self):
        return [head for head in self.heads if dict(head).get(b":status", b"").startswith(b"1")]

    @property
    def fields(self):
        """The fields of the final head; empty before it has come."""
        return next((head for head in self.heads if head not in self.informational), [])

    @property
    def status(self):
        return int(dict(self.fields).get(b":status", b"0"))

    @property
    def trailers(self):
        final = [head for head in self.heads if head not in self.informational]
        return final[1] if len(final) > 1 else []

    def value(self, name):
        """The value of a field, or None."""
        return next((value for key, value in self.fields if key == name), None)

    @property
    def whole(self):
        """Whether the answer has come to its end; a reset without error may follow it."""
        return self.ended and self.reset in (None, 0)

    def describe(self):
        words = [f"status {self.status}"] if self.status else []
        if self.reset is not None:
            words.append(f"RST_STREAM {code_name(self.reset)}")
        return ", ".join(words) or "nothing"


class Connection:
    """An HTTP/2 connection. Unless told otherwise it acknowledges SETTINGS and PING, and gives
    back the window of what it has received."""

    def __init__(self, place, opening=True, values=(), protocols=("h2",), received_bytes=None):
        self.place = place
        self.channel = Channel(place, protocols, received_bytes)
        self.encoder = hpack.Encoder()
        self.decoder = hpack.Decoder()
        self.streams = {}
        self.frames = []
        self.goaways = []
        self.pongs = []
        self.settings = {}
        self.acknowledged = 0
        self.window = 65_535
        # Whether to acknowledge and to give back windows; streams that are not read on.
        self.acknowledges = True
        self.paused = set()
        self.reads = True
        self._next = 1
        self._bytes = b""
        self._block = None
        if opening:
            self.send(PREFACE + frame(SETTINGS, payload=settings((ENABLE_PUSH, 0), *values)))

    # Sending.

    def send(self, data):
        self.channel.send(data)

    def new_stream(self):
        number, self._next = self._next, self._next + 2
        return number

    def encode(self, fields):
        """A block of fields by this connection's encoder; sensitive ones are not indexed."""
        return self.encoder.encode(fields, huffman=False)

    def send_head(self, stream, fields, end=True):
        """A HEADERS frame, and CONTINUATION frames if one is not enough."""
        block = self.encode(fields)
        self._next = max(self._next, stream + 2)
        pieces = [block[at:at + 16_384] for at in range(0, len(block), 16_384)] or [b""]
        flags = END_STREAM if end else 0
        out = b""
        for index, piece in enumerate(pieces):
            last = END_HEADERS if index == len(pieces) - 1 else 0
            out += frame(CONTINUATION if index else HEADERS, flags | last, stream, piece)
            flags = 0
        self.send(out)

    def send_body(self, stream, body, end=True, piece=16_384):
        """DATA frames as the server's windows allow."""
        at = 0
        view = self.stream(stream)
        while at < len(body):
            self.receive_until(
                lambda: self.window > 0 and self.send_window(stream) > 0 or view.over,
                "a window to send in")
            if view.over:
                return
            size = min(piece, self.window, self.send_window(stream), len(body) - at)
            at += size
            self.window -= size
            view.window -= size
            flags = END_STREAM if end and at == len(body) else 0
            self.send(frame(DATA, flags, stream, bytes(body[at - size:at])))
        if not body and end:
            self.send(frame(DATA, END_STREAM, stream))

    def request(self, fields, body=None, trailers=None):
        """Sends a whole request and gives its stream's number."""
        number = self.new_stream()
        self.send_head(number, fields, end=body is None and trailers is None)
        if body is not None:
            self.send_body(number, body, end=trailers is None)
        if trailers is not None:
            self.send_head(number, trailers)
        return number

    def send_window(self, stream):
        return self.settings.get(INITIAL_WINDOW_SIZE, 65_535) + self.stream(stream).window

    def resume(self, stream):
        """Reads on: the window of what has come is given back."""
        self.paused.discard(stream)
        flow = self.stream(stream).flow
        if flow:
            self._give_back(stream, flow)

    # Receiving.

    def stream(self, number):
        return self.streams.setdefault(number, Stream())

    @property
    def ended(self):
        return self.channel.over

    def receive_until(self, condition, what, seconds=SECONDS):
        """Takes in frames until the condition holds; False if the connection ended before."""
        deadline = time.monotonic() + seconds
        while not condition():
            if self.ended:
                return False
            left = deadline - time.monotonic()
            data = self.channel.receive(left) if left > 0 else None
            if data is None:
                raise Late(f"waited {seconds:g} s in vain for {what}")
            self._take(data)
        return True

    def look(self):
        """Takes in what is there already; whether the connection still works."""
        while data := self.channel.receive(0):
            self._take(data)
        return not self.ended and not self.goaways

    def wait_for(self, stream, seconds=SECONDS):
        """Waits for the end of an answer and gives it."""
        view = self.stream(stream)
        self.receive_until(lambda: view.over, f"the end of stream {stream}", seconds)
        return view

    def wait_for_end(self, seconds=SECONDS):
        """Waits until the server has closed the connection."""
        self.receive_until(lambda: False, "the end of the connection", seconds)

    def ping(self, payload=b"a-marker", seconds=SECONDS):
        """Sends PING and waits for its answer; False if the connection ended instead."""
        count = self.pongs.count(payload)
        try:
            self.send(frame(PING, payload=payload))
        except Gone:
            self.receive_until(lambda: False, "the end of the connection", seconds)
            return False
        return self.receive_until(
            lambda: self.pongs.count(payload) > count, "the answer to PING", seconds)

    def _take(self, data):
        self._bytes += data
        while len(self._bytes) >= 9:
            parsed, length = Frame.parse_frame_header(memoryview(self._bytes[:9]))
            if len(self._bytes) < 9 + length:
                return
            parsed.parse_body(memoryview(self._bytes[9:9 + length]))
            self._bytes = self._bytes[9 + length:]
            self.frames.append(parsed)
            self._handle(parsed)

    def _handle(self, received):
        if isinstance(received, (HeadersFrame, ContinuationFrame)):
            self._handle_block(received)
        elif isinstance(received, DataFrame):
            self._handle_data(received)
        elif isinstance(received, RstStreamFrame):
            self.stream(received.stream_id).reset = received.error_code
        elif isinstance(received, SettingsFrame):
            self._handle_settings(received)
        elif isinstance(received, PingFrame):
            if "ACK" in received.flags:
                self.pongs.append(received.opaque_data)
            elif self.acknowledges:
                self._answer(frame(PING, ACK, payload=received.opaque_data))
        elif isinstance(received, GoAwayFrame):
            self.goaways.append((received.last_stream_id, received.error_code))
        elif isinstance(received, WindowUpdateFrame):
            if received.stream_id:
                self.stream(received.stream_id).window += received.window_increment
            else:
                self.window += received.window_increment
        elif isinstance(received, PushPromiseFrame):
            raise AssertionError("the server promised a push")

    def _handle_block(self, received):
        if isinstance(received, HeadersFrame):
            self._block = [received.stream_id, b"", "END_STREAM" in received.flags]
        self._block[1] += bytes(received.data)
        if "END_HEADERS" not in received.flags:
            return
        number, block, ends = self._block
        view = self.stream(number)
        view.heads.append([tuple(field) for field in self.decoder.decode(block, raw=True)])
        view.ended = view.ended or ends

    def _handle_data(self, received):
        view = self.stream(received.stream_id)
        view.body += received.data
        view.flow += received.flow_controlled_length
        view.frames += 1
        view.ended = view.ended or "END_STREAM" in received.flags
        if not self.reads or received.flow_controlled_length == 0:
            return
        if received.stream_id not in self.paused and not view.ended:
            self._give_back(received.stream_id, received.flow_controlled_length)
        self._give_back(0, received.flow_controlled_length)

    def _handle_settings(self, received):
        if "ACK" in received.flags:
            self.acknowledged += 1
            return
        self.settings.update(received.settings)
        if self.acknowledges:
            self._answer(frame(SETTINGS, ACK))

    def _give_back(self, stream, size):
        self._answer(frame(WINDOW_UPDATE, 0, stream, struct.pack(">I", size)))

    def _answer(self, data):
        try:
            self.send(data)
        except Gone:
            pass

    def close(self):
        self.channel.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def request_fields(place, path, method="GET", *more, authority=None):
    """The fields of a request, in the order that everybody sends."""
    return [
        (b":method", method.encode()), (b":scheme", b"https"),
        (b":authority", (authority or place.authority).encode()), (b":path", path.encode()),
    ] + [(name.encode(), value.encode()) for name, value in more]
