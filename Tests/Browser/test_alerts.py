# Alerts on the dashboard: they come, are heard, are only text, and go.

import pathlib
import shutil
import unittest

import axe
import sight
from browser import Browser
from gateway import Admin, OwnGateway, wait

# Names of files: nothing else of an alert is chosen outside of what the gateway checks.
MARKUP = "<img src=x onerror=owned=1> & <b>so on<b>"
RULES = """alerts:
  rules:
    - {alert: reload_failed, for: 0s, resolve_after: 0s}
    - {alert: certificate_expires, name: ends, within: 3000d, for: 0s, resolve_after: 0s}
    - {alert: errors, above: 5%}
"""

# Every notice with how it is announced.
NOTICES = """
return [...document.querySelectorAll('#notices .notice')].map((node) => ({
  role: node.getAttribute('role'), title: node.querySelector('b').textContent,
  lines: [...node.querySelectorAll('p')].map((line) => line.textContent),
}));
"""

# Keeps what is put among the notices, and what goes.
WATCH = """
window.changes = { added: [], removed: [] };
new MutationObserver((records) => {
  for (const record of records) {
    for (const name of ['added', 'removed']) {
      const nodes = [...record[`${name}Nodes`]].filter((node) => node.matches?.('.notice'));
      window.changes[name].push(...nodes.map((node) => node.textContent));
    }
  }
}).observe(document.querySelector('#notices'), { childList: true });
"""


class AlertGateway(OwnGateway):
    """A gateway with alerts, and with files that provoke them."""

    def start(self):
        config = pathlib.Path(self.folder, "Routes", "gateway.yaml")
        config.write_text(config.read_text() + RULES)
        self.broken = pathlib.Path(self.folder, "Routes", f"{MARKUP}.yaml")
        self.certificates = pathlib.Path(self.folder, "Certs")
        super().start()

    def break_routes(self):
        self.broken.write_text("route: broken\nmatch: {path: nowhere}\n")

    def mend_routes(self):
        self.broken.unlink()

    def add_certificate(self):
        # The key first: a certificate without one is an error.
        for ending in ("key", "pem"):
            shutil.copy(self.certificates / f"development.{ending}", self.certificates / f"{MARKUP}.{ending}")

    def remove_certificate(self):
        for ending in ("pem", "key"):
            (self.certificates / f"{MARKUP}.{ending}").unlink()


class AlertsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.gateway = AlertGateway()
        cls.addClassCleanup(cls.gateway.end)
        cls.admin = Admin(cls.gateway.port, OwnGateway.VIEWER)
        cls.browser = Browser()
        cls.addClassCleanup(cls.browser.end)
        cls.browser.sign_in(cls.admin.address, OwnGateway.VIEWER)
        cls.browser.open("about:blank")
        cls.browser.open(cls.admin.address)
        cls.browser.wait_live()
        cls.browser.run(WATCH)

    def tearDown(self):
        self.assertIsNone(self.browser.run("return window.owned ?? null"))
        self.assertEqual(self.browser.run(
            "return document.querySelectorAll('#notices :is(img, b b, script)').length"), 0)
        self.assertEqual(self.browser.errors(), [], "the console has something to complain of")

    def firing(self, name, count=1):
        """The alerts of a rule, once so many of them fire."""
        def ask():
            told = [one for one in self.admin.get("/api/v1/alerts")["active"]
                    if one["alert"] == name and one["state"] == "firing"]
            return told if len(told) == count else None
        return wait(f"{count} of {name} to fire", ask)

    def shown(self, what, seconds=45.0):
        """The notices, once one has all of these words."""
        return wait(f"{what} among the notices", lambda: next((
            notice for notice in self.browser.run(NOTICES)
            if what in f"{notice['title']}\n" + "\n".join(notice["lines"])), None), seconds)

    def gone(self, what):
        self.browser.wait_for(
            f"{what} to go", "return !document.querySelector('#notices').textContent.includes(arguments[0])", what)

    def since(self, alert):
        return self.browser.run(
            "return new Date(arguments[0]).toLocaleTimeString('en-GB', { hour12: false })", alert["since_ms"])

    def test_1_an_alert_is_shown_as_the_api_has_it_and_heard(self):
        self.assertEqual(self.firing("reload_failed", 0), [])
        self.gateway.break_routes()
        alert = self.firing("reload_failed")[0]
        notice = self.shown("Alert reload_failed")
        self.assertEqual(notice["title"], f"Alert reload_failed, since {self.since(alert)}")
        self.assertEqual(notice["lines"], [alert["summary"]])
        self.assertEqual(notice["role"], "alert")
        # Why, in the words of the gateway: the name of the file is text.
        files = self.shown("are not loaded; the last good ones are served")
        self.assertIn(MARKUP, "\n".join(files["lines"]))

    def test_2_a_name_from_outside_is_text(self):
        self.gateway.add_certificate()
        alerts = self.firing("ends", 2)
        alert = next(one for one in alerts if one["certificate"] == MARKUP)
        notice = self.shown(MARKUP + " ends in")
        self.assertEqual(notice["lines"], [alert["summary"]])
        self.assertEqual(notice["role"], "alert")

    def test_3_all_can_read_it(self):
        browser = self.browser
        for path in ("/", "/#/route/quiet"):
            browser.run("location.hash = arguments[0]", path[1:])
            self.shown("Alert reload_failed")
            axe.check(self, browser, f"alerts above {path}")
            browser.size(360, 740)
            browser.settle()
            self.assertEqual(browser.run(sight.TOO_WIDE), [], path)
            browser.size(1280, 900)

    def test_4_they_go_when_they_are_over_and_nothing_is_said_twice(self):
        self.gateway.mend_routes()
        self.firing("reload_failed", 0)
        self.gone("reload_failed")
        self.gone("are not loaded")
        self.gateway.remove_certificate()
        self.firing("ends", 1)
        self.gone(MARKUP)
        changes = self.browser.run("return window.changes")
        # Each came once and went once: what is put there anew is read aloud anew.
        for words in ("Alert reload_failed", MARKUP + " ends in"):
            for name in ("added", "removed"):
                self.assertEqual(len([text for text in changes[name] if words in text]), 1, f"{words} {name}")
        resolved = [one for one in self.admin.get("/api/v1/alerts")["recent"] if one["state"] == "resolved"]
        self.assertEqual(sorted(one["alert"] for one in resolved), ["ends", "reload_failed"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
