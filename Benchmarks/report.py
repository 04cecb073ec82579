# Gathers the figures of all rounds into one table, and keeps it in RESULTS.md.

import datetime
import os
import platform
import re
import shutil
import statistics
import subprocess

import cases
import proxies
from measure import CPU_SOURCE

NOTES_MARKER = "<!-- notes -->"
# Above this share of waiting for its core, a proxy was disturbed by other processes.
CALM_WAITING_SHARE = 0.03
# Above this share of its core, a proxy at a fixed rate costs one over the rate, good or bad.
FULL_BUSY_SHARE = 0.9


def number(value):
    if abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def brief(case, values):
    return ", ".join(f"{figure.key} {number(values[figure.key])}" for figure in case.figures)


def _spread(values, show=number):
    if not values:
        return "–"
    middle = show(statistics.median(values))
    if len(values) == 1:
        return middle
    return f"{middle} ({show(min(values))} to {show(max(values))})"


class Results:
    def __init__(self, arguments, bench, everyone):
        self._arguments = arguments
        self._bench = bench
        self._everyone = {proxy.name: proxy for proxy in everyone}
        self._values = {}
        self._failures = []
        self._began = datetime.datetime.now().astimezone()
        self._load_before = os.getloadavg()[0]
        self._versions = self._read_versions()
        self.took_seconds = 0

    def add(self, round_number, case, proxy, values, failure):
        if values is not None:
            self._values[(case, proxy, round_number)] = values
        else:
            self._failures.append((round_number, case, proxy, failure))

    def _rounds(self, case, proxy, key):
        """Round number to value, for the rounds that went well."""
        found = {}
        for round_number in range(self._arguments.rounds):
            values = self._values.get((case, proxy, round_number))
            if values is not None and key in values:
                found[round_number] = values[key]
        return found

    def _cell(self, case, proxy, key):
        if proxy not in self._everyone:
            return "not asked for"
        if self._everyone[proxy].unavailable:
            return "not available"
        values = list(self._rounds(case, proxy, key).values())
        return _spread(values) if values else "failed"

    def _verdict(self, case, key, target):
        """Sluice's ratio, what was wanted, and whether it was reached."""
        ours = self._rounds(case, "sluice", key)
        limit = target.at_most
        if not target.rivals:
            values, wanted = list(ours.values()), f"≤ {limit:g}"
            show = number
        else:
            measured = {rival: self._rounds(case, rival, key) for rival in target.rivals}
            measured = {rival: values for rival, values in measured.items() if values}
            titles = " or ".join(proxies.ALL[rival].title for rival in target.rivals)
            values = []
            if measured:
                best = min(measured, key=lambda each: statistics.median(measured[each].values()))
                titles = proxies.ALL[best].title
                values = [ours[each] / measured[best][each] for each in ours
                          if measured[best].get(each, 0) > 0]
            wanted = f"≤ {limit:g} × {titles}" if limit is not None else f"beside {titles}"
            show = "{:.2f}".format
        if not values:
            return "–", wanted, "not measured"
        if limit is None:
            return _spread(values, show), wanted, "–"
        met = statistics.median(values) <= limit
        return _spread(values, show), wanted, "met" if met else "**missed**"

    def _table(self):
        names = list(proxies.ALL)
        rows = [["median of rounds (least to most)", *(proxies.ALL[n].title for n in names),
                 "Sluice's ratio", "wanted", "verdict"]]
        for case_name in self._arguments.cases:
            for figure in cases.ALL[case_name].figures:
                cells = [figure.title, *(self._cell(case_name, n, figure.key) for n in names)]
                for target in figure.targets:
                    rows.append([*cells, *self._verdict(case_name, figure.key, target)])
                    cells = [""] * len(cells)
        return _markdown(rows)

    def _details(self):
        """How the CPU figures came about: enough to judge whether to believe them."""
        rows = [["requests or events/s · core busy · user part · waited", *(
            proxies.ALL[name].title for name in proxies.ALL)]]
        for case_name in self._arguments.cases:
            if cases.ALL[case_name].figures[0].key != "cpu":
                continue
            row = [case_name]
            for name in proxies.ALL:
                parts = [list(self._rounds(case_name, name, key).values())
                         for key in ("rate", "busy_share", "user_share", "waiting_share")]
                if not parts[0]:
                    row.append("–")
                    continue
                middle = [statistics.median(part) for part in parts]
                row.append(f"{middle[0]:.0f} · {middle[1]:.0%} · {middle[2]:.0%} · "
                           f"{middle[3]:.1%}")
            rows.append(row)
        return _markdown(rows) if len(rows) > 1 else ""

    def _load_side(self):
        """Whether figures at a fixed rate are the proxies' own, or those of their load."""
        lines = []
        for case_name in self._arguments.cases:
            shares = [share for name in proxies.ALL
                      for share in self._rounds(case_name, name, "load_share").values()]
            if not shares:
                continue
            busy = {name: list(self._rounds(case_name, name, "busy_share").values())
                    for name in proxies.ALL}
            full = [proxies.ALL[name].title for name, values in busy.items()
                    if values and statistics.median(values) > FULL_BUSY_SHARE]
            warning = (f"; **{', '.join(full)} filled the core: CPU figures of such are no more "
                       "than one over the rate**" if full else "")
            lines.append(f"- {case_name}: client and upstream kept their core busy for "
                         f"{_spread(shares, '{:.0%}'.format)} of the time{warning}")
        return "\n".join(lines)

    def _failed(self):
        """Each failure once, with the rounds that it was seen in."""
        rounds = {}
        for round_number, *what in self._failures:
            rounds.setdefault(tuple(what), []).append(str(round_number + 1))
        return [f"- failed: {case}, {proxy}, round {', '.join(numbers)}: {failure}"
                for (case, proxy, failure), numbers in rounds.items()]

    def _disturbed(self):
        """Warns if the proxies had to share their core with someone else."""
        shares = [values["waiting_share"] for values in self._values.values()
                  if "waiting_share" in values]
        if not shares:
            return ""
        loud = sum(share > CALM_WAITING_SHARE for share in shares)
        if not loud:
            return "The machine was calm: no proxy had to wait for its core."
        return (f"**The machine was not calm**: in {loud} of {len(shares)} measurements the proxy "
                f"waited for its core more than {CALM_WAITING_SHARE:.0%} of its time "
                f"(at most {max(shares):.0%}).")

    def _read_versions(self):
        lines = []
        for proxy in self._everyone.values():
            said = proxy.unavailable or proxy.version()
            lines.append(f"- {proxy.title}: {said}")
        for tool, pattern in (("wrk", r"wrk \S+"), ("h2load", r"nghttp2/\S+"),
                              ("nghttpd", r"nghttp2/\S+"), ("openssl", r"OpenSSL \S+")):
            if not shutil.which(tool):
                continue
            flag = "version" if tool == "openssl" else "--version"
            result = subprocess.run([shutil.which(tool), flag], stdout=subprocess.PIPE,
                                    stderr=subprocess.STDOUT, text=True, timeout=20)
            found = re.search(pattern, result.stdout)
            lines.append(f"- {tool}: {found.group(0) if found else 'unknown'}")
        return lines

    def text(self):
        bench, arguments = self._bench, self._arguments
        lines = [
            "# Side by side", "",
            "Written by `python3 Benchmarks/run.py`; what stands after the notes marker below "
            "is kept.", "",
            f"- date: {self._began:%Y-%m-%d %H:%M %Z}, took {self.took_seconds / 60:.0f} min, "
            f"{arguments.rounds} rounds of {arguments.seconds} s",
            f"- machine: {_machine()}",
            f"- cores: the proxy, one worker, on core {bench.proxy_core}; load and upstream on "
            f"core {arguments.load_core}; load average before the run {self._load_before:.1f}, "
            f"nice {arguments.nice}",
            *self._versions, "",
            self._table(), "",
            "CPU µs are those the proxy spends on one request, one body, one handshake "
            "or one event. "
            "Ratios are taken within each round; their median, least and most are given. "
            f"Idle: {bench.idle_connections:,} connections. Event streams: late is from the "
            "moment an event is due at the upstream to its arrival at the client, and half a "
            "second late is missing; one lost, doubled or out of order is a failure.", "",
            CPU_SOURCE + " Sluice splits 95/5 by a sticky key, gives request ids and keeps "
            "histograms of each version; nginx and HAProxy do none of that.", "",
            self._disturbed(), "",
            self._details(), "",
            self._load_side(), ""]
        for proxy in self._everyone.values():
            if proxy.unavailable:
                lines.append(f"- {proxy.title}: {proxy.unavailable}")
        lines += self._failed()
        return "\n".join(lines).strip() + "\n"

    def write(self, path):
        notes = "\n"
        if os.path.exists(path):
            with open(path) as file:
                notes = file.read().partition(NOTES_MARKER)[2] or "\n"
        partial = path + ".partial"
        with open(partial, "w") as file:
            file.write(self.text() + "\n" + NOTES_MARKER + notes)
        os.rename(partial, path)


def _machine():
    model = "unknown CPU"
    with open("/proc/cpuinfo") as file:
        for line in file:
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    with open("/proc/sys/net/ipv4/tcp_congestion_control") as file:
        congestion_control = file.read().strip()
    return (f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB, "
            f"{platform.system()} {platform.release()}, TCP {congestion_control}")


def _markdown(rows):
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    padded = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |"
              for row in rows]
    return "\n".join([padded[0], "|" + "|".join("-" * (w + 2) for w in widths) + "|",
                      *padded[1:]])
