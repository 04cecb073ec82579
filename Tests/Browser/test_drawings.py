# What is drawn is what the API tells: plots, curves, intervals, guards against their margins, the ramp.

import math
import unittest

import figures
from browser import Browser
from gateway import Demo, wait

PLOTS = """
return Object.fromEntries([...document.querySelectorAll('[data-route] tr[data-version]')].map((row) => [
  `${row.closest('[data-route]').dataset.route} ${row.dataset.version}`,
  [...row.querySelectorAll('.figure .spark')].map((plot) => ({
    line: plot.querySelector('.spark-line').getAttribute('d') ?? '', label: plot.getAttribute('aria-label'),
  })),
]));
"""

# The state of each ramp on the overview.
RAMPS = """
return Object.fromEntries([...document.querySelectorAll('[data-route]')].map((card) => [card.dataset.route, {
  chip: card.querySelector('.chip').textContent,
  steps: [...card.querySelectorAll('.step')].map((step) => `${step.textContent} ${step.dataset.state}`),
  guards: [...card.querySelectorAll('.guard-mark')].map((mark) => mark.getAttribute('aria-label')),
}]));
"""

# Each guard of the ramp: what is written of it, and where its line and its margin are drawn.
GUARDS = """
return [...document.querySelectorAll('.watched [data-guard]')].map((row) => {
  const at = (selector, name) => Number(row.querySelector(`svg ${selector}`)?.getAttribute(name));
  return {
    name: row.dataset.guard, verdict: row.querySelector('.chip').textContent,
    label: row.querySelector('svg').getAttribute('aria-label'), margin: at('.margin', 'x1'),
    low: at('.interval-line', 'x1'), value: at('.interval-dot', 'cx'), high: at('.interval-line', 'x2'),
    equal: at('.equal', 'x1'), from: at('.zone-allowed', 'x'), beyond: at('.zone-beyond', 'x'),
    to: at('.zone-beyond', 'x') + at('.zone-beyond', 'width'),
  };
});
"""

WORDS = {"pass": "✓ pass", "fail": "✕ fail", "inconclusive": "? inconclusive",
         "not_comparable": "– not comparable"}
PHASES = {"step": "▲ under way", "rolled_back": "✕ rolled back", "rolling_back": "▼ rolling back",
          "baking": "◆ baking", "succeeded": "✓ succeeded"}


def place(guard, told, end):
    """Where an end of an interval is to be drawn, by where no effect and the margin are."""
    limits = {"low": guard["from"], "high": guard["to"]}
    if end not in told:
        return limits[end]
    isRatio = told["limit"] == "max_ratio"
    value, margin = [math.log(one) if isRatio else one for one in (told[end], told["margin"])]
    at = guard["equal"] + value / margin * (guard["margin"] - guard["equal"])
    return max(limits["low"], min(limits["high"], at))


