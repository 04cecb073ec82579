# The streaming model service of a run and its clients, in C: built here from Benchmarks/Streams.

import os
import subprocess

from processes import StartFailed
from upstream import SMALL_JSON, free_ports, probe_small

SOURCES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "Streams")
STREAMS = 2_000
# Of HTTP/2; HTTP/1.1 has a connection for each stream.
STREAMS_EACH = 100
# 50,000 events a second, which leave every proxy some of its core: at twice as many each fills it,
# and then CPU time per event is one over the rate for all of them and says nothing.
INTERVAL_MILLISECONDS = 40


def build(name, folder, *libraries):
    """Compiles one of the two programs; they are small enough to be built in each run."""
    sources = [os.path.join(SOURCES, each) for each in (
        ("client.c", "answers.c") if name == "client" else ("upstream.c",))]
    binary = os.path.join(folder, f"stream-{name}")
    result = subprocess.run(
        ["cc", "-O2", "-Wall", "-Wextra", "-o", binary, *sources, *libraries],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120)
    if result.returncode != 0:
        wrong = next((line for line in result.stdout.splitlines() if "error" in line),
                     "the compiler said nothing")
        raise StartFailed(f"{name}.c was not built (gcc, libc6-dev and libssl-dev are needed): "
                          f"{wrong.strip()}")
    return binary


class StreamUpstream:
    """One process that streams to all, on a port for each version of a split."""

    http2, streams = False, True

    def __init__(self, folder):
        self._folder = folder
        self.first, self.second = free_ports(2)
        self._binary = build("upstream", folder)
        self.client = build("client", folder, "-lssl", "-lcrypto")

    def start(self, fleet, core):
        command = [self._binary, INTERVAL_MILLISECONDS, SMALL_JSON, self.first, self.second]
        log = os.path.join(self._folder, "stream-upstream.log")
        self.process = fleet.start(core, command, log, self._folder)

    def probe(self, port):
        return probe_small(port)
