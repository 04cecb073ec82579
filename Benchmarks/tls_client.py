# A TLS client that opens many connections: full or resumed handshakes, or idle ones held open.

import argparse
import json
import select
import socket
import ssl
import sys
import time

PATIENCE_SECONDS = 5
REQUEST = (b"GET %s HTTP/1.1\r\nhost: localhost\r\nx-user-id: %s\r\n"
           b"content-length: 0\r\n%s\r\n")


def client_context():
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    return context


class Connection:
    """A TLS session over a blocking socket; its memory can be let go with the socket left open."""

    def __init__(self, context, port, session=None):
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(
            self._incoming, self._outgoing, server_hostname="localhost", session=session)
        try:
            self._until_done(self.tls.do_handshake)
            # The last flight of a full handshake is still in the buffer.
            self.flush()
        except BaseException:
            self.socket.close()
            raise

    def flush(self):
        if self._outgoing.pending:
            self.socket.sendall(self._outgoing.read())

    def _feed(self):
        received = self.socket.recv(65_536)
        if received:
            self._incoming.write(received)
        else:
            self._incoming.write_eof()
        return len(received)

    def _until_done(self, act, *arguments):
        while True:
            try:
                return act(*arguments)
            except ssl.SSLWantReadError:
                self.flush()
                if not self._feed():
                    raise ConnectionResetError("the proxy closed the connection") from None

    def request(self, path, closing=False):
        """Sends one request and returns status, headers and body."""
        last = b"connection: close\r\n" if closing else b""
        user = str(self.socket.getsockname()[1]).encode()
        self.tls.write(REQUEST % (path.encode(), user, last))
        self.flush()
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self._read_some()
        head, _, body = answer.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
        while len(body) < int(headers.get("content-length", 0)):
            body += self._read_some()
        return int(lines[0].split()[1]), headers, body

    def _read_some(self):
        part = self._until_done(self.tls.read, 65_536)
        if not part:
            raise ConnectionResetError("the proxy closed the connection in an answer")
        return part

    def end(self):
        """Says close_notify and waits for the proxy to close, so that it has seen everything."""
        try:
            self.tls.unwrap()
        except ssl.SSLError:
            pass
        self.flush()
        closed = False
        try:
            while self._feed():
                pass
            closed = True
            self.tls.read(1)
        except (ssl.SSLError, OSError):
            pass
        finally:
            self.socket.close()
        return closed


def fetch(port, path):
    connection = Connection(client_context(), port)
    try:
        return connection.request(path, closing=True)
    finally:
        connection.socket.close()


def handshakes(port, seconds, resume):
    """Handshakes one after the other; returns how many, how many resumed, and what failed."""
    context, session = client_context(), None
    if resume:
        first = Connection(context, port)
        first.request("/small")
        session = first.tls.session
        first.end()
        if session is None or not session.has_ticket:
            return {"error": "the proxy gives no session ticket"}
    count = resumed = unclosed = 0
    cipher = ""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        connection = Connection(context, port, session)
        cipher = connection.tls.cipher()[0]
        resumed += connection.tls.session_reused
        unclosed += not connection.end()
        count += 1
        # Each ticket is used once, as long as the proxy hands out new ones.
        newest = connection.tls.session if resume else None
        if newest is not None and newest.has_ticket:
            session = newest
    return {"count": count, "resumed": resumed, "unclosed": unclosed, "cipher": cipher}


def idle(port, count):
    """Opens connections that each made one request, and keeps their sockets."""
    context, kept = client_context(), []
    for _ in range(count):
        connection = Connection(context, port)
        status = connection.request("/small")[0]
        if status != 200:
            raise OSError(f"a request was answered {status}")
        kept.append(connection.socket)
    return kept


def still_open(sockets):
    """How many of the sockets the proxy has not closed."""
    closed = 0
    poller = select.poll()
    for each in sockets:
        poller.register(each, select.POLLIN | select.POLLRDHUP)
    for _, event in poller.poll(0):
        closed += bool(event & (select.POLLHUP | select.POLLRDHUP | select.POLLERR))
    return len(sockets) - closed


def work(arguments):
    """What one worker process does; its results are lines of JSON."""
    try:
        if arguments.mode == "idle":
            sockets = idle(arguments.port, arguments.count)
            print(json.dumps({"count": len(sockets)}), flush=True)
            # The harness measures now, and says when it has.
            sys.stdin.readline()
            return {"open": still_open(sockets)}
        return handshakes(arguments.port, arguments.seconds, arguments.mode == "resumed")
    except OSError as error:
        return {"error": str(error) or type(error).__name__}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("mode", choices=["full", "resumed", "idle"])
    parser.add_argument("port", type=int)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--count", type=int, default=0)
    print(json.dumps(work(parser.parse_args())), flush=True)


if __name__ == "__main__":
    main()
