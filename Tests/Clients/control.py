"""Asks the upstream what it has seen, and lets its answers through."""

import http.client
import json

from channel import SECONDS


class Control:
    """The upstream's control port. What waits there waits for the thing itself to happen."""

    def __init__(self, port):
        self.port = int(port)

    def _ask(self, path, seconds=SECONDS):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            connection.request("GET", path)
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()

    def records(self, test):
        """The requests with this test's id so far."""
        return self._ask(f"/records/{test}")

    def ended(self, test, count=1):
        """The requests of a test, once so many of them have ended."""
        return self._ask(f"/ended/{test}/{count}")

    def release(self, name, count=1):
        """Lets so many more through a gate."""
        self._ask(f"/release/{name}/{count}")

    def arrived(self, name, count=1):
        """Waits until so many have come to a gate."""
        self._ask(f"/arrived/{name}/{count}")

    def departed(self, name, count=1):
        """Waits until so many have left a gate, let through or given up."""
        self._ask(f"/departed/{name}/{count}")

    def gate(self, name):
        return self._ask(f"/gate/{name}")

    def listeners(self):
        return self._ask("/listeners")
