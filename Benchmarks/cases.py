# The cases of the comparison: what each one does to a proxy, and what it returns.

import time
from typing import Callable, NamedTuple

from measure import (CpuWindow, open_descriptors, peak_kib, proportional_kib, reset_peak,
                     resident_kib)
from load import LoadFailed
from grpc_upstream import ANSWER_BYTES, HEADERS, METHOD
from stream_upstream import INTERVAL_MILLISECONDS, STREAMS, STREAMS_EACH
from upstream import UPLOAD_BYTES

SMALL_CONNECTIONS = 64
LARGE_CONNECTIONS = 16
UPLOAD_CONNECTIONS = 4
STEADY_RATE = 5_000
STEADY_CONNECTIONS = 64
HTTP2_CONNECTIONS, HTTP2_STREAMS = 16, 8
IDLE_WANTED = 10_000
WARM_UP_SECONDS = 1
IDLE_SETTLE_SECONDS = 1


class Target(NamedTuple):
    """Sluice's figure over that of the best of `rivals`; without rivals, the figure itself."""

    rivals: tuple
    at_most: float | None


class Figure(NamedTuple):
    """One row of the table: where its values come from and what is wanted of them."""

    key: str
    title: str
    targets: tuple


class Case(NamedTuple):
    name: str
    run: Callable
    figures: tuple
    upstream: str = "http1"


def _cpu_per_request(bench, proxy, load):
    """Runs the load twice, first to warm up, and counts what the second run costs."""
    load(WARM_UP_SECONDS)
    window = CpuWindow(proxy.process.pid).start()
    began = time.monotonic()
    requests = load(bench.seconds)
    elapsed = time.monotonic() - began
    return _per_request(window.stop(), requests, elapsed)


def _per_request(spent, requests, elapsed):
    return {
        "cpu": spent.microseconds / requests,
        "user_share": spent.user_share,
        "waiting_share": spent.waiting_share,
        "rate": requests / elapsed,
        "busy_share": spent.microseconds / 1e6 / elapsed,
    }


def _small(bench, proxy):
    return _cpu_per_request(bench, proxy, lambda seconds: bench.load.wrk(
        proxy.url("/small"), "small.lua", seconds, SMALL_CONNECTIONS))


def _large(bench, proxy):
    return _cpu_per_request(bench, proxy, lambda seconds: bench.load.wrk(
        proxy.url("/large"), "small.lua", seconds, LARGE_CONNECTIONS))


def _upload(bench, proxy):
    # From before the first body: what a warm-up left behind would hide what bodies cost.
    pid = proxy.process.pid
    before = resident_kib(pid)
    reset_peak(pid)
    result = _cpu_per_request(bench, proxy, lambda seconds: bench.load.wrk(
        proxy.url("/upload"), "upload.lua", seconds, UPLOAD_CONNECTIONS, UPLOAD_BYTES,
        threads=UPLOAD_CONNECTIONS))
    result["growth"] = max(0, peak_kib(pid) - before) / 1024
    return result


def _full(bench, proxy):
    return _cpu_per_request(
        bench, proxy, lambda seconds: bench.load.handshakes(proxy.port, "full", seconds))


def _resumed(bench, proxy):
    return _cpu_per_request(
        bench, proxy, lambda seconds: bench.load.handshakes(proxy.port, "resumed", seconds))


def _http2(bench, proxy):
    return _cpu_per_request(bench, proxy, lambda seconds: bench.load.http2(
        proxy.url("/small"), seconds, HTTP2_CONNECTIONS, HTTP2_STREAMS))


def _grpc(bench, proxy):
    return _cpu_per_request(bench, proxy, lambda seconds: bench.load.http2(
        proxy.url(METHOD), seconds, HTTP2_CONNECTIONS, HTTP2_STREAMS, *HEADERS,
        "--data", bench.upstreams["grpc"].question, answer_bytes=ANSWER_BYTES))


class _StreamsWindow:
    """What a proxy and its load spend in the measured seconds, and its memory at their end."""

    def __init__(self, proxy, upstream):
        self._proxy = proxy
        self._windows = [CpuWindow(proxy), CpuWindow(upstream)]

    def start(self, client):
        self._windows = [*self._windows[:2], CpuWindow(client)]
        for window in self._windows:
            window.start()

    def stop(self):
        self.spent, *load = [window.stop() for window in self._windows]
        self.load_microseconds = sum(spent.microseconds for spent in load)
        self.resident = resident_kib(self._proxy)


def _streams(bench, proxy, protocol, connections, streams_each):
    pid = proxy.process.pid
    before = resident_kib(pid)
    upstream = bench.upstreams["streams"]
    window = _StreamsWindow(pid, upstream.process.pid)
    seen = bench.load.streams(
        upstream.client, proxy.port, protocol, connections, streams_each, INTERVAL_MILLISECONDS,
        bench.seconds, window)
    return {
        **_per_request(window.spent, seen["arrived"], bench.seconds),
        "resident": (window.resident - before) / (connections * streams_each),
        "missing": 100 * (1 - seen["arrived_due"] / seen["due"]),
        "late": seen["p99"] / 1e3,
        "load_share": window.load_microseconds / 1e6 / bench.seconds,
    }


