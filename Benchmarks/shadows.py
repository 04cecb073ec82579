#!/usr/bin/env python3
# Measures what a shadow costs: the caller's latency with shadows that misbehave, CPU beside the
# mirrors of nginx and Envoy, and memory while uploads are mirrored.

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

sys.dont_write_bytecode = True

import proxies
import run
from load import LoadFailed
from measure import CpuWindow, peak_kib, reset_peak, resident_kib
from processes import StartFailed
from upstream import UPLOAD_BYTES, free_ports

RATE, CONNECTIONS, BODY_BYTES = 2_000, 32, 2_048
CPU_RATE = 4_000
UPLOAD_CONNECTIONS = 4
KINDS = ("healthy", "refusing", "hung", "slow", "huge")
LEAST_MIRRORED = 0.98
TRIES = 3

SLUICE_ROUTE = """route: bench
match: {{path: /**}}
versions:
  v1: {{endpoints: [http://127.0.0.1:{first}]}}
  v2: {{endpoints: [http://127.0.0.1:{shadow}]}}
split: {{v1: 100%}}
sticky: [{{header: x-user-id}}]
"""
SHADOW = "shadow: {{to: v2, compare: {compare}}}\n"
NGINX_MIRROR = """mirror /mirrored; mirror_request_body on; """
NGINX_MIRRORED = """}}
        location = /mirrored {{
            internal;
            proxy_pass http://127.0.0.1:{shadow}$request_uri;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
"""
ENVOY_MIRROR = """, request_mirror_policies: [{{cluster: shadow}}]"""
ENVOY_SHADOW = """
  - name: shadow
    type: STATIC
    connect_timeout: 5s
    load_assignment:
      cluster_name: shadow
      endpoints:
      - lb_endpoints:
        - endpoint:
            address: {{socket_address: {{address: 127.0.0.1, port_value: {shadow}}}}}
"""


class MirroringSluice(proxies.Sluice):
    """The gateway with one shadow, or none."""

    shadow, compare = None, None

    def _configure(self, admin):
        command = super()._configure(admin)
        self.admin = admin
        text = SLUICE_ROUTE + (SHADOW if self.compare else "")
        self._write("Routes/bench.yaml", text, shadow=self.shadow or 9, compare=self.compare)
        return command

    def counts(self):
        """Copies that were begun, and all that were dropped."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.admin}/metrics") as answer:
            text = answer.read().decode()
        def total(name):
            return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines()
                       if line.startswith(name + "{"))
        return total("sluice_shadow_requests_total"), total("sluice_shadow_dropped_total")


class MirroringNginx(proxies.Nginx):
    shadow = None

    def _configure(self, admin):
        config = proxies.NGINX
        pass_on = proxies.NGINX_HTTP1
        if self.shadow:
            pass_on = (NGINX_MIRROR + pass_on.strip() + NGINX_MIRRORED).format(shadow=self.shadow)
        path = self._write("nginx.conf", config, user=proxies.nginx_user_line(), pass_on=pass_on)
        return [self._binary, "-c", path, "-p", self.folder]


class MirroringEnvoy(proxies.Envoy):
    shadow = None

    def _configure(self, admin):
        path = self._write(
            "envoy.yaml", proxies.ENVOY,
            route_options=ENVOY_MIRROR.format() if self.shadow else "",
            cluster_options=ENVOY_SHADOW.format(shadow=self.shadow) if self.shadow else "")
        return [self._binary, "-c", path, "--concurrency", 1, "--disable-hot-restart",
                "--log-level", "error"]


class Shadows:
    """Endpoints of shadows by kind; those that misbehave yield the core to the load."""

    def __init__(self, bench):
        self.ports = {"healthy": bench.upstream.second, "refusing": free_ports(1)[0]}
        self._processes = []
        for kind in ("hung", "slow", "huge"):
            process = subprocess.Popen(
                ["nice", "-n", "19", sys.executable,
                 os.path.join(run.REPOSITORY, "Tests", "Clients", "bad_shadow.py"), kind],
                stdout=subprocess.PIPE, text=True)
            self._processes.append(process)
            self.ports[kind] = json.loads(process.stdout.readline())["port"]

    def stop(self):
        for process in self._processes:
            process.kill()
            process.wait()


def again(what, measure, *arguments):
    """Measures once more when the load itself was held up, and says so."""
    for _ in range(TRIES):
        try:
            return measure(*arguments)
        except LoadFailed as error:
            print(f"{what} is measured again: {error}", file=sys.stderr, flush=True)
    return measure(*arguments)


def latency(bench, sluice, shadows, kind):
    """p50 and p99 in microseconds of a caller's requests with such a shadow, or with none."""
    sluice.shadow = shadows.ports.get(kind)
    sluice.compare = "bytes" if sluice.shadow else None
    sluice.start()
    try:
        url = sluice.url("/small")
        bench.load.steady(url, RATE, 1, CONNECTIONS, 0, BODY_BYTES)
        found = bench.load.steady(url, RATE, bench.seconds, CONNECTIONS, 0, BODY_BYTES)
        return found, sluice.counts()
    finally:
        sluice.stop()


