"""Looks at a gateway's process while it is abused: what it costs, and whether others are served."""

import http.client
import os
import re
import threading

from channel import SECONDS, Gone, Late
from report import check, check_equal, place_and_control
from wire import Connection, request_fields

# The resident memory of the gateway may grow by so much at most while it is abused.
MOST_GROWTH_MIB = 64
# The processor time that one abuse may cost at most: far above what it takes, far below a loop
# that never ends.
MOST_PROCESSOR_SECONDS = 20


class Gateway:
    """The process under abuse, looked at from outside."""

    def __init__(self, options):
        self.place, self.control = place_and_control(options)
        self.admin = options.admin
        self.pid = int(options.pid)

    def memory(self, name):
        """A figure of /proc/PID/status, in MiB."""
        with open(f"/proc/{self.pid}/status", encoding="ascii") as file:
            return int(re.search(rf"^{name}:\s+(\d+) kB", file.read(), re.M)[1]) / 1024

    def forget_peak(self):
        """Lets the peak of the resident memory begin anew (man 5 proc, clear_refs)."""
        with open(f"/proc/{self.pid}/clear_refs", "w", encoding="ascii") as file:
            file.write("5")

    def processor_seconds(self):
        with open(f"/proc/{self.pid}/stat", encoding="ascii") as file:
            words = file.read().rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")

    def abuses(self, reason):
        """How often this abuse has been counted."""
        connection = http.client.HTTPConnection(self.admin, timeout=SECONDS)
        connection.request("GET", "/metrics")
        text = connection.getresponse().read().decode()
        connection.close()
        found = re.search(
            rf'^sluice_http2_abuse_total{{reason="{reason}"}} (\S+)$', text, re.M)
        return float(found[1]) if found else 0.0


class Others:
    """Somebody else's requests on a connection of their own, as long as the abuse lasts."""

    def __init__(self, place):
        self._place = place
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.answered = 0
        self.fault = None

    def _run(self):
        try:
            with Connection(self._place) as connection:
                while True:
                    fields = request_fields(self._place, "/one/status/200")
                    answer = connection.wait_for(connection.request(fields))
                    if answer.status != 200:
                        self.fault = answer.describe()
                        return
                    self.answered += 1
                    # A request more after the abuse is over; no faster than people are.
                    if self._stop.wait(0.02):
                        return
        except (Gone, Late, OSError) as error:
            self.fault = f"{type(error).__name__}: {error}"

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()


def row(name, wanted, abuse, reason=None):
    """An abuse, and the bounds that hold for each of them."""
    def question(gateway):
        before = gateway.abuses(reason) if reason else 0
        gateway.forget_peak()
        memory, processor = gateway.memory("VmRSS"), gateway.processor_seconds()
        with Others(gateway.place) as others:
            abuse(gateway)
        check(others.fault is None, f"others: {others.fault} after {others.answered} answers")
        growth = gateway.memory("VmHWM") - memory
        check(growth <= MOST_GROWTH_MIB, f"memory grew by {growth:.0f} MiB")
        spent = gateway.processor_seconds() - processor
        check(spent <= MOST_PROCESSOR_SECONDS, f"{spent:.0f} s of processor time")
        with Connection(gateway.place) as connection:
            fields = request_fields(gateway.place, "/one/status/200")
            answer = connection.wait_for(connection.request(fields))
            check_equal(answer.status, 200, "the status for a new client")
        if reason:
            # Figures are read once a second.
            wait_until(lambda: gateway.abuses(reason) > before, f"{reason} to be counted")
    return name, wanted, question


def wait_until(condition, what):
    pause = threading.Event()
    for _ in range(int(SECONDS / 0.1)):
        if condition():
            return
        pause.wait(0.1)
    raise Late(what)
