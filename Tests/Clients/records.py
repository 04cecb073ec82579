"""What an upstream has seen, and the gates at which its answers wait for a test's word."""

import asyncio
import hashlib
from dataclasses import dataclass, field

# Every request that a test asks about carries this field with a value of its own.
TEST_ID = "x-test-id"


@dataclass
class Record:
    """One request as it arrived, before anything is made of it."""

    protocol: str
    connection: int
    stream: int
    method: str
    target: str
    scheme: str | None
    authority: str | None
    # Names and values in their order and case, pseudo-header fields left out.
    fields: list
    # The request line, or the kinds of frames of the stream in their order.
    wire: list
    body_bytes: int = 0
    body_digest: str = ""
    body_framing: str = "none"
    trailers: list = field(default_factory=list)
    # How the request ended: "complete", "cut", or the code of its reset; "" while under way.
    end: str = ""

    @property
    def test(self):
        return next((value for name, value in self.fields if name.lower() == TEST_ID), "")


class Gate:
    """Answers wait here until they are let through, one by one."""

    def __init__(self):
        self.permits = asyncio.Semaphore(0)
        self.arrivals = 0
        self.departures = 0
        self.change = asyncio.Condition()

    async def pass_through(self):
        async with self.change:
            self.arrivals += 1
            self.change.notify_all()
        try:
            await self.permits.acquire()
        finally:
            async with self.change:
                self.departures += 1
                self.change.notify_all()

    async def wait_for_arrivals(self, count):
        async with self.change:
            await self.change.wait_for(lambda: self.arrivals >= count)


@dataclass
class Listening:
    """What one listener has been through."""

    connections: int = 0
    open: int = 0
    requests: int = 0
    # Requests beyond the limit, sent before it was known.
    refused: int = 0
    # The most requests at one time: on one connection, and on all of them.
    most_streams: int = 0
    most_requests: int = 0
    under_way: int = 0
    # What clients did that they must not, in the words of the protocol's library.
    faults: list = field(default_factory=list)


class Book:
    """Everything that one upstream process remembers."""

    def __init__(self):
        self.records = []
        self.gates = {}
        self.listeners = {}
        self.attempts = {}
        self._change = asyncio.Condition()

    def gate(self, name):
        return self.gates.setdefault(name, Gate())

    def listener(self, name):
        return self.listeners.setdefault(name, Listening())

    def attempt(self, test):
        """How often a request with this test's id has come, this time included."""
        self.attempts[test] = self.attempts.get(test, 0) + 1
        return self.attempts[test]

    async def note_change(self):
        async with self._change:
            self._change.notify_all()

    def of(self, test):
        return [record for record in self.records if record.test == test]

    async def wait_for_end(self, test, count):
        """Waits until so many requests of a test have ended, one way or the other."""
        async with self._change:
            await self._change.wait_for(
                lambda: len([record for record in self.of(test) if record.end]) >= count)


class BodyCount:
    """Counts a body and makes its digest."""

    def __init__(self, record):
        self._record = record
        self._hash = hashlib.sha256()

    def add(self, data):
        self._hash.update(data)
        self._record.body_bytes += len(data)

    def finish(self, end):
        self._record.body_digest = self._hash.hexdigest()
        if not self._record.end:
            self._record.end = end


def pattern(size, start=0):
    """Bytes that differ enough from place to place that a lost or doubled piece shows."""
    block = b"".join(index.to_bytes(4, "big") for index in range(start, start + 4096))
    return (block * (size // len(block) + 1))[:size]


def digest(data):
    return hashlib.sha256(data).hexdigest()
