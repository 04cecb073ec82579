# Takes the pictures of the documentation anew: .build/browser/bin/python Tests/Browser/screenshots.py

import os

from browser import Browser
from gateway import ROOT, Demo, wait

MOST_BYTES = 200_000


def take(browser, name):
    browser.settle(6)
    path = ROOT / "docs" / name
    browser.picture(str(path))
    size = os.path.getsize(path)
    assert size <= MOST_BYTES, f"{path} has {size} bytes"
    print(path, size)


def main():
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


if __name__ == "__main__":
    main()