def _streams_http1(bench, proxy):
    return _streams(bench, proxy, "http1", STREAMS, 1)


def _streams_http2(bench, proxy):
    return _streams(bench, proxy, "http2", STREAMS // STREAMS_EACH, STREAMS_EACH)


def _idle(bench, proxy):
    pid = proxy.process.pid
    resident, proportional = resident_kib(pid), proportional_kib(pid)
    descriptors = open_descriptors(pid)

    def measure():
        time.sleep(IDLE_SETTLE_SECONDS)
        held = open_descriptors(pid) - descriptors
        if held < 0.99 * bench.idle_connections:
            raise LoadFailed(f"the proxy holds only {held} connections")
        return {
            "resident": (resident_kib(pid) - resident) / bench.idle_connections,
            "proportional": (proportional_kib(pid) - proportional) / bench.idle_connections,
        }

    return bench.load.idle(proxy.port, bench.idle_connections, measure)


def _latency(bench, proxy):
    """What the proxy adds to the latency of the upstream asked directly in the same round."""
    bench.load.steady(proxy.url("/small"), STEADY_RATE, WARM_UP_SECONDS, STEADY_CONNECTIONS)
    window = CpuWindow(proxy.process.pid).start()
    median, tail = bench.load.steady(
        proxy.url("/small"), STEADY_RATE, bench.seconds, STEADY_CONNECTIONS)
    spent = window.stop()
    direct_median, direct_tail = bench.direct_latency()
    return {
        "p50": median - direct_median,
        "p99": tail - direct_tail,
        "waiting_share": spent.waiting_share,
    }


def direct_latency(bench):
    """The latency of the upstream itself, without a proxy and without TLS."""
    url = f"http://127.0.0.1:{bench.upstream.first}/small"
    return bench.load.steady(url, STEADY_RATE, bench.seconds, STEADY_CONNECTIONS)


def _streams_figures(clients):
    title = f"{STREAMS:,} event streams, an event each {INTERVAL_MILLISECONDS} ms, {clients}"
    return (
        Figure("cpu", f"{title}: CPU µs an event", (Target(("haproxy",), 1.0),)),
        Figure("resident", f"{title}: resident KiB (RSS) a stream",
               (Target(("haproxy",), None),)),
        Figure("late", f"{title}: p99 from due to arrived, ms", (Target(("haproxy",), None),)),
        # Half a second late is missing.
        Figure("missing", f"{title}: events that did not arrive, %", (Target((), 0.1),)))


ALL = {case.name: case for case in (
    Case("small", _small, (Figure(
        "cpu", f"small JSON (115 B), keep-alive, {SMALL_CONNECTIONS} connections: CPU µs",
        (Target(("haproxy", "nginx"), 0.95), Target(("envoy",), 0.4))),)),
    Case("large", _large, (Figure(
        "cpu", f"1 MiB answers, {LARGE_CONNECTIONS} connections: CPU µs",
        (Target(("nginx",), 1.05),)),)),
    Case("upload", _upload, (
        Figure("cpu", f"10 MiB uploads, {UPLOAD_CONNECTIONS} connections: CPU µs",
               (Target(("nginx",), 1.1),)),
        # Flat: whoever keeps whole bodies grows by one body, 10 MiB, for each connection.
        Figure("growth", "10 MiB uploads: growth of resident memory at its peak, MiB",
               (Target((), 5),)))),
    Case("full", _full, (Figure(
        "cpu", "full TLS handshake: CPU µs", (Target(("haproxy",), 1.1),)),)),
    Case("resumed", _resumed, (Figure(
        "cpu", "resumed TLS handshake: CPU µs", (Target(("haproxy",), 1.1),)),)),
    Case("idle", _idle, (
        Figure("resident", "idle TLS connections: resident KiB (RSS) each",
               (Target(("haproxy",), 1.0),)),
        Figure("proportional", "idle TLS connections: KiB (PSS) each",
               (Target(("haproxy",), None),)))),
    Case("latency", _latency, (
        Figure("p50", f"added latency at {STEADY_RATE:,} requests/s: p50, µs",
               (Target(("haproxy",), None),)),
        Figure("p99", f"added latency at {STEADY_RATE:,} requests/s: p99, µs",
               (Target(("haproxy",), None),)))),
    Case("http2", _http2, (Figure(
        "cpu", f"small JSON over HTTP/2, {HTTP2_CONNECTIONS} × {HTTP2_STREAMS} streams: CPU µs",
        (Target(("haproxy",), 1.05), Target(("nginx",), 0.7), Target(("envoy",), 0.35))),)),
    Case("grpc", _grpc, (Figure(
        "cpu", f"gRPC unary, HTTP/2 on both sides, {HTTP2_CONNECTIONS} × {HTTP2_STREAMS} streams: "
        "CPU µs",
        (Target(("envoy",), 0.5), Target(("haproxy",), None), Target(("nginx",), None))),),
        upstream="grpc"),
    Case("streams", _streams_http1, _streams_figures("HTTP/1.1"), upstream="streams"),
    Case("streams2", _streams_http2, _streams_figures(
        f"HTTP/2 in {STREAMS // STREAMS_EACH} connections"), upstream="streams"),
)}
