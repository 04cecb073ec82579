#!/usr/bin/env python3
# Measures Sluice side by side with nginx, HAProxy and Envoy, and keeps the table in RESULTS.md.

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True

import cases
import proxies
import report
from grpc_upstream import GrpcUpstream
from load import Load, LoadFailed
from processes import Fleet, StartFailed, raise_descriptor_limit
from stream_upstream import StreamUpstream
from upstream import Certificate, Upstream

HERE = os.path.dirname(os.path.abspath(__file__))
REPOSITORY = os.path.dirname(HERE)
LEAST_ROUNDS = 5
TOOLS = {"nginx": "nginx", "wrk": "wrk", "h2load": "nghttp2-client", "openssl": "openssl",
         "taskset": "util-linux"}
TOOLS_OF_UPSTREAM = {
    "http1": {},
    "grpc": {"nghttpd": "nghttp2-server", "nghttp": "nghttp2-client"},
    "streams": {"cc": "gcc libc6-dev libssl-dev"},
}


class Bench:
    """What all cases of a run share."""

    def __init__(self, arguments, folder):
        self.repository = REPOSITORY
        self.cache_folder = os.path.join(REPOSITORY, ".build-bench")
        self.folder = folder
        self.seconds = arguments.seconds
        self.proxy_core, self.load_core = arguments.proxy_core, arguments.load_core
        self._nice = arguments.nice
        self.descriptors = raise_descriptor_limit()
        self.connections = min(24_000, int(self.descriptors * 0.9))
        # A multiple of the clients that share them, and clear of any proxy's pressure limits.
        self.idle_connections = min(cases.IDLE_WANTED, int(self.connections * 0.8) // 4 * 4)
        self.fleet = Fleet()
        self.certificate = Certificate(folder)
        self.upstream = Upstream(folder, self.descriptors)
        self.upstreams = self._upstreams_of(arguments.cases, folder)
        self.load = Load(self.load_core, folder)
        self._direct = None

    def _upstreams_of(self, chosen, folder):
        """Those that the chosen cases need, by name."""
        found = {"http1": self.upstream}
        for name, kind in (("grpc", GrpcUpstream), ("streams", StreamUpstream)):
            if any(cases.ALL[case].upstream == name for case in chosen):
                found[name] = kind(folder)
        return found

    def start(self):
        # The harness itself must not disturb the proxy.
        os.sched_setaffinity(0, {self.load_core})
        if self._nice:
            os.setpriority(os.PRIO_PROCESS, 0, self._nice)
        for upstream in self.upstreams.values():
            upstream.start(self.fleet, self.load_core)

    def new_round(self):
        self._direct = None

    def direct_latency(self):
        """Measured once a round."""
        if self._direct is None:
            self._direct = cases.direct_latency(self)
        return self._direct


def names(known):
    def parse(text):
        chosen = [name.strip() for name in text.split(",") if name.strip()]
        for name in chosen:
            if name not in known:
                raise argparse.ArgumentTypeError(
                    f"'{name}' is none of {', '.join(known)}")
        return chosen
    return parse


def missing_tools(chosen):
    """Programs that a run of these cases needs and that are not there, with Debian's packages."""
    upstreams = {cases.ALL[case].upstream for case in chosen}
    needed = {**TOOLS, **{tool: package for upstream in upstreams
                          for tool, package in TOOLS_OF_UPSTREAM[upstream].items()}}
    return [f"{tool} (Debian: {package})" for tool, package in needed.items()
            if not shutil.which(tool)]


def parse_arguments():
    parser = argparse.ArgumentParser(
        description="Measures Sluice side by side with nginx, HAProxy and Envoy.",
        epilog="RESULTS.md is written after a complete run only: Sluice among the proxies, all "
               f"cases, {LEAST_ROUNDS} rounds or more.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=5, help="measured in each case")
    parser.add_argument("--only", type=names(proxies.ALL), default=list(proxies.ALL),
                        metavar="NAMES", help=f"of {','.join(proxies.ALL)}")
    parser.add_argument("--cases", type=names(cases.ALL), default=list(cases.ALL),
                        metavar="NAMES", help=f"of {','.join(cases.ALL)}")
    parser.add_argument("--proxy-core", type=int, default=0)
    parser.add_argument("--load-core", type=int, default=1)
    parser.add_argument("--nice", type=int, default=0, metavar="N",
                        help="for proxies and load alike; below 0, on a shared machine, as root")
    arguments = parser.parse_args()
    if arguments.rounds < 1 or arguments.seconds < 1:
        parser.error("--rounds and --seconds must be 1 or more")
    for core in (arguments.proxy_core, arguments.load_core):
        if core not in os.sched_getaffinity(0):
            parser.error(f"core {core} is not there: two cores are needed")
    if arguments.proxy_core == arguments.load_core:
        parser.error("the proxy and its load need a core each")
    missing = missing_tools(arguments.cases)
    if missing:
        parser.error("the load and the upstreams need what is not installed: " + ", ".join(missing))
    arguments.complete = (
        arguments.rounds >= LEAST_ROUNDS and "sluice" in arguments.only
        and set(cases.ALL) <= set(arguments.cases))
    return arguments


def measure_once(bench, proxy, case):
    """One case on a fresh process of one proxy; returns its figures, or why there are none."""
    try:
        proxy.start(bench.upstreams[case.upstream])
        return case.run(bench, proxy), None
    except (LoadFailed, StartFailed, OSError, TimeoutError) as error:
        return None, str(error) or type(error).__name__
    except subprocess.TimeoutExpired as error:
        return None, f"{error.cmd[0]} took longer than {error.timeout:.0f} s"
    finally:
        proxy.stop()


def measure_all(bench, fighters, arguments, results):
    steps = arguments.rounds * len(arguments.cases) * len(fighters)
    step = 0
    for number in range(arguments.rounds):
        bench.new_round()
        for position, name in enumerate(arguments.cases):
            # Everyone is first, and last, as often as the others.
            turn = (number + position) % max(1, len(fighters))
            for proxy in fighters[turn:] + fighters[:turn]:
                step += 1
                values, failure = measure_once(bench, proxy, cases.ALL[name])
                results.add(number, name, proxy.name, values, failure)
                shown = failure or report.brief(cases.ALL[name], values)
                print(f"[{step}/{steps}] round {number + 1} {name:8} {proxy.name:8} {shown}",
                      file=sys.stderr, flush=True)


def main():
    arguments = parse_arguments()
    # A shell starts background jobs with Ctrl-C's signal ignored; here it always counts.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    folder = tempfile.mkdtemp(prefix="sluice-bench-")
    bench, interrupted = None, False
    began = time.monotonic()
    try:
        bench = Bench(arguments, folder)
        everyone = [proxies.ALL[name](bench) for name in arguments.only]
        fighters = [proxy for proxy in everyone if not proxy.unavailable]
        results = report.Results(arguments, bench, everyone)
        try:
            bench.start()
            measure_all(bench, fighters, arguments, results)
        except KeyboardInterrupt:
            interrupted = True
    finally:
        # A second Ctrl-C must not keep anything from being ended.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        if bench:
            bench.fleet.stop_all()
        shutil.rmtree(folder, ignore_errors=True)
    results.took_seconds = time.monotonic() - began
    print(results.text())
    if interrupted:
        print("Interrupted: RESULTS.md is left as it was.", file=sys.stderr)
        return 130
    measured = any(proxy.name == "sluice" for proxy in fighters)
    if not (arguments.complete and measured):
        print("Not a complete run with Sluice: RESULTS.md is left as it was.", file=sys.stderr)
        return 0
    results.write(os.path.join(HERE, "RESULTS.md"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
