# The dashboard over the running demo: figures, a rollback, verbs, keyboard, width, sight.

import unittest

from selenium.webdriver.common.keys import Keys

import axe
import figures
import sight
from browser import Browser
from gateway import Demo, Listener, wait

OVERVIEW = """
const routes = {};
for (const card of document.querySelectorAll('[data-route]')) {
  const versions = {};
  for (const row of card.querySelectorAll('[data-version]')) {
    const figures = {};
    for (const cell of row.querySelectorAll('[data-figure]')) figures[cell.dataset.figure] = cell.textContent;
    versions[row.dataset.version] = figures;
  }
  routes[card.dataset.route] = versions;
}
return { at: Number(document.documentElement.dataset.at), routes };
"""

# The figures of one version beside those of others, each with its interval.
FIGURES = """
const cells = document.querySelectorAll(`.beside [data-version="${arguments[0]}"][data-figure]`);
return Object.fromEntries([...cells].map((cell) =>
  [cell.dataset.figure, [cell.textContent, cell.parentElement.querySelector('.bounds').textContent]]));
"""

# Notes the time and the snapshot at which the overview first says that a ramp is taken out.
WATCH = """
const card = document.querySelector(`[data-route="${arguments[0]}"]`);
const chip = card.querySelector('.chip');
window.seenOut = null;
new MutationObserver(() => {
  if (window.seenOut === null && /rolling back|rolled back/.test(chip.textContent)) {
    window.seenOut = { at: Date.now(), figures: Number(document.documentElement.dataset.at) };
  }
}).observe(chip, { childList: true, characterData: true, subtree: true });
return chip.textContent;
"""

HOSTILE = "<img src=x onerror=\"document.title='owned'\"> & 'so on'"


