# Reads what a proxy has used, CPU time and memory, out of /proc.

import os
from typing import NamedTuple

from processes import children_of

TICK_NANOSECONDS = 1_000_000_000 // os.sysconf("SC_CLK_TCK")
CPU_SOURCE = (
    "CPU time is the sum of /proc/PID/task/*/schedstat (nanoseconds, user + system) over "
    "all processes and threads of the proxy; the split into user and system is from "
    "/proc/PID/stat, in ticks.")


def family_of(pid):
    return [pid, *children_of(pid)]


def _thread_nanoseconds(pids):
    """For each thread: nanoseconds it ran, and nanoseconds it was kept waiting for the core."""
    spent = {}
    for pid in pids:
        try:
            for thread in os.listdir(f"/proc/{pid}/task"):
                with open(f"/proc/{pid}/task/{thread}/schedstat") as file:
                    ran, waited = file.read().split()[:2]
                    spent[int(thread)] = (int(ran), int(waited))
        except (OSError, ValueError, IndexError):
            continue
    return spent


def _user_and_system_ticks(pids):
    user = system = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/stat") as file:
                fields = file.read().rpartition(")")[2].split()
            user += int(fields[11])
            system += int(fields[12])
        except (OSError, ValueError, IndexError):
            continue
    return user, system


class Spent(NamedTuple):
    """CPU time; the part of it in user mode; how much of its time the proxy had to wait."""

    microseconds: float
    user_share: float
    waiting_share: float


class CpuWindow:
    """The CPU time a proxy spends between `start` and `stop`."""

    def __init__(self, pid):
        self._pid = pid

    def start(self):
        pids = family_of(self._pid)
        self._ticks = _user_and_system_ticks(pids)
        self._threads = _thread_nanoseconds(pids)
        return self

    def stop(self):
        """Returns what was spent between the two calls."""
        pids = family_of(self._pid)
        threads = _thread_nanoseconds(pids)
        user, system = _user_and_system_ticks(pids)
        user, system = user - self._ticks[0], system - self._ticks[1]
        # A thread born inside the window counts from zero; one that ended in it is lost,
        # which none of the proxies does under steady load.
        ran = waited = 0
        for thread, (ran_now, waited_now) in threads.items():
            ran_before, waited_before = self._threads.get(thread, (0, 0))
            ran += ran_now - ran_before
            waited += waited_now - waited_before
        if ran == 0:
            ran = (user + system) * TICK_NANOSECONDS
        return Spent(ran / 1e3, user / max(1, user + system), waited / max(1, ran + waited))


def _status_kib(pid, field):
    with open(f"/proc/{pid}/status") as file:
        for line in file:
            if line.startswith(field + ":"):
                return int(line.split()[1])
    return 0


def resident_kib(pid):
    """VmRSS of all of the proxy's processes."""
    return sum(_status_kib(member, "VmRSS") for member in family_of(pid))


def proportional_kib(pid):
    """Pss of all of the proxy's processes: pages that several share are counted once."""
    total = 0
    for member in family_of(pid):
        with open(f"/proc/{member}/smaps_rollup") as file:
            for line in file:
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
    return total


def reset_peak(pid):
    """Makes VmHWM start over from the memory resident now."""
    for member in family_of(pid):
        with open(f"/proc/{member}/clear_refs", "w") as file:
            file.write("5")


def peak_kib(pid):
    return sum(_status_kib(member, "VmHWM") for member in family_of(pid))


def open_descriptors(pid):
    return sum(len(os.listdir(f"/proc/{member}/fd")) for member in family_of(pid))
