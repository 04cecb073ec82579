# Runs the load generators, all on the core that the proxy does not use, and reads their output.

import json
import os
import re
import select
import subprocess
import sys
import time

from processes import end_with_parent, pinned, run_bounded

HERE = os.path.dirname(os.path.abspath(__file__))
HANDSHAKE_CLIENTS = 8
IDLE_CLIENTS = 4
STREAMS_WARM_UP_SECONDS = 2

# Left to themselves, the proxies choose different ciphers from one and the same offer, so
# every client offers one: the cipher that TLS 1.3 requires of all, and that browsers lead to.
OPENSSL_CONFIGURATION = """openssl_conf = all
[all]
ssl_conf = ssl
[ssl]
system_default = tls
[tls]
MinProtocol = TLSv1.3
Ciphersuites = TLS_AES_128_GCM_SHA256
Groups = X25519
"""
CIPHER = "TLS_AES_128_GCM_SHA256"


class LoadFailed(Exception):
    """The load did not go as it must for its figures to count."""


class Load:
    def __init__(self, core, folder):
        self._core = core
        self._folder = folder
        configuration = os.path.join(folder, "openssl.cnf")
        with open(configuration, "w") as file:
            file.write(OPENSSL_CONFIGURATION)
        self._environment = {"OPENSSL_CONF": configuration}

    def wrk(self, url, script, seconds, connections, *arguments, threads=1):
        """Closed-loop load over kept connections; returns the number of requests answered."""
        command = ["wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds:g}s", "--timeout", "10s",
                   "-s", os.path.join(HERE, script), url, "--", *arguments]
        output = run_bounded(self._core, command, seconds + 30, self._environment)
        return _wrk_answered(output)

    def http2(self, url, seconds, connections, streams, *arguments, answer_bytes=0):
        """Closed-loop HTTP/2; returns the number of requests answered."""
        command = ["h2load", "-t1", f"-c{connections}", f"-m{streams}", "-D", f"{seconds:g}",
                   "-H", "x-user-id: user-1", "--tls13-ciphers", CIPHER, "--groups", "X25519",
                   *arguments, url]
        output = run_bounded(self._core, command, seconds + 30)
        if "Application protocol: h2" not in output:
            raise LoadFailed("h2load: HTTP/2 was not negotiated")
        return _h2load_answered(output, connections * streams, answer_bytes)

    def streams(self, client, port, protocol, connections, streams_each, interval, seconds,
                window):
        """Holds event streams open; returns the client's figures of the measured seconds.

        `window` is started, with the client's process id, and stopped with them."""
        warm_up = STREAMS_WARM_UP_SECONDS
        process = self._piped([client, port, protocol, connections, streams_each, interval,
                               warm_up, seconds])
        deadline = time.monotonic() + warm_up + seconds + 60
        try:
            began = _next_line(process, deadline)
            window.start(process.pid)
            _next_line(process, deadline)
            window.stop()
            figures = _next_line(process, deadline)
        finally:
            _end([process])
        if began["cipher"] != CIPHER:
            raise LoadFailed("another cipher was negotiated")
        return figures

    def steady(self, url, rate, seconds, connections, *arguments):
        """Requests at a steady rate; returns p50 and p99 of their latency in microseconds."""
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds:g}s", "--timeout", "10s",
                   "-s", os.path.join(HERE, "steady.lua"), url, "--", rate, *arguments]
        output = run_bounded(self._core, command, seconds + 30, self._environment)
        achieved = _wrk_answered(output) / seconds
        if abs(achieved - rate) > 0.03 * rate:
            raise LoadFailed(f"wrk: {achieved:.0f} requests a second instead of {rate}")
        found = re.search(r"microseconds p50 (\d+) p99 (\d+)", output)
        return int(found.group(1)), int(found.group(2))

    def handshakes(self, port, mode, seconds):
        """Handshakes from several clients at once; returns how many were made."""
        clients = [self._client(mode, port, "--seconds", seconds)
                   for _ in range(HANDSHAKE_CLIENTS)]
        deadline = time.monotonic() + seconds + 30
        try:
            results = [_next_line(client, deadline) for client in clients]
        finally:
            _end(clients)
        total = sum(result["count"] for result in results)
        resumed = sum(result["resumed"] for result in results)
        if resumed != (total if mode == "resumed" else 0):
            raise LoadFailed(f"{resumed} of {total} handshakes were resumed ones")
        if any(result["cipher"] != CIPHER for result in results):
            raise LoadFailed("another cipher was negotiated")
        unclosed = sum(result["unclosed"] for result in results)
        if unclosed:
            raise LoadFailed(f"{unclosed} of {total} connections were not closed cleanly")
        return total

    def idle(self, port, count, measure):
        """Holds `count` idle connections open while `measure` runs; returns its result."""
        clients = [self._client("idle", port, "--count", count // IDLE_CLIENTS)
                   for _ in range(IDLE_CLIENTS)]
        deadline = time.monotonic() + 120
        try:
            opened = sum(_next_line(client, deadline)["count"] for client in clients)
            measured = measure()
            for client in clients:
                client.stdin.write("done\n")
                client.stdin.flush()
            still = sum(_next_line(client, deadline)["open"] for client in clients)
        finally:
            _end(clients)
        if still != opened:
            raise LoadFailed(f"the proxy closed {opened - still} of {opened} idle connections")
        return measured

    def _client(self, mode, port, *arguments):
        return self._piped([
            sys.executable, os.path.join(HERE, "tls_client.py"), mode, port, *arguments])

    def _piped(self, command):
        return subprocess.Popen(
            pinned(self._core, command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, **self._environment}, start_new_session=True,
            preexec_fn=end_with_parent)


def _wrk_answered(output):
    for trouble in ("Socket errors", "Non-2xx"):
        if trouble in output:
            line = next(line for line in output.splitlines() if trouble in line)
            raise LoadFailed(f"wrk: {line.strip()}")
    found = re.search(r"(\d+) requests in", output)
    if not found or int(found.group(1)) == 0:
        raise LoadFailed("wrk: no request was answered")
    return int(found.group(1))


def _h2load_answered(output, under_way, answer_bytes):
    found = re.search(
        r"requests: \d+ total, (\d+) started, (\d+) done, (\d+) succeeded, (\d+) failed, "
        r"(\d+) errored", output)
    started, done, answered, failed, errored = map(int, found.groups()) if found else (0,) * 5
    if answered == 0:
        raise LoadFailed("h2load: no request was answered")
    if failed or errored or answered != done:
        raise LoadFailed(f"h2load: {found.group(0)}")
    # h2load makes no new connection for one that a proxy has ended with GOAWAY.
    if started - done < under_way:
        raise LoadFailed(f"h2load: only {started - done} of {under_way} streams were still in "
                         "use at the end: the proxy ended connections")
    data = re.search(r"\((\d+)\) data", output)
    if not data or int(data.group(1)) < answered * answer_bytes:
        raise LoadFailed(f"h2load: {answered} answers with too few bytes in them")
    return answered


def _next_line(client, deadline):
    ready, _, _ = select.select([client.stdout], [], [], max(0, deadline - time.monotonic()))
    line = client.stdout.readline() if ready else ""
    if not line:
        raise LoadFailed("a client ended or did not answer in time")
    result = json.loads(line)
    if "error" in result:
        raise LoadFailed(f"client: {result['error']}")
    return result


def _end(clients):
    for client in clients:
        if client.poll() is None:
            client.terminate()
    for client in clients:
        try:
            client.wait(5)
        except subprocess.TimeoutExpired:
            client.kill()
            client.wait()
        client.stdin.close()
        client.stdout.close()
