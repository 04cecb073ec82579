# Takes the pictures of the documentation anew: .build/browser/bin/python Tests/Browser/screenshots.py

import os
import random
import time

from browser import Browser
from gateway import ROOT, Admin, Demo, OwnGateway, wait
from test_shadows import ShadowGateway

MOST_BYTES = 200_000


def take(browser, name):
    browser.settle(6)
    path = ROOT / "docs" / name
    browser.picture(str(path))
    size = os.path.getsize(path)
    assert size <= MOST_BYTES, f"{path} has {size} bytes"
    print(path, size)


def judged(number, score, spread):
    """What a model of moods answers; its score is never quite the same."""
    time.sleep(random.uniform(0.003, 0.003 + spread))
    return {"mood": "good" if score > 0.5 else "bad", "score": score, "words": {"known": 12 + number % 5},
            "note": "short text" if random.random() < 0.04 else ""}


def primary(number):
    return judged(number, 0.9 if number % 4 else 0.2, 0.004)


def shadow(number):
    """As the other, but for what it takes for good, and for a score that is a little higher."""
    score = 0.9 if number % 4 or number % 16 == 0 else 0.2
    return judged(number, score + (0.05 if number % 11 == 0 else 0), 0.006)


def shadows():
    gateway = ShadowGateway(primary, shadow)
    browser = Browser(1280, 1120)
    try:
        gateway.ask(range(600))
        admin = Admin(gateway.port, OwnGateway.VIEWER)
        wait("all pairs", lambda: admin.get("/api/v1/routes/chat/shadows")["shadows"][0]["ledger"]["in_flight"] == 0)
        browser.sign_in(admin.address, OwnGateway.VIEWER, window="10m")
        browser.open("about:blank")
        browser.open(admin.address + "/#/route/chat")
        browser.wait_for("a pair", "return document.querySelector('.pair') !== null")
        browser.run("""
          const pair = [...document.querySelectorAll('.pair')].find((one) =>
            one.querySelector('.entry-summary').textContent.includes('mood'));
          pair.parentElement.prepend(pair);
          pair.querySelector('summary').click();
        """)
        browser.wait_for("both answers", "return document.querySelectorAll('.side pre').length === 2")
        browser.run("document.querySelector('.shadow-card').scrollIntoView()")
        take(browser, "shadows.png")
    finally:
        browser.end()
        gateway.end()


def demo():
    demo = Demo(rate=200)
    browser = Browser(1280, 1240)
    try:
        ask = demo.admin.ramp
        wait("a third step", lambda: ask("sentiment")["step"] == 3
             and ask("sentiment")["watched_ms"] > 3000, 180)
        browser.open(demo.admin.address + "/#/route/sentiment")
        browser.wait_text("#phase", "under way")
        browser.wait_for("the curves", "return document.querySelector('.curve') !== null")
        take(browser, "route.png")
        wait("a rollback and a success", lambda: ask("translate")["phase"] == "rolled_back"
             and ask("sentiment")["phase"] in ("baking", "succeeded"), 240)
        browser.size(1280, 850)
        browser.open("about:blank")
        browser.open(demo.admin.address + "/")
        browser.wait_text("[data-route=translate] .last", "taken out")
        take(browser, "overview.png")
    finally:
        browser.end()
        demo.end()


def main():
    shadows()
    demo()


if __name__ == "__main__":
    main()
