"""The HTTP/2 side of the upstream: the library `h2` judges what comes, frames are noted beside."""

import asyncio

import h2.config
import h2.connection
import h2.errors
import h2.events
import h2.exceptions
import h2.settings
from hyperframe.frame import Frame, GoAwayFrame

from records import BodyCount, Record
from wire import PREFACE, code_name

# So many frames of a stream are noted; the rest of a large body is more of the same.
NOTED = 40


class FrameNotes:
    """The kinds of frames of each stream, read beside the library."""

    def __init__(self):
        self._bytes = b""
        self._left = len(PREFACE)
        self.of = {}

    def add(self, data):
        skipped = min(self._left, len(data))
        self._left -= skipped
        self._bytes += data[skipped:]
        while len(self._bytes) >= 9:
            parsed, length = Frame.parse_frame_header(memoryview(self._bytes[:9]))
            if len(self._bytes) < 9 + length:
                return
            notes = self.of.setdefault(parsed.stream_id, [])
            if len(notes) < NOTED:
                flags = " ".join(sorted(str(flag) for flag in parsed.flags))
                notes.append(f"{type(parsed).__name__[:-5]} {length} {flags}".strip())
            self._bytes = self._bytes[9 + length:]


class Exchange2:
    """One request of HTTP/2 and its answer."""

    def __init__(self, server, record):
        self.server = server
        self.record = record
        self.stream = record.stream
        self.gone = asyncio.Event()
        self.closes = False
        self.pieces = asyncio.Queue()
        self.count = BodyCount(record)
        self._over = False

    async def read(self):
        if self._over:
            return b""
        data, flow = await self.pieces.get()
        if data is None:
            self._over = True
            return b""
        if flow and not self.gone.is_set():
            self.server.library.acknowledge_received_data(flow, self.stream)
            await self.server.flush()
        return data

    def value(self, name):
        return next((v for n, v in self.record.fields if n == name), "")

    async def inform(self, status, fields=()):
        await self._head(status, fields, False)

    async def respond(self, status, fields=()):
        await self._head(status, fields, False)

    async def _head(self, status, fields, ends):
        pairs = [(b":status", str(status).encode())] + encoded(fields)
        self.server.library.send_headers(self.stream, pairs, end_stream=ends)
        await self.server.flush()

    async def send(self, data):
        library = self.server.library
        at = 0
        while at < len(data):
            window = 0
            while not self.gone.is_set():
                window = min(
                    library.local_flow_control_window(self.stream),
                    library.max_outbound_frame_size, len(data) - at)
                if window > 0:
                    break
                await self.server.wait_for_window()
            if self.gone.is_set():
                raise ConnectionResetError("the stream is gone")
            library.send_data(self.stream, data[at:at + window])
            at += window
            await self.server.flush()

    async def finish(self, trailers=()):
        if trailers:
            self.server.library.send_headers(self.stream, encoded(trailers), end_stream=True)
        else:
            self.server.library.end_stream(self.stream)
        await self.server.flush()

    async def cut(self, code=2):
        self.server.library.reset_stream(self.stream, code)
        await self.server.flush()
        self.closes = True

    async def go_away(self, last):
        """Says that requests beyond this one were not looked at, and takes no more."""
        goaway = GoAwayFrame(0)
        goaway.last_stream_id = last
        self.server.leaving = True
        self.server.writer.write(goaway.serialize())
        await self.server.flush()


def encoded(fields):
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in fields]