class DrawingsTest(unittest.TestCase):
    """In the order of their names: each looks at a later time of the demo."""

    @classmethod
    def setUpClass(cls):
        cls.demo = Demo()
        cls.addClassCleanup(cls.demo.end)
        cls.ask = cls.demo.admin.ramp
        wait("a rollback and a second step", lambda: cls.ask("summarize")["phase"] == "rolled_back"
             and cls.ask("sentiment")["step"] >= 2, 120)
        cls.browser = Browser(1280, 2400)
        cls.addClassCleanup(cls.browser.end)

    def tearDown(self):
        self.assertEqual(self.browser.errors(), [], "the console has something to complain of")

    def open(self, path):
        self.browser.open("about:blank")
        self.browser.open(self.demo.admin.address + path)
        self.browser.wait_live()

    def open_route(self, name):
        self.open(f"/#/route/{name}")
        self.browser.wait_for("the table", "return document.querySelector('.comparison b') !== null")

    def last(self, route, kind):
        return [one for one in self.demo.admin.decisions(route) if one["kind"] == kind][-1]

    def test_1_small_plots_begin_with_the_history_and_go_on_live(self):
        self.open("/")
        # More points than there were seconds since the page is there: the history came first.
        first = self.browser.wait_for(
            "the history", f"const plots = (() => {{ {PLOTS} }})();"
            "const isLonger = (plot) => plot.line.split('L').length > performance.now() / 1000 + 3;"
            "return isLonger(plots['summarize v1'][0]) ? plots : null", seconds=15)
        self.assertEqual(len(first), 6)
        for name, plots in first.items():
            self.assertEqual([plot["label"].split(" of ")[0] for plot in plots],
                             ["Requests", "Error rate", "p50", "p99"], name)
            for plot in plots:
                self.assertRegex(plot["label"], rf" of {name.split()[1]} in the last five minutes, now .+")
                self.assertRegex(plot["line"], r"^M[\d.]+,[\d.]+L", name)
        self.browser.wait_for(
            "a plot to go on", f"const plots = (() => {{ {PLOTS} }})();"
            "return plots['summarize v1'][0].line !== arguments[0]", first["summarize v1"][0]["line"])

    def test_2_the_overview_has_the_state_of_each_ramp(self):
        self.open("/")

        def is_so():
            shown = self.browser.run(RAMPS)
            told = {route: self.ask(route) for route in shown}
            return shown, told, all(shown[route]["chip"] == PHASES.get(told[route]["phase"]) for route in shown)
        shown, told, _ = wait("the states", lambda: (now := is_so())[2] and now)
        self.assertEqual(shown["summarize"]["steps"], ["10\u00a0% out", "25\u00a0% ahead", "50\u00a0% ahead",
                                                       "100\u00a0% ahead"])
        steps = shown["sentiment"]["steps"]
        self.assertEqual(len(steps), 4)
        self.assertEqual(steps[0], "10\u00a0% done")
        for route in shown:
            self.assertEqual([name.split(":")[0] for name in shown[route]["guards"]],
                             [guard["metric"].replace("_", " ") for guard in told[route]["guards"]], route)

    def test_3_a_guard_is_drawn_where_its_evidence_is(self):
        self.open_route("summarize")
        evidence = self.last("summarize", "rolling_back")["evidence"]["guards"]
        self.browser.wait_for("the guards", "return document.querySelectorAll('.watched [data-guard] svg .margin')"
                              ".length === arguments[0]", len(evidence))
        shown = self.browser.run(GUARDS)
        self.assertEqual([guard["name"] for guard in shown], [f"{one['metric']} {one['limit']}" for one in evidence])
        self.assertIn("fail", [one["verdict"] for one in evidence])
        for guard, one in zip(shown, evidence):
            self.assertEqual(guard["verdict"], WORDS[one["verdict"]])
            self.assertIn(one["verdict"], guard["label"])
            # On this side it is allowed, on that it is not.
            self.assertLess(guard["from"], guard["margin"])
            self.assertEqual(guard["beyond"], guard["margin"])
            for end in ("low", "effect", "high"):
                self.assertAlmostEqual(guard["value" if end == "effect" else end], place(guard, one, end), 1)
            if one["verdict"] == "fail":
                self.assertGreater(guard["low"], guard["margin"])
            if one["verdict"] == "pass":
                self.assertLess(guard["high"], guard["margin"])

    def test_4_the_ramp_is_a_line_of_its_decisions(self):
        self.open_route("summarize")
        decisions = self.demo.admin.decisions("summarize")
        self.browser.wait_for("its decisions", "return document.querySelectorAll('.timeline .event').length"
                              " === arguments[0]", len(decisions))
        titles = self.browser.run(
            "return [...document.querySelectorAll('.timeline .event title')].map((title) => title.textContent)")
        for title, decision in zip(titles, decisions):
            self.assertIn(decision["summary"], title)
        self.assertRegex(self.browser.run(
            "return document.querySelector('.timeline-line').getAttribute('d')"), r"^M.+L")
        entries = self.browser.run(
            "return [...document.querySelectorAll('.entry')].map((entry) => Number(entry.dataset.decision))")
        self.assertEqual(entries, [decision["id"] for decision in reversed(decisions)])
        card = self.browser.run(
            "const card = document.querySelector('.step-card');"
            "return [card.dataset.state, card.querySelector('b').textContent,"
            " [...card.querySelectorAll('.guard-mark')].map((mark) => mark.title)]")
        guards = self.last("summarize", "rolling_back")["evidence"]["guards"]
        self.assertEqual(card, ["out", "10\u00a0%", [
            f"{one['metric']} {one['limit']}: {one['verdict'].replace('_', ' ')}" for one in guards]])

    def test_5_latencies_lie_over_each_other_and_figures_have_intervals(self):
        self.open_route("summarize")
        self.browser.wait_for("both curves", "return document.querySelectorAll('.curve').length === 2")
        curves = self.browser.run(
            "return [...document.querySelectorAll('.distribution .curve')].map((curve) =>"
            " [curve.dataset.colour, curve.querySelector('.curve-line').getAttribute('d')])")
        self.assertEqual([colour for colour, _ in curves], ["0", "1"])
        for _, line in curves:
            self.assertGreater(line.count("L"), 5)
        # The slow answers of the candidate lie to the right of all that the stable version gave.
        ends = [max(float(point.split(",")[0]) for point in line[1:].split("L")) for _, line in curves]
        self.assertGreater(ends[1], ends[0])
        drawn = self.browser.run(
            "return [...document.querySelectorAll('.beside .comparison tr:has(svg)')].map((row) =>"
            " [row.querySelector('th').textContent, row.querySelectorAll('svg .interval').length])")
        self.assertEqual(drawn, [[name, 2] for name in (
            "Error rate", "Latency p50", "p90", "p95", "p99", "First byte p50", "First byte p99")])

    def test_6_charts_begin_with_the_history(self):
        self.open_route("sentiment")
        self.browser.wait_for("lines", "return document.querySelector('.series-line[d*=L]') !== null")
        history = self.demo.admin.get("/api/v1/routes/sentiment/history?since=1m&step=5s")
        step = history["steps"][-3]
        clock = self.browser.run("return new Date(arguments[0]).toLocaleTimeString('en-GB', { hour12: false })",
                                 (step["second"] + history["step_seconds"]) * 1000)
        told = {version["version"]: version for version in step["versions"]}
        wanted = [f"{name} {figures.steady(told.get(name, {}).get('requests', 0) / history['step_seconds'])}"
                  for name in ("v1", "v2")]
        # Read with the arrows, from the newest point on.
        read = self.browser.wait_for("this moment", """
          const chart = document.querySelector('.time-chart');
          for (const key of ['End', ...Array(20).fill('ArrowLeft')]) {
            chart.dispatchEvent(new KeyboardEvent('keydown', { key }));
            const text = document.querySelector('.reading').textContent;
            if (text.startsWith(arguments[0])) return text;
          }
          return null;
        """, clock)
        self.assertEqual(read.split("  "), [clock, *wanted])


if __name__ == "__main__":
    unittest.main(verbosity=2)
