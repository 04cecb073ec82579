"""The HTTP/1.1 side of the upstream: it takes messages as they are, and answers as it is told."""

import asyncio

from records import BodyCount, Record

# As much is read ahead of whoever wants it; then the client has to wait.
AHEAD = 64 * 1024


class Inbound:
    """What a client sends, read ahead a little so that its going away is noticed."""

    def __init__(self, reader):
        self._reader = reader
        self._bytes = bytearray()
        self._over = False
        self._change = asyncio.Condition()
        self.gone = asyncio.Event()
        self._pump = asyncio.create_task(self._run())

    async def _run(self):
        while True:
            try:
                data = await self._reader.read(AHEAD)
            except OSError:
                data = b""
            async with self._change:
                self._bytes += data
                self._over = not data
                self._change.notify_all()
                if self._over:
                    self.gone.set()
                    return
                await self._change.wait_for(lambda: len(self._bytes) < AHEAD)

    async def _wait(self, condition):
        async with self._change:
            await self._change.wait_for(lambda: condition() or self._over)
            if not condition():
                raise asyncio.IncompleteReadError(bytes(self._bytes), None)

    async def until(self, mark):
        """What stands before a mark; the mark is taken too."""
        await self._wait(lambda: mark in self._bytes)
        data, _, _ = bytes(self._bytes).partition(mark)
        await self._drop(len(data) + len(mark))
        return data

    async def some(self, most):
        """At least one byte, at most so many; b"" at the end."""
        async with self._change:
            await self._change.wait_for(lambda: self._bytes or self._over)
        data = bytes(self._bytes[:most])
        await self._drop(len(data))
        return data

    async def _drop(self, count):
        del self._bytes[:count]
        async with self._change:
            self._change.notify_all()

    def close(self):
        self._pump.cancel()


class Exchange1:
    """One request of HTTP/1.1 and its answer."""

    def __init__(self, record, head, inbound, writer):
        self.record = record
        self.head = head
        self.inbound = inbound
        self.writer = writer
        self.gone = inbound.gone
        self.closes = False
        self._chunks = False
        self._count = BodyCount(record)
        self._body = self._pieces()
        self._informed = False

    async def read(self):
        """The next piece of the body; b"" at its end."""
        if self.value("expect").lower() == "100-continue" and not self._informed:
            await self.inform(100)
        try:
            data = await anext(self._body, b"")
        except asyncio.IncompleteReadError:
            self._count.finish("cut")
            raise
        self._count.add(data)
        if not data:
            self._count.finish("complete")
        return data

    def value(self, name):
        return next((v for n, v in self.record.fields if n.lower() == name), "")

    async def _pieces(self):
        if self.value("transfer-encoding"):
            async for piece in self._chunked():
                yield piece
            return
        left = int(self.value("content-length") or 0)
        while left:
            data = await self.inbound.some(min(left, AHEAD))
            if not data:
                raise asyncio.IncompleteReadError(b"", left)
            left -= len(data)
            yield data

    async def _chunked(self):
        while size := int(await self.inbound.until(b"\r\n"), 16):
            while size:
                data = await self.inbound.some(min(size, AHEAD))
                if not data:
                    raise asyncio.IncompleteReadError(b"", size)
                size -= len(data)
                yield data
            await self.inbound.until(b"\r\n")
        while line := await self.inbound.until(b"\r\n"):
            name, _, value = line.decode("latin-1").partition(":")
            self.record.trailers.append([name, value.strip()])

    async def inform(self, status, fields=()):
        self._informed = True
        await self._write(head_bytes(status, fields))

    async def respond(self, status, fields=()):
        """The final head. Without a length the body is chunked, if there can be one."""
        fields = list(fields)
        names = {name.lower() for name, _ in fields}
        bodyless = self.record.method == "HEAD" or status in (204, 304)
        if not bodyless and not names & {"content-length", "transfer-encoding"}:
            fields.append(("transfer-encoding", "chunked"))
        self._chunks = not bodyless and any(
            (name.lower(), value) == ("transfer-encoding", "chunked") for name, value in fields)
        self.closes = self.closes or any(
            (name.lower(), value) == ("connection", "close") for name, value in fields)
        await self._write(head_bytes(status, fields))

    async def send(self, data):
        if not data:
            return
        await self._write(b"%x\r\n%b\r\n" % (len(data), data) if self._chunks else data)

    async def finish(self, trailers=()):
        if self._chunks:
            lines = b"".join(line_bytes(name, value) for name, value in trailers)
            await self._write(b"0\r\n" + lines + b"\r\n")

    async def cut(self, _code=0):
        """Ends the connection in the middle."""
        self.closes = True
        self.writer.close()

    async def _write(self, data):
        self.writer.write(data)
        await self.writer.drain()


def line_bytes(name, value):
    return f"{name}: {value}\r\n".encode("latin-1")


def head_bytes(status, fields):
    lines = b"".join(line_bytes(name, value) for name, value in fields)
    return f"HTTP/1.1 {status} By the Test\r\n".encode() + lines + b"\r\n"


async def serve(book, name, behave, reader, writer):
    """Serves a connection."""
    listening = book.listener(name)
    listening.connections += 1
    listening.open += 1
    connection = listening.connections
    inbound = Inbound(reader)
    try:
        while await serve_one(book, listening, connection, behave, inbound, writer):
            pass
    except (asyncio.IncompleteReadError, OSError):
        pass
    finally:
        listening.open -= 1
        inbound.close()
        writer.close()


async def serve_one(book, listening, connection, behave, inbound, writer):
    """Serves a request; whether another may follow."""
    head = await inbound.until(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    method, target, _ = lines[0].split(" ")
    fields = [[name, value.strip()] for name, _, value in (x.partition(":") for x in lines[1:])]
    named = {name.lower(): value for name, value in fields}
    record = Record(
        "http1", connection, 0, method, target, None, named.get("host"), fields, lines[:1])
    record.body_framing = "chunked" if "transfer-encoding" in named else (
        "length" if "content-length" in named else "none")
    book.records.append(record)
    listening.requests += 1
    listening.under_way += 1
    listening.most_requests = max(listening.most_requests, listening.under_way)
    exchange = Exchange1(record, head + b"\r\n\r\n", inbound, writer)
    try:
        await behave(book, exchange)
        while not exchange.closes and await exchange.read():
            pass
    except (asyncio.IncompleteReadError, OSError):
        exchange.closes = True
    finally:
        listening.under_way -= 1
        record.end = record.end or ("cut" if exchange.gone.is_set() else "unread")
        await book.note_change()
    return not exchange.closes
