# A headless Chromium, and what the tests ask of a page.

import os

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By

from gateway import wait

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
DRIVER = os.environ.get("CHROMEDRIVER", "/usr/bin/chromedriver")
FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
         "--disable-background-networking", "--no-first-run", "--hide-scrollbars"]


class Browser:
    """One window; `errors` gives what its console complained of since it was asked last."""

    def __init__(self, width=1280, height=900):
        options = Options()
        options.binary_location = CHROMIUM
        for flag in FLAGS:
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service(DRIVER))
        self.size(width, height)

    def size(self, width, height):
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})

    def prefer(self, **features):
        """As in prefer(prefers_color_scheme='dark')."""
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [
            {"name": name.replace("_", "-"), "value": value} for name, value in features.items()]})

    def open(self, url):
        self.driver.get(url)

    def sign_in(self, address, token, **kept):
        """Opens the page with a token, and with what else it keeps for as long as it is open."""
        self.open(address)
        for name, value in {"token": token, **kept}.items():
            self.run("sessionStorage.setItem(`sluice-${arguments[0]}`, arguments[1])", name, value)
        # Without the token it was refused, and the console said so.
        self.errors()

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def find(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def text(self, selector):
        return self.run(
            "return document.querySelector(arguments[0])?.textContent ?? null", selector)

    def wait_for(self, what, script, *arguments, seconds=45.0):
        """Until a script's answer is there; it is asked again and again."""
        return wait(what, lambda: self.run(script, *arguments), seconds)

    def wait_text(self, selector, text):
        self.wait_for(
            f"{text!r} in {selector}",
            "return document.querySelector(arguments[0])?.textContent.includes(arguments[1])",
            selector, text)

    def wait_live(self):
        self.wait_for("a first snapshot on the page",
                      "return document.documentElement.dataset.at ?? null")

    def keys(self, *keys):
        """Types, whatever has the focus."""
        chain = ActionChains(self.driver)
        for key in keys:
            chain.send_keys(key)
        chain.perform()

    def focused(self):
        """What has the focus, as `tag#id` and its text."""
        return self.run("const e = document.activeElement;"
                        "return [e.tagName.toLowerCase(), e.id, e.textContent.trim().slice(0, 60)]")

    def errors(self):
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def picture(self, path):
        self.driver.save_screenshot(path)

    def settle(self, frames=3):
        """Until so many frames have been drawn."""
        self.driver.execute_async_script(
            "let left = arguments[0]; const done = arguments[1];"
            "const step = () => (left-- > 0 ? requestAnimationFrame(step) : done());"
            "step();", frames)

    def end(self):
        self.driver.quit()