class DemoTest(unittest.TestCase):
    """In the order of their names: the demo's ramps go on meanwhile."""

    @classmethod
    def setUpClass(cls):
        cls.demo = Demo()
        cls.addClassCleanup(cls.demo.end)
        cls.listener = Listener(cls.demo.admin)
        cls.addClassCleanup(cls.listener.end)
        cls.browser = Browser()
        cls.addClassCleanup(cls.browser.end)

    def setUp(self):
        self.browser.size(1280, 900)

    def tearDown(self):
        self.assertEqual(self.browser.errors(), [], "the console has something to complain of")

    def open(self, path="/"):
        # Another address first, so that the page is loaded anew and not only turned.
        self.browser.open("about:blank")
        self.browser.open(self.demo.admin.address + path)
        self.browser.wait_live()

    def open_route(self, name):
        self.open(f"/#/route/{name}")
        self.browser.wait_text("#phase", " ")
        self.browser.wait_for("the journal", "return document.querySelector('.entry') !== null")

    def pause_is_offered(self, name):
        self.open_route(name)
        self.browser.wait_for("a way to pause", "return !document.querySelector('[data-verb=pause]').hidden")

    # MARK: Figures

    def test_1_the_overview_shows_what_the_stream_tells(self):
        self.open()
        compared = 0
        last = 0
        while compared < 4:
            shown = self.browser.wait_for(
                "a newer snapshot", f"const shown = (() => {{ {OVERVIEW} }})();"
                "return shown.at > arguments[0] ? shown : null", last)
            last = shown["at"]
            # Whoever comes new is told at once, and then together with everybody.
            told = self.listener.snapshots.get(last)
            if told is None:
                continue
            self.assertEqual(shown["routes"], figures.overview(told))
            self.assertEqual(sorted(shown["routes"]), ["sentiment", "summarize", "translate"])
            compared += 1
        words = self.browser.text("[data-route=sentiment] .last")
        self.assertIn(self.demo.admin.ramp("sentiment")["last_decision"]["summary"][:20], words)

    def test_2_a_verb_is_asked_for_and_journalled_with_its_reason(self):
        browser = self.browser
        self.pause_is_offered("summarize")
        browser.find("[data-verb=pause]").click()
        self.assertEqual(browser.focused()[:2], ["textarea", "verb-reason"])
        browser.keys(Keys.ESCAPE)
        self.assertFalse(browser.run("return document.querySelector('dialog').open"))
        self.assertNotIn("paused", [d["kind"] for d in self.demo.admin.decisions("summarize")])
        browser.find("[data-verb=pause]").click()
        browser.find("#verb-reason").send_keys(HOSTILE)
        browser.find("dialog button[type=submit]").click()
        browser.wait_text("#phase", "paused")
        done = self.demo.admin.decisions("summarize")[-1]
        self.assertEqual((done["kind"], done["actor"], done["reason"]), ("paused", "dashboard", HOSTILE))
        browser.wait_text(f".entry[data-decision='{done['id']}'] .entry-by", HOSTILE)
        self.assertIn("paused", browser.text("#said"))
        self.assertEqual(browser.run("return document.querySelectorAll('main img, main script').length"), 0)
        self.assertEqual(browser.run("return document.title"), "summarize · Sluice")
        self.assertTrue(browser.run("return document.querySelector('[data-verb=pause]').hidden"))

    def test_3_the_keyboard_alone_is_enough(self):
        browser = self.browser
        self.open()
        browser.keys(Keys.TAB)
        self.assertIn("Skip", browser.focused()[2])
        for _ in range(20):
            browser.keys(Keys.TAB)
            ring = browser.run("const s = getComputedStyle(document.activeElement);"
                               "return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2")
            self.assertTrue(ring, f"the focus on {browser.focused()} is not seen")
            if browser.focused()[2] == "summarize":
                break
        self.assertEqual(browser.focused()[0], "a")
        browser.keys(Keys.ENTER)
        browser.wait_text("#phase", "paused")
        for _ in range(12):
            browser.keys(Keys.TAB)
            if browser.focused()[2] == "Resume":
                break
        self.assertEqual(browser.focused()[2], "Resume")
        browser.keys(Keys.ENTER)
        browser.keys("looked at it", Keys.TAB, Keys.TAB, Keys.ENTER)
        browser.wait_for("the ramp to go on", "return !/paused/.test(document.querySelector('#phase').textContent)")
        done = self.demo.admin.decisions("summarize")
        resumed = next(d for d in reversed(done) if d["kind"] == "resumed")
        self.assertEqual(resumed["reason"], "looked at it")
        # A chart is read with the arrows.
        browser.run("document.querySelector('.time-chart').focus()")
        browser.wait_for("points of a chart", "document.querySelector('.time-chart').dispatchEvent("
                         "new KeyboardEvent('keydown', { key: 'End' }));"
                         "return /v1/.test(document.querySelector('.reading').textContent)")

    def test_4_a_rollback_shows_at_once(self):
        self.open()
        ramp = self.demo.admin.ramp("summarize")
        if ramp["phase"] in ("rolled_back", "aborted"):
            self.demo.admin.ask("POST", "/api/v1/routes/summarize/retry", "{}")
            wait("a new try", lambda: self.demo.admin.ramp("summarize")["phase"] == "step")
            self.browser.wait_text("[data-route=summarize] .chip", "under way")
        self.browser.run(WATCH, "summarize")
        self.demo.behave("summarize", "v2", {"error_rate": 1})
        seen = self.browser.wait_for("the rollback on the page", "return window.seenOut")
        decision = [d for d in self.demo.admin.decisions("summarize") if d["kind"] == "rolling_back"][-1]
        print(f"\na rollback was on the page {seen['at'] - decision['at_ms']} ms after it was decided")
        # Told by an event of its own: at most two snapshots came between.
        between = [at for at in self.listener.snapshots if decision["at_ms"] < at <= seen["figures"]]
        self.assertLessEqual(len(between), 2)
        self.browser.wait_text("[data-route=summarize] .last", decision["summary"])

    def test_5_the_route_page_shows_what_the_comparison_tells(self):
        # The candidate is out: its figures of the last ten minutes stay as they are.
        wait("its last request", lambda: self.demo.admin.ramp("summarize")["phase"] == "rolled_back")
        self.open_route("summarize")
        self.browser.find("input[value='10m']").find_element("xpath", "..").click()
        told = self.demo.admin.get("/api/v1/routes/summarize/comparison?window=10m")
        version = next(v for v in told["versions"] if v["version"] == "v2")
        self.assertGreater(version["requests"], 0)
        wanted = figures.comparison(version)
        shown = self.browser.wait_for(
            "the figures of ten minutes", f"const shown = (() => {{ {FIGURES} }})();"
            "return shown.requests?.[0] === arguments[1] ? shown : null", "v2", wanted["requests"][0])
        self.assertEqual({name: tuple(shown[name]) for name in wanted}, wanted)
        # A young gateway's window grows with it.
        seconds = told["window_seconds"]
        self.assertIn(shown["throughput"][0], [
            f"{figures.steady(version['requests'] / age)} /s" for age in range(seconds - 5, seconds + 30)])
        # What the rollback rested on: each guard of the decision, against its margin.
        decision = [d for d in self.demo.admin.decisions("summarize") if d["kind"] == "rolling_back"][-1]
        names = [f"{g['metric']} {g['limit']}" for g in decision["evidence"]["guards"]]
        rows = "[...document.querySelectorAll('.watched [data-guard]')].map((row) => row.dataset.guard)"
        self.browser.wait_for("its guards", f"return {rows}.length === arguments[0]", len(names))
        self.assertEqual(self.browser.run(f"return {rows}"), names)
        states = self.browser.run(
            "return [...document.querySelectorAll('.step-card')].map((card) => card.dataset.state)")
        self.assertEqual(states, ["out", "ahead", "ahead", "ahead"])
        self.browser.find(f".entry[data-decision='{decision['id']}'] summary").click()
        self.browser.wait_text(f".entry[data-decision='{decision['id']}'] .entry-more", "Breaker")

    # MARK: How it looks

    def each_page(self):
        for path in ("/", "/#/route/sentiment", "/#/route/summarize"):
            self.open(path)
            if "route" in path:
                self.browser.wait_for("the table", "return document.querySelector('.comparison b') !== null")
                self.browser.run("for (const d of document.querySelectorAll('details')) d.open = true")
            self.browser.settle()
            yield path

    def test_6_nothing_scrolls_sideways_on_a_narrow_screen(self):
        self.browser.size(360, 740)
        for path in self.each_page():
            self.assertEqual(self.browser.run(sight.TOO_WIDE), [], path)
            self.assertEqual(self.browser.run(sight.TOO_SMALL), [], path)
        self.browser.run("document.querySelector('[data-verb=retry]').click()")
        self.assertEqual(self.browser.run(sight.TOO_WIDE), [], "the dialog")
        box = self.browser.run("const box = document.querySelector('dialog').getBoundingClientRect();"
                               "return [box.left, box.right]")
        self.assertGreaterEqual(box[0], 0)
        self.assertLessEqual(box[1], 360)

    def test_7_it_can_be_read_by_all(self):
        for path in self.each_page():
            axe.check(self, self.browser, path)
            words = len(self.browser.run(sight.CONTRAST))
            self.assertTrue(words > 30 if "route" in path else words == 0, f"{words} drawn words on {path}")
        self.browser.run("document.querySelector('[data-verb=retry]').click()")
        axe.check(self, self.browser, "the dialog")

    def test_8_motion_and_theme_are_the_readers_choice(self):
        browser = self.browser
        self.open()
        moves = "return getComputedStyle(document.querySelector('.share-got')).transitionDuration"
        browser.prefer(prefers_reduced_motion="reduce")
        self.assertEqual(browser.run(moves), "0s")
        browser.prefer(prefers_reduced_motion="no-preference")
        self.assertNotEqual(browser.run(moves), "0s")
        ground = "return getComputedStyle(document.body).backgroundColor"
        light = browser.run(ground)
        for _ in range(2):
            browser.find("button[aria-label^=Theme]").click()
        self.assertEqual(browser.run("return document.documentElement.dataset.theme"), "dark")
        self.assertNotEqual(browser.run(ground), light)
        self.open()
        self.assertEqual(browser.run("return document.documentElement.dataset.theme"), "dark")
        browser.find("button[aria-label^=Theme]").click()
        self.assertEqual(browser.run(ground), light)

    def test_9_scripts_from_elsewhere_do_not_run(self):
        broken = self.browser.run("""
            const seen = new Promise((resolve) => document.addEventListener(
              'securitypolicyviolation', (event) => resolve(event.effectiveDirective)));
            const script = document.createElement('script');
            script.textContent = 'window.wasRun = true';
            document.body.append(script);
            return seen.then((directive) => [directive, window.wasRun ?? false]);
        """)
        self.assertEqual(broken, ["script-src-elem", False])
        # The browser says so too, and that is all that it says.
        messages = self.browser.errors()
        self.assertEqual(len([m for m in messages if "Content Security Policy" in m]), len(messages))


if __name__ == "__main__":
    unittest.main(verbosity=2)