def measure_latency(bench, shadows, rounds):
    sluice = MirroringSluice(bench)
    rows = {kind: [] for kind in (*KINDS, "none again")}
    plain = []
    for number in range(rounds):
        base, _ = again("none", latency, bench, sluice, shadows, "none")
        plain.append(base)
        order = list(rows)
        random.shuffle(order)
        for kind in order:
            found, counts = again(kind, latency, bench, sluice, shadows, kind)
            rows[kind].append((found[0] - base[0], found[1] - base[1], *counts))
            print(f"round {number + 1} {kind}: p50 {found[0]} p99 {found[1]} (none {base[0]}, "
                  f"{base[1]}); mirrored {counts[0]:.0f}, dropped {counts[1]:.0f}",
                  file=sys.stderr, flush=True)
    print(f"\nLatency at {RATE:,} requests/s with bodies of {BODY_BYTES} bytes, {rounds} paired "
          f"rounds; without a shadow p50 {statistics.median(p[0] for p in plain):.0f} µs, p99 "
          f"{statistics.median(p[1] for p in plain):.0f} µs\n")
    print("| shadow of 100 % | p50 more, µs | p99 more, µs | mirrored | dropped |")
    print("|---|---|---|---|---|")
    for kind, found in rows.items():
        cells = [f"{statistics.median(column):.0f} ({min(column):.0f} to {max(column):.0f})"
                 for column in list(zip(*found))[:2]]
        totals = [f"{sum(column):,.0f}" for column in list(zip(*found))[2:]]
        print(f"| {kind} | {' | '.join(cells + totals)} |")


def cpu(bench, proxy):
    proxy.start()
    try:
        url = proxy.url("/small")
        bench.load.steady(url, CPU_RATE, 1, CONNECTIONS)
        window = CpuWindow(proxy.process.pid).start()
        bench.load.steady(url, CPU_RATE, bench.seconds, CONNECTIONS)
        spent = window.stop().microseconds / (CPU_RATE * bench.seconds)
        if isinstance(proxy, MirroringSluice) and proxy.compare:
            mirrored, dropped = proxy.counts()
            if mirrored * LEAST_MIRRORED < dropped * 50:
                raise LoadFailed(f"{dropped:.0f} copies dropped of {mirrored:.0f}")
        return spent
    finally:
        proxy.stop()


def measure_cpu(bench, shadows, rounds):
    healthy = shadows.ports["healthy"]
    cases = {}
    for name, kind, compare in (
            ("Sluice, no comparison", MirroringSluice, "none"),
            ("Sluice, compared as JSON", MirroringSluice, "json"),
            ("nginx", MirroringNginx, None), ("Envoy", MirroringEnvoy, None)):
        proxy = kind(bench)
        if proxy.unavailable:
            print(f"{name}: {proxy.unavailable}", file=sys.stderr)
            continue
        cases[name] = (proxy, compare, [])
    for number in range(rounds):
        for name, (proxy, compare, found) in cases.items():
            figures = []
            for shadow in (None, healthy):
                proxy.shadow, proxy.compare = shadow, compare if shadow else None
                figures.append(again(name, cpu, bench, proxy))
            found.append(figures)
            print(f"round {number + 1} {name}: {figures[0]:.1f} µs, mirrored {figures[1]:.1f}",
                  file=sys.stderr, flush=True)
    print(f"\nCPU µs a request at {CPU_RATE:,} requests/s, small JSON, 100 % mirrored\n")
    print("| | without | with a mirror | the mirror |")
    print("|---|---|---|---|")
    for name, (_, _, found) in cases.items():
        columns = list(zip(*found)) + [[after - before for before, after in found]]
        print(f"| {name} | " + " | ".join(
            f"{statistics.median(column):.1f} ({min(column):.1f} to {max(column):.1f})"
            for column in columns) + " |")


def measure_uploads(bench, shadows, rounds):
    sluice = MirroringSluice(bench)
    print(f"\nResident memory while bodies of {UPLOAD_BYTES >> 20} MiB are mirrored over "
          f"{UPLOAD_CONNECTIONS} connections: growth at its peak, MiB\n")
    print("| shadow of 100 % | growth | uploads/s | mirrored | dropped |")
    print("|---|---|---|---|---|")
    for kind in ("none", *KINDS):
        found = []
        for _ in range(rounds):
            sluice.shadow = shadows.ports.get(kind)
            sluice.compare = "bytes" if sluice.shadow else None
            sluice.start()
            try:
                pid = sluice.process.pid
                before = resident_kib(pid)
                reset_peak(pid)
                began = time.monotonic()
                count = bench.load.wrk(
                    sluice.url("/upload"), "upload.lua", bench.seconds, UPLOAD_CONNECTIONS,
                    UPLOAD_BYTES, threads=UPLOAD_CONNECTIONS)
                rate = count / (time.monotonic() - began)
                found.append(((peak_kib(pid) - before) / 1024, rate, *sluice.counts()))
            finally:
                sluice.stop()
        growth, rate, mirrored, dropped = zip(*found)
        print(f"| {kind} | {statistics.median(growth):.1f} ({min(growth):.1f} to "
              f"{max(growth):.1f}) | {statistics.median(rate):.0f} | {sum(mirrored):,.0f} | "
              f"{sum(dropped):,.0f} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description="Measures what a shadow costs.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--proxy-core", type=int, default=0)
    parser.add_argument("--load-core", type=int, default=1)
    parser.add_argument("--nice", type=int, default=0)
    parser.add_argument("--parts", default="latency,cpu,uploads")
    arguments = parser.parse_args()
    arguments.cases, arguments.only = ["small"], []
    with tempfile.TemporaryDirectory(prefix="sluice-bench-") as folder:
        bench = run.Bench(arguments, folder)
        bench.start()
        shadows = Shadows(bench)
        try:
            for part in arguments.parts.split(","):
                {"latency": measure_latency, "cpu": measure_cpu, "uploads": measure_uploads}[part](
                    bench, shadows, arguments.rounds)
        except (LoadFailed, StartFailed) as error:
            raise SystemExit(f"shadows.py: {error}") from error
        finally:
            shadows.stop()
            bench.fleet.stop_all()
    return 0


if __name__ == "__main__":
    sys.exit(main())
