# The shadow of a route: figures as the API has them, and pairs whose answers are markup.

import http.server
import json
import pathlib
import threading
import unittest

from selenium.webdriver.common.keys import Keys

import axe
import figures
import sight
from browser import Browser
from gateway import Admin, OwnGateway, wait

SCRIPT = "<script>owned=1</script><img src=x onerror=owned=1>"
REQUESTS = 60

FIGURES = """
const found = {};
for (const cell of document.querySelectorAll('.shadow-card [data-figure]')) {
  const group = cell.closest('[data-group]')?.dataset.group;
  const place = [cell.dataset.role, group, cell.dataset.figure].filter((name) => name).join(' ');
  found[place] = cell.textContent;
}
return found;
"""


BOUNDS = """
const cells = [...document.querySelectorAll('.intervals [data-figure]')];
return Object.fromEntries(cells.map((cell) => [cell.dataset.figure, cell.nextElementSibling.textContent]));
"""


class Model(http.server.BaseHTTPRequestHandler):
    """Answers with what its server has been given."""

    protocol_version = "HTTP/1.1"
    # Head and body in one go, so that neither waits for the other.
    wbufsize = 1 << 16

    def log_message(self, *arguments):
        pass

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        body = json.dumps({"number": asked["number"], **self.server.answer(asked["number"])}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Models(http.server.ThreadingHTTPServer):
    """Takes as many connections at once as there are copies; one that is dropped is tried a second later."""

    request_queue_size = 128
    daemon_threads = True


class ShadowGateway(OwnGateway):
    """A gateway with one more route, whose shadow answers some requests with markup, or as it is told."""

    def __init__(self, primary=lambda number: {"text": "plain"},
                 shadow=lambda number: {"text": SCRIPT if number % 3 == 0 else "plain"}):
        self.models = [self.model(primary), self.model(shadow)]
        super().__init__()

    def model(self, answer):
        server = Models(("127.0.0.1", 0), Model)
        server.answer = answer
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server

    def start(self):
        ports = [model.server_address[1] for model in self.models]
        pathlib.Path(self.folder, "Routes", "chat.yaml").write_text(
            "route: chat\nmatch: {path: /chat}\nversions:\n"
            f"  v1: {{endpoints: ['http://127.0.0.1:{ports[0]}']}}\n"
            f"  v2: {{endpoints: ['http://127.0.0.1:{ports[1]}']}}\n"
            "shadow: {to: v2, compare: json, noise_control: 50%, keep: {pairs: 100}}\n")
        super().start()

    def ask(self, numbers):
        connection = self.client()
        for number in numbers:
            connection.request("POST", "/chat", json.dumps({"number": number}),
                               {"content-type": "application/json"})
            response = connection.getresponse()
            assert response.status == 200
            # Never the shadow's.
            assert SCRIPT.encode() not in response.read()
        connection.close()

    def end(self):
        super().end()
        for model in self.models:
            model.shutdown()
            model.server_close()


class ShadowsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.gateway = ShadowGateway()
        cls.addClassCleanup(cls.gateway.end)
        cls.admin = Admin(cls.gateway.port, OwnGateway.VIEWER)
        cls.gateway.ask(range(REQUESTS))
        cls.shadow = wait("all pairs to be compared and kept", cls.settled)
        cls.browser = Browser(1280, 1400)
        cls.addClassCleanup(cls.browser.end)
        cls.browser.sign_in(cls.admin.address, OwnGateway.VIEWER, window="10m")

    @classmethod
    def settled(cls):
        shadow = cls.admin.get("/api/v1/routes/chat/shadows?window=10m")["shadows"][0]
        own = shadow.get("agreement") or {"compared": 0}
        isDone = own["compared"] == REQUESTS and shadow["examples"]["kept"] > 0
        isIdle = shadow["ledger"]["in_flight"] == 0 and shadow["ledger"]["mirrored"] >= REQUESTS
        return shadow if isDone and isIdle else None

    def setUp(self):
        self.browser.size(1280, 1400)

    def tearDown(self):
        self.assertEqual(self.browser.errors(), [], "the console has something to complain of")

    def open(self, path):
        self.browser.open("about:blank")
        self.browser.open(self.admin.address + path)
        self.browser.wait_live()

    def open_route(self):
        self.open("/#/route/chat")
        self.browser.wait_for("a pair", "return document.querySelector('.pair') !== null")

    def open_pair(self):
        self.browser.run("document.querySelector('.pair summary').focus()")
        self.browser.keys(Keys.ENTER)
        self.browser.wait_for("both answers", "return document.querySelectorAll('.side pre').length === 2")

    def test_1_figures_are_the_apis(self):
        self.open_route()
        shadow = self.shadow
        group = shadow["groups"][0]
        noise = group.get("noise_rate")
        wanted = {
            "agreement": figures.rate(shadow["agreement"]["rate"]["value"]),
            "noise": figures.rate(shadow["control"]["rate"]["value"]),
            f"{group['group']} rate": f"{figures.rate(group['rate'])} ({group['shadow']})",
            f"{group['group']} noise": f"{figures.rate(noise)} ({group['control']})",
            **{f"paired_{name}": figures.milliseconds(shadow["paired_latency"][f"{name}_ms"]["value"])
               for name in ("mean", "p50", "p90", "p99")},
        }
        shown = self.browser.run(FIGURES)
        self.assertEqual({name: shown.get(name) for name in wanted}, wanted)
        bounds = {
            "agreement": figures.bounds(shadow["agreement"]["rate"], figures.percent),
            "noise": figures.bounds(shadow["control"]["rate"], figures.percent),
            **{f"paired_{name}": figures.bounds(shadow["paired_latency"][f"{name}_ms"], figures.milliseconds)
               for name in ("mean", "p50", "p90", "p99")},
        }
        self.assertEqual({name: ends for name, ends in self.browser.run(BOUNDS).items() if name in bounds}, bounds)
        drawn = self.browser.run("return [...document.querySelectorAll('.intervals tr, .groups tbody tr')].map("
                                 "(row) => row.querySelectorAll('svg .interval').length)")
        self.assertEqual(drawn, [1] * (len(bounds) + len(shadow["groups"])))
        excess = group.get("excess", group["rate"])
        self.assertEqual(self.browser.text(f"[data-group='{group['group']}'] .bounds"), (
            f"{figures.percent(excess)} ({figures.percent(group['low'])} … {figures.percent(group['high'])})"))
        self.assertAlmostEqual(shadow["agreement"]["rate"]["value"], 2 / 3)
        for side in shadow["figures"]:
            self.assertEqual(shown[f"{side['role']} requests"], str(side["requests"]))
            self.assertEqual(shown[f"{side['role']} p99"],
                             figures.milliseconds(side["latency_ms"]["p99"]["value"]))
            self.assertGreaterEqual(side["requests"], REQUESTS)
        facts = self.browser.text(".shadow-card .facts-list")
        self.assertIn(f"Mirrored{shadow['ledger']['mirrored']}", facts)
        self.assertIn(f"Differ{shadow['agreement']['differing']}", facts)

    def test_2_the_overview_tells_it_in_a_line(self):
        self.open("/")
        agreement, control = self.shadow["agreement"]["rate"], self.shadow["control"]["rate"]
        dropped = sum(self.shadow["ledger"]["dropped"].values())
        self.browser.wait_text(
            "[data-route=chat] .glance",
            f"v2 in the shadow: {figures.rate(agreement['value'])} of its answers agree (two of one "
            f"version: {figures.rate(control['value'])}), {self.shadow['ledger']['mirrored']} mirrored"
            + (f", {dropped} dropped" if dropped else ""))
        self.assertIsNone(self.browser.run(
            "return document.querySelector('[data-route=quiet] .glance:not([hidden])')"))

    def test_3_a_pair_opens_by_keyboard_and_its_markup_is_text(self):
        self.open_route()
        self.open_pair()
        browser = self.browser
        key = browser.run("return document.querySelector('.pair').dataset.pair")
        pair = self.admin.get(f"/api/v1/routes/chat/shadows/v2/pairs/{key}")
        sides = browser.run("return [...document.querySelectorAll('.side pre')].map((e) => e.textContent)")
        self.assertEqual(sides, [pair["primary"]["body"], pair["shadow"]["body"]])
        self.assertIn("<script>", sides[1])
        marked = browser.run("return [...document.querySelectorAll('.side:last-child mark')].map((e) => e.textContent)")
        self.assertIn("script", "".join(marked))
        self.assertNotIn("number", "".join(marked))
        self.assertIsNone(browser.run("return window.owned ?? null"))
        self.assertEqual(browser.run(
            "return document.body.querySelectorAll('script, img, [onerror], [style*=owned]').length"), 0)
        self.assertIn(pair["differences"][0]["path"], browser.text(".differences"))

    def test_4_a_group_shows_its_pairs(self):
        self.open_route()
        browser = self.browser
        name = self.shadow["groups"][0]["group"]
        browser.run("document.querySelector('.group-name').focus()")
        browser.keys(Keys.ENTER)
        browser.wait_text(".pairs h3", f"differ in {name}")
        browser.wait_for("its pairs", "return document.querySelector('.pair') !== null")
        self.assertIn("differ in", browser.focused()[2])
        browser.run("document.querySelector('.pairs .panel-head button').click()")
        browser.wait_for("all pairs", "return !document.querySelector('.pairs h3').textContent.includes('differ in')")

    def test_5_it_can_be_read_in_light_and_dark_and_on_a_telephone(self):
        browser = self.browser
        self.open_route()
        self.open_pair()
        axe.check(self, browser, "a shadow with an opened pair")
        browser.size(360, 740)
        browser.settle()
        self.assertEqual(browser.run(sight.TOO_WIDE), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
