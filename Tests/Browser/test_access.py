# The dashboard with tokens, and while the gateway is gone.

import time
import unittest

from selenium.webdriver.common.keys import Keys

import axe
import sight
from browser import Browser
from gateway import Admin, OwnGateway, wait


class AccessTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.gateway = OwnGateway()
        cls.addClassCleanup(cls.gateway.end)
        cls.browser = Browser()
        cls.addClassCleanup(cls.browser.end)

    def open(self, path="/"):
        self.browser.open("about:blank")
        self.browser.open(f"http://127.0.0.1:{self.gateway.port}{path}")

    def sign_in(self, token):
        self.open()
        # A tab that knew a token before is asked again.
        self.browser.run("sessionStorage.clear()")
        self.open()
        self.browser.wait_for("the login", "return document.querySelector('#token') !== null")
        self.assertEqual(self.browser.focused()[1], "token")
        self.browser.keys(token, Keys.ENTER)

    def test_1_a_wrong_token_is_told_from_a_right_one(self):
        browser = self.browser
        self.sign_in("somebody-else-entirely")
        browser.wait_text("#token-error", "does not know this token")
        self.assertIsNone(browser.run("return sessionStorage.getItem('sluice-token')"))
        axe.check(self, browser, "the sign-in")
        browser.size(360, 740)
        self.assertEqual(browser.run(sight.TOO_WIDE), [])
        browser.size(1280, 900)
        browser.keys(OwnGateway.VIEWER, Keys.ENTER)
        browser.wait_live()
        browser.wait_text("[data-route=quiet] h2", "quiet")
        # It is kept for this tab, and for nobody else.
        self.assertEqual(browser.run("return sessionStorage.getItem('sluice-token')"), OwnGateway.VIEWER)
        self.assertEqual(browser.run("return [document.cookie, JSON.stringify(localStorage)].join()"), ",{}")
        self.assertNotIn(OwnGateway.VIEWER, browser.run("return location.href"))

    def test_2_viewers_are_offered_no_verbs(self):
        self.sign_in(OwnGateway.VIEWER)
        self.browser.wait_live()
        self.open("/#/route/quiet")
        self.browser.wait_text("#phase", "under way")
        self.browser.wait_text(".verbs", "look on only")
        self.browser.wait_for("no verbs", "return [...document.querySelectorAll('[data-verb]')].every((b) => b.hidden)")
        self.browser.wait_text(".who", "wall (viewer)")

    def test_3_operators_act_under_their_name(self):
        self.sign_in(OwnGateway.OPERATOR)
        self.browser.wait_live()
        self.open("/#/route/quiet")
        self.browser.wait_for("a way to pause", "return document.querySelector('[data-verb=pause]')?.hidden === false")
        self.browser.wait_text(".who", "ann (operator)")
        self.browser.find("[data-verb=pause]").click()
        self.browser.keys("over lunch")
        self.browser.find("dialog button[type=submit]").click()
        self.browser.wait_text("#phase", "paused")
        done = Admin(self.gateway.port, OwnGateway.OPERATOR).decisions("quiet")[-1]
        self.assertEqual((done["kind"], done["actor"], done["reason"]), ("paused", "ann", "over lunch"))

    def test_4_every_verb_is_asked_for_and_done(self):
        browser = self.browser
        self.sign_in(OwnGateway.OPERATOR)
        browser.wait_live()
        self.open("/#/route/quiet")
        admin = Admin(self.gateway.port, OwnGateway.OPERATOR)
        browser.wait_text("#phase", "paused")
        # On a telephone, who it is and the way out stand in a line of their own.
        browser.size(360, 740)
        self.assertEqual(browser.run(sight.TOO_WIDE), [])
        places = browser.run("return ['.who', '.bar > button:last-child', '.facts'].map((selector) =>"
                             " document.querySelector(selector).getBoundingClientRect())")
        self.assertLess(places[0]["right"], places[1]["left"])
        self.assertGreaterEqual(min(places[0]["top"], places[1]["top"]), places[2]["bottom"] - 1)
        browser.size(1280, 900)
        # It was refused before the token was there, and the console said so.
        browser.errors()
        for verb, kind in (("resume", "resumed"), ("promote", "advanced"), ("abort", "rolling_back"),
                           ("retry", "retried")):
            browser.wait_for(f"a way to {verb}", "return document.querySelector(`[data-verb=${arguments[0]}]`)"
                             "?.hidden === false", verb)
            browser.find(f"[data-verb={verb}]").click()
            self.assertEqual(browser.text("dialog h2"), f"{verb.capitalize()} quiet?")
            self.assertFalse([d for d in admin.decisions("quiet") if d["reason"] == f"to {verb}"])
            browser.keys(f"to {verb}")
            browser.find("dialog button[type=submit]").click()
            wait(f"{verb} in the journal", lambda: [
                d for d in admin.decisions("quiet")
                if (d["kind"], d["actor"], d["reason"]) == (kind, "ann", f"to {verb}")] or None)
        self.assertEqual(browser.errors(), [])

    def test_5_the_page_says_when_the_gateway_is_gone_and_finds_it_again(self):
        browser = self.browser
        self.sign_in(OwnGateway.OPERATOR)
        browser.wait_live()
        started = Admin(self.gateway.port, OwnGateway.VIEWER).get("/api/v1/routes")["start_second"]
        self.gateway.kill()
        browser.wait_text("#notices", "cannot be reached")
        self.assertEqual(browser.text("#connection"), "not reached")
        self.assertEqual(browser.run("return document.querySelector('.notice').getAttribute('role')"), "alert")
        # What was known is still there.
        self.assertIsNotNone(browser.run("return document.querySelector('[data-route=quiet]')"))
        axe.check(self, browser, "the gateway is gone")
        # Told apart by the second of its start.
        wait("another second", lambda: time.time() > started + 1)
        self.gateway.start()
        browser.wait_text("#connection", "live")
        browser.wait_for("the notice to go", "return document.querySelector('#notices').textContent === ''")
        # What the console says of refused connections is all that it has to say.
        self.assertEqual([m for m in browser.errors() if "Failed to load resource" not in m
                          and "ERR_CONNECTION" not in m and "net::" not in m], [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
