"""A client of HTTP/1.1 that sends what it is given, byte for byte, and reads strictly."""

import time

from channel import SECONDS, Channel, Late


class Broken(Exception):
    """The answer ended before its end."""


class Connection1:
    """An HTTP/1.1 connection of a client."""

    def __init__(self, place):
        self.place = place
        self.channel = Channel(place, ("http/1.1",))
        self._bytes = b""

    def send(self, data):
        self.channel.send(data)

    def send_head(self, method, target, fields):
        """A head; names and values as they are."""
        lines = [f"{method} {target} HTTP/1.1", f"Host: {self.place.authority}"]
        lines += [f"{name}: {value}" for name, value in fields]
        self.send(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))

    def send_chunk(self, data):
        self.send(b"%x\r\n%b\r\n" % (len(data), data))

    def send_last_chunk(self, trailers=()):
        lines = "".join(f"{name}: {value}\r\n" for name, value in trailers)
        self.send(b"0\r\n" + lines.encode("latin-1") + b"\r\n")

    def _more(self, deadline):
        left = deadline - time.monotonic()
        data = self.channel.receive(left) if left > 0 else None
        if data is None:
            raise Late("an answer")
        if not data:
            raise Broken(f"the connection was {self.channel.ending}")
        self._bytes += data

    def read_until(self, mark, seconds=SECONDS):
        deadline = time.monotonic() + seconds
        while mark not in self._bytes:
            self._more(deadline)
        data, _, self._bytes = self._bytes.partition(mark)
        return data

    def read_exactly(self, count, seconds=SECONDS):
        deadline = time.monotonic() + seconds
        while len(self._bytes) < count:
            self._more(deadline)
        data, self._bytes = self._bytes[:count], self._bytes[count:]
        return data

    def read_some(self, seconds=SECONDS):
        """At least a byte of what follows."""
        deadline = time.monotonic() + seconds
        while not self._bytes:
            self._more(deadline)
        data, self._bytes = self._bytes, b""
        return data

    def rest(self):
        """What came before the end that broke off."""
        data, self._bytes = self._bytes, b""
        return data

    def read_head(self):
        """A status and its fields."""
        lines = self.read_until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        version, status, _ = (lines[0] + "  ").split(" ", 2)
        if version != "HTTP/1.1":
            raise Broken(f"no status line: {lines[0]!r}")
        return int(status), [
            (name, value.strip()) for name, _, value in (line.partition(":") for line in lines[1:])]

    def read_chunk(self):
        """A chunk's bytes; b"" for the last one, whose trailers are left to read."""
        size = int(self.read_until(b"\r\n"), 16)
        if not size:
            return b""
        data = self.read_exactly(size)
        if self.read_exactly(2) != b"\r\n":
            raise Broken("a chunk without its end")
        return data

    def read_trailers(self):
        trailers = []
        while line := self.read_until(b"\r\n").decode("latin-1"):
            name, _, value = line.partition(":")
            trailers.append((name, value.strip()))
        return trailers

    def close(self):
        self.channel.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