class Server2:
    """One connection."""

    def __init__(self, book, listening, behave, reader, writer, streams):
        self.book, self.listening, self.behave = book, listening, behave
        self.reader, self.writer = reader, writer
        self.connection = listening.connections
        self.notes = FrameNotes()
        self.exchanges = {}
        self.tasks = set()
        self.leaving = False
        self._window = asyncio.Condition()
        # What the gateway sends is checked; what we send may be as wrong as a test wants it.
        self.library = h2.connection.H2Connection(h2.config.H2Configuration(
            client_side=False, header_encoding="latin-1", validate_inbound_headers=True,
            normalize_inbound_headers=False, validate_outbound_headers=False,
            normalize_outbound_headers=False))
        self.most = streams

    async def flush(self):
        self.writer.write(self.library.data_to_send())
        await self.writer.drain()

    async def wait_for_window(self):
        async with self._window:
            await self._window.wait()

    async def run(self):
        self.library.initiate_connection()
        # Enforced by the library once it is acknowledged, and by refusing until then.
        self.library.update_settings(
            {h2.settings.SettingCodes.MAX_CONCURRENT_STREAMS: self.most})
        await self.flush()
        try:
            while data := await self.reader.read(65_536):
                self.notes.add(data)
                for event in self.library.receive_data(data):
                    self._handle(event)
                await self.flush()
                async with self._window:
                    self._window.notify_all()
                if self.leaving and not self.exchanges:
                    break
        except h2.exceptions.ProtocolError as error:
            self.listening.faults.append(f"{type(error).__name__}: {error}")
            await self.flush()
        except OSError:
            pass
        await self._lose_all()

    async def _lose_all(self):
        for exchange in list(self.exchanges.values()):
            self._lose(exchange, "cut")
        async with self._window:
            self._window.notify_all()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    def _lose(self, exchange, end):
        exchange.count.finish(end)
        exchange.gone.set()
        exchange.pieces.put_nowait((None, 0))

    def _handle(self, event):
        exchange = self.exchanges.get(getattr(event, "stream_id", None))
        if isinstance(event, h2.events.RequestReceived):
            self._begin(event)
        elif exchange is None:
            # Answered already: the rest of the body is of no use, but its window is.
            if isinstance(event, h2.events.DataReceived):
                self._give_back(event.stream_id, event.flow_controlled_length)
        elif isinstance(event, h2.events.DataReceived):
            exchange.count.add(event.data)
            exchange.pieces.put_nowait((event.data, event.flow_controlled_length))
        elif isinstance(event, h2.events.TrailersReceived):
            exchange.record.trailers = [list(pair) for pair in event.headers]
        elif isinstance(event, h2.events.StreamEnded):
            exchange.count.finish("complete")
            exchange.pieces.put_nowait((None, 0))
        elif isinstance(event, h2.events.StreamReset):
            self._lose(exchange, code_name(int(event.error_code)))

    def _give_back(self, stream, flow):
        try:
            if flow:
                self.library.acknowledge_received_data(flow, stream)
        except h2.exceptions.ProtocolError:
            pass

    def _begin(self, event):
        if len(self.exchanges) >= self.most:
            self.listening.refused += 1
            self.library.reset_stream(event.stream_id, h2.errors.ErrorCodes.REFUSED_STREAM)
            return
        fields = [list(pair) for pair in event.headers]
        pseudo = {name: value for name, value in fields if name.startswith(":")}
        record = Record(
            "http2", self.connection, event.stream_id, pseudo.get(":method"),
            pseudo.get(":path"), pseudo.get(":scheme"), pseudo.get(":authority"),
            [pair for pair in fields if not pair[0].startswith(":")],
            self.notes.of[event.stream_id], body_framing="frames")
        if ":protocol" in pseudo:
            record.body_framing = f"tunnel {pseudo[':protocol']}"
        self.book.records.append(record)
        exchange = Exchange2(self, record)
        self.exchanges[event.stream_id] = exchange
        listening = self.listening
        listening.requests += 1
        listening.under_way += 1
        listening.most_streams = max(listening.most_streams, len(self.exchanges))
        listening.most_requests = max(listening.most_requests, listening.under_way)
        task = asyncio.create_task(self._run(exchange))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _run(self, exchange):
        try:
            await self.behave(self.book, exchange)
        except OSError:
            pass
        except h2.exceptions.ProtocolError as error:
            if not exchange.gone.is_set() and not self.writer.is_closing():
                self.listening.faults.append(f"while answering: {error!r}")
        finally:
            self.listening.under_way -= 1
            self.exchanges.pop(exchange.stream, None)
            exchange.record.end = exchange.record.end or "unread"
            while not exchange.pieces.empty():
                self._give_back(exchange.stream, exchange.pieces.get_nowait()[1])
            await self.book.note_change()
            if self.leaving and not self.exchanges:
                self.writer.close()


async def serve(book, name, behave, reader, writer, streams=100):
    """Serves a connection."""
    listening = book.listener(name)
    listening.connections += 1
    listening.open += 1
    try:
        await Server2(book, listening, behave, reader, writer, streams).run()
    finally:
        listening.open -= 1
        writer.close()
