#!/usr/bin/env python3
# Measures a rollback on the running gateway: a candidate at 5 % of 1,000 requests a second begins to
# fail altogether. How many clients see an error, and how soon does nobody new get there?

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

TRIALS = 10
RATE = 1_000
HERE = os.path.dirname(os.path.abspath(__file__))
BINARY = os.path.join(os.path.dirname(HERE), ".build", "release", "sluice")
# Guards on latency alone in the second half: then only the breaker can find errors.
ROUTE = """route: bench
match: {{path: /**}}
versions:
  v1: {{endpoints: [http://127.0.0.1:{first}]}}
  v2: {{endpoints: [http://127.0.0.1:{second}]}}
canary:
  stable: v1
  candidate: v2
  steps: [5%, 100%]
  hold: 10h
  deadline: 20h
  guards: [{guard}]
"""
GUARDS = {
    "guards and breaker": "{metric: error_rate, max_increase: 0.5%}",
    "breaker alone": "{metric: latency_p50, max: 1h}",
}


def listening(process, pattern, stream):
    for line in stream:
        found = re.search(pattern, line)
        if found:
            return found.groups()
    raise SystemExit(f"{process.args[1]} did not start")


def get(url, body=None):
    request = urllib.request.Request(url, data=body, method="PUT" if body else "GET")
    with urllib.request.urlopen(request, timeout=5) as answer:
        return answer.read().decode()


def count(admin, series):
    total = 0.0
    for line in get(f"http://{admin}/metrics").splitlines():
        if line.startswith(series) and 'version="v2"' in line:
            total += float(line.rsplit(" ", 1)[1])
    return int(total)


def trial(guard):
    with tempfile.TemporaryDirectory(prefix="sluice-bench-") as folder:
        processes = []

        def start(*arguments, **options):
            process = subprocess.Popen(
                arguments, cwd=folder, text=True, stdout=subprocess.PIPE,
                stderr=subprocess.PIPE, **options)
            processes.append(process)
            return process

        try:
            subprocess.run([BINARY, "certs"], cwd=folder, check=True, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
            ports = []
            for version in ("v1", "v2"):
                model = start(BINARY, "sample-model", "--version", version, "--latency", "2",
                              "--tail", "1")
                ports.append(listening(model, r":(\d+)$", model.stdout)[0])
            os.mkdir(os.path.join(folder, "Routes"))
            with open(os.path.join(folder, "Routes", "bench.yaml"), "w") as file:
                file.write(ROUTE.format(first=ports[0], second=ports[1], guard=guard))
            gateway = start(BINARY, "run", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0",
                            "--workers", "1")
            admin, clients = listening(
                gateway, r"admin=http://(\S+) clients=https://(\S+)", gateway.stderr)
            start("wrk", "-t1", "-c32", "-d12s", "-s", os.path.join(HERE, "steady.lua"),
                  f"https://{clients}/small", "--", str(RATE))
            time.sleep(4)
            get(f"http://127.0.0.1:{ports[1]}/_behaviour", json.dumps({"error_rate": 1}).encode())
            while count(admin, "sluice_errors_total") == 0:
                time.sleep(0.002)
            first = time.monotonic()
            while 'phase="rolled_back"} 1' not in get(f"http://{admin}/metrics"):
                if time.monotonic() - first > 5:
                    raise SystemExit("not rolled back within five seconds")
                time.sleep(0.002)
            took = time.monotonic() - first
            time.sleep(max(0, first + 1 - time.monotonic()))
            errors = count(admin, "sluice_errors_total")
            requests = count(admin, "sluice_requests_total")
            time.sleep(3)
            return errors, took, count(admin, "sluice_requests_total") - requests
        finally:
            for process in reversed(processes):
                process.kill()
                process.wait()


def main():
    for name, guard in GUARDS.items():
        results = []
        for number in range(TRIALS):
            results.append(trial(guard))
            errors, took, later = results[-1]
            print(f"{name} {number + 1}: {errors} errors, rolled back {took * 1e3:.0f} ms after "
                  f"the first, {later} requests of v2 in the three seconds from one second on",
                  file=sys.stderr, flush=True)
        errors = [row[0] for row in results]
        took = [row[1] * 1e3 for row in results]
        print(f"{name}, 5 % of {RATE:,} requests/s, {TRIALS} trials: clients that saw an error "
              f"{statistics.median(errors):.0f} (most {max(errors)}, wanted at most 20); rolled "
              f"back {statistics.median(took):.0f} ms (most {max(took):.0f}) after the first; "
              f"requests of the candidate from one second on: {sum(row[2] for row in results)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
