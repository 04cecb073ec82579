#!/usr/bin/env python3
# Measures what deciding costs: 1,000 routes in ramp beside 1,000 routes with fixed shares, as CPU
# time a second while nobody asks, and at a steady rate spread over all of them.

import os
import statistics
import sys
import tempfile
import time

sys.dont_write_bytecode = True

import proxies
import run
from measure import CpuWindow

ROUNDS = 3
ROUTES = 1_000
SETTLE_SECONDS = 15
IDLE_SECONDS = 20
STEADY_SECONDS = 20
STEADY_RATE = 2_000
STEADY_CONNECTIONS = 64

ROUTE = """route: route-{number}
match: {{path: /v1/model-{number}/**}}
versions:
  v1: {{endpoints: [http://127.0.0.1:{first}]}}
  v2: {{endpoints: [http://127.0.0.1:{second}]}}
sticky: [{{header: x-user-id}}]
"""
SPLIT = "split: {v1: 50%, v2: 50%}\n"
# Never over while it is measured, and with the guards of the README.
RAMP = """canary:
  {stable: v1, candidate: v2, steps: [50%, 100%], hold: 10h, deadline: 20h, min_requests: 500,
   guards: [{metric: error_rate, max_increase: 0.5%}, {metric: latency_p99, max_ratio: 1.2},
            {metric: latency_p99, max: 800ms}]}
"""


class Routes(proxies.Sluice):
    """Sluice with 1,000 routes of one kind."""

    def __init__(self, bench, kind):
        super().__init__(bench)
        self.kind = kind

    def _configure(self, admin):
        command = super()._configure(admin)
        for number in range(ROUTES):
            path = os.path.join(self.folder, "Routes", f"route-{number}.yaml")
            with open(path, "w", encoding="utf-8") as file:
                file.write(ROUTE.format(
                    number=number, first=self._bench.upstream.first,
                    second=self._bench.upstream.second) + self.kind)
        return command


def spent(pid, seconds, work):
    """CPU time of a process in percent of a core while `work` runs."""
    window = CpuWindow(pid).start()
    began = time.monotonic()
    work(seconds)
    elapsed = time.monotonic() - began
    return window.stop().microseconds / 1e4 / elapsed


def measure(bench, kind):
    proxy = Routes(bench, kind)
    try:
        proxy.start()
        steady = lambda seconds: bench.load.steady(
            proxy.url("/v1/model-0/small"), STEADY_RATE, seconds, STEADY_CONNECTIONS, ROUTES)
        steady(SETTLE_SECONDS)
        pid = proxy.process.pid
        return spent(pid, IDLE_SECONDS, time.sleep), spent(pid, STEADY_SECONDS, steady)
    finally:
        proxy.stop()


def main():
    sys.argv = [sys.argv[0], "--rounds", str(ROUNDS), "--seconds", "4", "--only", "sluice",
                "--cases", "small"]
    arguments = run.parse_arguments()
    bench = run.Bench(arguments, tempfile.mkdtemp(prefix="sluice-bench-"))
    figures = {"fixed shares": [], "in ramp": []}
    try:
        bench.start()
        for _ in range(ROUNDS):
            for name, kind in (("fixed shares", SPLIT), ("in ramp", RAMP)):
                figures[name].append(measure(bench, kind))
                idle, steady = figures[name][-1]
                print(f"{name}: {idle:.2f} % idle, {steady:.2f} % at {STEADY_RATE}/s",
                      file=sys.stderr, flush=True)
    finally:
        bench.fleet.stop_all()
    for place, what in ((0, "while nobody asks"), (1, f"at {STEADY_RATE:,} requests a second")):
        medians = {name: statistics.median(row[place] for row in rows)
                   for name, rows in figures.items()}
        cost = medians["in ramp"] - medians["fixed shares"]
        print(f"{ROUTES:,} routes {what}: fixed shares {medians['fixed shares']:.2f} % of a core, "
              f"in ramp {medians['in ramp']:.2f} %; deciding costs {cost:.2f} %, wanted below 1 %")
    return 0


if __name__ == "__main__":
    sys.exit(main())
