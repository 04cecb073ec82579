"""A connection to a server, with TLS or without, that neither waits for ever nor hides its end."""

import select
import socket
import ssl
import struct
import time

# The deadline of every wait that names no other. Generous: machines may be slow, and busy.
SECONDS = 30.0


class Place:
    """Where a server is, and how it is known: `certificate` is a file of the roots to trust."""

    def __init__(self, address, certificate=None, name="localhost"):
        host, _, port = address.rpartition(":")
        self.host, self.port = host, int(port)
        self.certificate = certificate
        self.name = name

    @property
    def authority(self):
        return f"{self.name}:{self.port}"


class Late(Exception):
    """Something did not come about in time."""


class Gone(Exception):
    """The other side has closed the connection while we were still sending."""


class Channel:
    """Bytes to and from a server. Sending takes in what comes meanwhile, so that no two sides
    ever wait for each other."""

    def __init__(self, place, protocols=("h2",), received_bytes=None):
        raw = socket.socket(socket.AF_INET)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if received_bytes is not None:
            # Before connecting: the window that is offered depends on it.
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, received_bytes)
        raw.settimeout(SECONDS)
        raw.connect((place.host, place.port))
        self.protocol = None
        self._socket = raw
        if place.certificate:
            context = ssl.create_default_context(cafile=place.certificate)
            if protocols:
                context.set_alpn_protocols(list(protocols))
            self._socket = context.wrap_socket(
                raw, server_hostname=place.name, suppress_ragged_eofs=False)
            self.protocol = self._socket.selected_alpn_protocol()
        self._socket.setblocking(False)
        self._backlog = b""
        # How the other side ended: "closed" (orderly), "cut" (TLS without its end) or "reset".
        self.ending = None

    def send(self, data, seconds=SECONDS):
        """Sends all of it, or raises Gone if the other side has gone, Late if it takes nothing."""
        deadline = time.monotonic() + seconds
        rest = memoryview(data)
        while rest:
            writes = True
            try:
                rest = rest[self._socket.send(rest):]
                continue
            except (ssl.SSLWantWriteError, BlockingIOError):
                pass
            except ssl.SSLWantReadError:
                writes = False
            except (OSError, ssl.SSLError) as error:
                # What the other side said before it went may still be read.
                raise Gone(str(error)) from error
            left = deadline - time.monotonic()
            if left <= 0:
                raise Late(f"{len(rest)} bytes were not taken within {seconds} s")
            readable, _, _ = select.select(
                [self._socket], [self._socket] if writes else [], [], left)
            if readable and self.ending is None:
                self._backlog += self._take() or b""
            elif self.ending is not None:
                raise Gone(self.ending)

    def receive(self, seconds=SECONDS):
        """What has come, at least a byte; b"" at the end, None if nothing came in time."""
        if self._backlog:
            data, self._backlog = self._backlog, b""
            return data
        deadline = time.monotonic() + seconds
        while self.ending is None:
            data = self._take()
            if data:
                return data
            if self.ending is not None:
                break
            left = deadline - time.monotonic()
            if left <= 0:
                return None
            select.select([self._socket], [], [], left)
        return b""

    @property
    def over(self):
        """Whether it has ended, and everything before that has been received."""
        return self.ending is not None and not self._backlog

    def _take(self):
        """What is there, without waiting; None if nothing is."""
        try:
            data = self._socket.recv(1 << 18)
            if data == b"":
                self.ending = "closed"
            return data
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError, BlockingIOError):
            return None
        except (OSError, ssl.SSLError) as error:
            self._note_end(error)
            return None

    def _note_end(self, error):
        if self.ending is None:
            self.ending = "cut" if isinstance(error, ssl.SSLEOFError) else "reset"

    def finish_sending(self):
        """Ends our direction of the connection, below TLS."""
        try:
            socket.socket.shutdown(self._socket, socket.SHUT_WR)
        except OSError:
            pass

    def reset(self):
        """Leaves without a word: a plain end might be one direction's alone."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._socket.close()

    def close(self):
        self._socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
