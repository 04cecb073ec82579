# A gateway that tells the worst: names and words full of markup are only ever shown.

import copy
import http.client
import http.server
import json
import threading
import unittest
import urllib.parse

import sight
from browser import Browser
from gateway import Admin, OwnGateway, wait

NAME = "<script>owned=1</script>"
VERSION = "\"><img src=x onerror=owned=1>"
WORDS = "<svg onload=owned=1></svg><a href=\"javascript:owned=1\">x</a>\u202e"
ALERTS = 8
DAY_MS = 86_400_000


class Liar(http.server.BaseHTTPRequestHandler):
    """Serves the real page, and an API whose names are markup."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def do_GET(self):
        path = urllib.parse.urlsplit(self.path).path
        if path == "/" or path.startswith("/assets/"):
            self.pass_on()
        elif path == "/api/v1/stream":
            self.stream()
        else:
            self.answer(json.dumps(self.document(path)).encode(), "application/json")

    def pass_on(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.real)
        connection.request("GET", self.path)
        response = connection.getresponse()
        body = response.read()
        connection.close()
        kind = response.getheader("content-type")
        self.answer(body, kind, response.getheader("content-security-policy"))

    def answer(self, body, kind, policy=None):
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        if policy:
            self.send_header("content-security-policy", policy)
        self.end_headers()
        self.wfile.write(body)

    def stream(self):
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        self.close_connection = True
        snapshot = json.dumps(self.server.lies["snapshot"])
        try:
            while not self.server.ended.is_set():
                self.wfile.write(f"event: snapshot\nid: 1\ndata: {snapshot}\n\n".encode())
                self.wfile.flush()
                self.server.ended.wait(1)
        except OSError:
            return

    def document(self, path):
        lies = self.server.lies
        if path.endswith("/comparison"):
            return lies["comparison"]
        if path.endswith("/history"):
            return {"route": NAME, "step_seconds": 5, "steps": []}
        if path.endswith("/decisions"):
            return {"decisions": [lies["decision"]]}
        if path.endswith("/me"):
            return {"name": WORDS, "role": "operator"}
        return {"config": lies["config"]}


def twist(value, names):
    """The same with the real names and words replaced by markup, keys and all."""
    if isinstance(value, dict):
        return {key: twist(inner, names) for key, inner in value.items()}
    if isinstance(value, list):
        return [twist(inner, names) for inner in value]
    return names.get(value, value) if isinstance(value, str) else value


class HostileTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.gateway = OwnGateway()
        cls.addClassCleanup(cls.gateway.end)
        admin = Admin(cls.gateway.port, OwnGateway.OPERATOR)
        cls.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Liar)
        cls.server.daemon_threads = True
        cls.server.real = cls.gateway.port
        cls.server.ended = threading.Event()
        cls.server.lies = cls.lies(admin)
        threading.Thread(target=cls.server.serve_forever, daemon=True).start()
        cls.addClassCleanup(cls.server.shutdown)
        cls.addClassCleanup(cls.server.ended.set)
        cls.browser = Browser()
        cls.addClassCleanup(cls.browser.end)

    @classmethod
    def lies(cls, admin):
        names = {"quiet": NAME, "v1": VERSION, "v2": WORDS}
        decision = wait("a first decision", lambda: (admin.decisions("quiet") or [None])[-1])
        told = {
            "comparison": admin.get("/api/v1/routes/quiet/comparison"),
            "config": admin.get("/api/v1/routes/quiet")["config"],
            "decision": decision,
        }
        connection = http.client.HTTPConnection("127.0.0.1", admin.port)
        connection.request("GET", "/api/v1/stream", headers={"authorization": f"Bearer {admin.token}"})
        response = connection.getresponse()
        while not (line := response.readline()).startswith(b"data: "):
            pass
        connection.sock.close()
        told["snapshot"] = json.loads(line[6:])
        told = twist(copy.deepcopy(told), names)
        for decision in (told["decision"], told["snapshot"]["routes"][0]["ramp"]["last_decision"]):
            decision.update(summary=WORDS, actor=VERSION, reason=NAME, kind=WORDS)
        snapshot = told["snapshot"]
        snapshot["journal_problem"] = NAME
        snapshot["config"] = {"successful": False, "second": 1, "problems": [WORDS, NAME]}
        snapshot["alerts"] = [
            {"alert": f"{NAME} {number}", "condition": "errors", "state": "firing", "route": NAME,
             "version": VERSION, "since_ms": snapshot["at_ms"] - 2 * DAY_MS, "summary": WORDS}
            for number in range(ALERTS)]
        snapshot["routes"][0].update(path=WORDS, host=NAME, methods=[VERSION])
        snapshot["routes"][0]["ramp"].update(waiting_for=[NAME], held=WORDS)
        for guard in snapshot["routes"][0]["ramp"]["guards"]:
            guard["metric"] = NAME
        return told

    def check(self, what):
        browser = self.browser
        self.assertIsNone(browser.run("return window.owned ?? null"), what)
        foreign = browser.run(
            "const foreign = 'script, img, a[href^=javascript], [onload], [onerror]';"
            "return [...document.body.querySelectorAll(foreign)].map((element) => element.outerHTML)")
        self.assertEqual(foreign, [], what)
        self.assertEqual(browser.errors(), [], what)

    def check_alerts(self):
        """Each with the way to its route; beyond a handful only their names."""
        notices = self.browser.run(
            "return [...document.querySelectorAll('#notices .notice')].map((node) =>"
            " [node.querySelector('b').textContent, node.querySelector('a')?.hash ?? null, node.textContent])")
        alerts = [notice for notice in notices if notice[0].startswith("Alert ")]
        self.assertEqual(len(alerts), 5)
        for number, (title, link, text) in enumerate(alerts):
            # Of another day: with its date.
            self.assertRegex(title, rf"^Alert {NAME} {number}, since \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d$")
            self.assertEqual(urllib.parse.unquote(link), f"#/route/{NAME}")
            self.assertIn(WORDS, text)
        rest = f"More alerts fire: {ALERTS - 5}" + ", ".join(f"{NAME} {n}" for n in range(5, ALERTS))
        self.assertIn(rest, [notice[2] for notice in notices])

    def test_markup_is_shown_and_never_run(self):
        browser = self.browser
        browser.open(f"http://127.0.0.1:{self.server.server_address[1]}/")
        browser.wait_live()
        browser.wait_text("main h2", NAME)
        browser.wait_text(".last", WORDS)
        browser.wait_text("#notices", NAME)
        shown = browser.run("return [...document.querySelectorAll('tr[data-version] .name')].map((e) => e.textContent)")
        self.assertEqual(shown, [VERSION, WORDS])
        self.check_alerts()
        self.check("the overview")
        browser.find("main h2 a").click()
        browser.wait_text("h1", NAME)
        browser.wait_text(".entry-summary", WORDS)
        browser.wait_text(".guards", NAME)
        browser.wait_text(".comparison thead", VERSION)
        browser.wait_text(".who", WORDS)
        browser.run("for (const d of document.querySelectorAll('details')) d.open = true")
        browser.settle()
        browser.run("document.querySelector('[data-verb=pause]').click()")
        browser.wait_text("dialog h2", NAME)
        self.check("the page of a route")
        browser.size(360, 740)
        browser.settle()
        self.assertEqual(browser.run(sight.TOO_WIDE), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
