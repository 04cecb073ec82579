#!/usr/bin/env python3
# Measures what 10,000 routes cost each request, beside one route: CPU time per request.

import os
import statistics
import sys
import tempfile

sys.dont_write_bytecode = True

import cases
import proxies
import run

ROUNDS = 5
MANY = 10_000


class ManyRoutes(proxies.Sluice):
    """Sluice with 9,999 more routes, of the same host, than the one that is asked for."""

    def _configure(self, admin):
        command = super()._configure(admin)
        for number in range(MANY - 1):
            path = os.path.join(self.folder, "Routes", f"route-{number}.yaml")
            with open(path, "w", encoding="utf-8") as file:
                file.write(
                    f"route: route-{number}\nmatch: {{path: /v1/model-{number}/**}}\n"
                    "versions: {v1: {endpoints: [http://127.0.0.1:9]}}\n")
        return command


def main():
    sys.argv = [sys.argv[0], "--rounds", str(ROUNDS), "--seconds", "4", "--only", "sluice",
                "--cases", "small"]
    arguments = run.parse_arguments()
    folder = tempfile.mkdtemp(prefix="sluice-bench-")
    bench = run.Bench(arguments, folder)
    figures = {"one": [], "many": []}
    try:
        bench.start()
        for _ in range(ROUNDS):
            for name, kind in (("one", proxies.Sluice), ("many", ManyRoutes)):
                values, failure = run.measure_once(bench, kind(bench), cases.ALL["small"])
                if failure:
                    print(f"{name}: {failure}", file=sys.stderr)
                    continue
                figures[name].append(values["cpu"])
    finally:
        bench.fleet.stop_all()
    one, many = (statistics.median(figures[name]) for name in ("one", "many"))
    ratios = [b / a for a, b in zip(figures["one"], figures["many"])]
    print(f"1 route: {one:.2f} µs a request, {MANY:,} routes: {many:.2f} µs; "
          f"ratio {statistics.median(ratios):.3f} "
          f"({min(ratios):.3f} to {max(ratios):.3f}), wanted at most 1.10")
    return 0


if __name__ == "__main__":
    sys.exit(main())
