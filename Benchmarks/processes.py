# Starts the processes of a run pinned to one core and ends each of them by its process id.

import ctypes
import os
import resource
import signal
import subprocess
import time

DESCRIPTORS_WANTED = 65_536
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True)


class StartFailed(Exception):
    """A process ended, or did not answer, before it could be measured."""


def raise_descriptor_limit():
    """Lifts this process's limit on open files as far as it may; children inherit it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        wanted = max(hard, DESCRIPTORS_WANTED)
        resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS_WANTED, wanted))
        return DESCRIPTORS_WANTED
    except (ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        return hard


def end_with_parent():
    # If the harness itself is killed, nothing of it may stay behind.
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def pinned(core, command):
    return ["taskset", "-c", str(core), *map(str, command)]


def children_of(pid):
    """All living descendants of a process, found by their parent's id."""
    parents = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat") as file:
                    parents[int(name)] = int(file.read().rpartition(")")[2].split()[1])
            except (OSError, ValueError, IndexError):
                continue
    found, frontier = [], [pid]
    while frontier:
        parent = frontier.pop()
        born = [child for child, its_parent in parents.items() if its_parent == parent]
        found += born
        frontier += born
    return found


class Fleet:
    """Everything that was started and has not been ended yet."""

    def __init__(self):
        self._running = []

    def start(self, core, command, log_path, directory):
        """Starts a long-lived process; its own session keeps a terminal's Ctrl-C from it."""
        with open(log_path, "ab") as log:
            process = subprocess.Popen(
                pinned(core, command), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                cwd=directory, start_new_session=True, preexec_fn=end_with_parent)
        self._running.append(process)
        return process

    def stop(self, process, patience_seconds=5):
        """Asks the process to end, and ends it and its children if it does not."""
        if process not in self._running:
            return
        family = children_of(process.pid)
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(patience_seconds)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(patience_seconds)
        for pid in family:
            _end_orphan(pid, patience_seconds)
        self._running.remove(process)

    def stop_all(self):
        for process in list(reversed(self._running)):
            self.stop(process)


def _end_orphan(pid, patience_seconds):
    """Waits for a child that outlived its parent, then ends it."""
    deadline = time.monotonic() + patience_seconds
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except (ProcessLookupError, PermissionError):
            return
        time.sleep(0.02)
    try:
        os.kill(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


def run_bounded(core, command, seconds, environment=None):
    """Runs a load generator to its end and returns what it printed."""
    process = subprocess.Popen(
        pinned(core, command), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, start_new_session=True,
        env={**os.environ, **(environment or {})}, preexec_fn=end_with_parent)
    try:
        output, errors = process.communicate(timeout=seconds)
    except BaseException:
        for pid in [*children_of(process.pid), process.pid]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        process.wait()
        raise
    if process.returncode != 0:
        last = (errors or output).strip().splitlines()[-1:] or ["no message"]
        raise StartFailed(f"{command[0]} ended with {process.returncode}: {last[0]}")
    return output
