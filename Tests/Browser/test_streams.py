# The streams of a route: the time to their first byte, the gaps in them, and what broke.

import http.client
import http.server
import pathlib
import threading
import time
import unittest

import axe
import figures
from browser import Browser
from gateway import Admin, OwnGateway, wait

STREAMS = 24
EVENTS = 5
BROKEN = 3

FIGURES = """
const cells = document.querySelectorAll('[aria-labelledby=streams-title] [data-version="v1"]');
return Object.fromEntries([...cells].map((cell) =>
  [cell.dataset.figure, [cell.textContent, cell.parentElement.querySelector('.bounds')?.textContent ?? '']]));
"""


class Teller(http.server.BaseHTTPRequestHandler):
    """Answers with a few events; some streams it breaks off."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def do_GET(self):
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for number in range(EVENTS):
            self.wfile.write(b"9\r\ndata: %d\n\n\r\n" % number)
            self.wfile.flush()
            # So that events are told apart; how long is not asked.
            time.sleep(0.005)
        if self.path.endswith("broken"):
            self.close_connection = True
        else:
            self.wfile.write(b"0\r\n\r\n")


class StreamGateway(OwnGateway):
    """A gateway with one more route, of streams."""

    def start(self):
        self.teller = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Teller)
        self.teller.daemon_threads = True
        threading.Thread(target=self.teller.serve_forever, daemon=True).start()
        pathlib.Path(self.folder, "Routes", "tell.yaml").write_text(
            "route: tell\nmatch: {path: /tell/**}\nversions:\n"
            f"  v1: {{endpoints: ['http://127.0.0.1:{self.teller.server_address[1]}']}}\n")
        super().start()

    def ask(self, path):
        connection = self.client()
        connection.request("GET", path)
        response = connection.getresponse()
        assert response.status == 200
        try:
            assert response.read().count(b"data: ") == EVENTS
        except (OSError, http.client.IncompleteRead):
            assert path.endswith("broken")
        connection.close()

    def end(self):
        super().end()
        self.teller.shutdown()
        self.teller.server_close()


class StreamsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.gateway = StreamGateway()
        cls.addClassCleanup(cls.gateway.end)
        cls.admin = Admin(cls.gateway.port, OwnGateway.VIEWER)
        for number in range(STREAMS):
            cls.gateway.ask("/tell/broken" if number < BROKEN else "/tell/all")
        cls.version = wait("all streams to be counted", cls.counted)
        cls.browser = Browser(1280, 1600)
        cls.addClassCleanup(cls.browser.end)
        cls.browser.sign_in(cls.admin.address, OwnGateway.VIEWER, window="10m")
        cls.browser.open("about:blank")
        cls.browser.open(cls.admin.address + "/#/route/tell")
        cls.browser.wait_live()

    @classmethod
    def counted(cls):
        version = cls.admin.get("/api/v1/routes/tell/comparison?window=10m")["versions"][0]
        return version if version.get("streams", {}).get("streams") == STREAMS else None

    def tearDown(self):
        self.assertEqual(self.browser.errors(), [], "the console has something to complain of")

    def test_figures_are_the_apis_with_their_intervals(self):
        wanted = figures.streams(self.version)
        self.assertEqual(wanted["broken"][0], str(BROKEN))
        self.assertNotEqual(wanted["gap_p50"][0], figures.NOTHING)
        self.assertRegex(wanted["gap_p50"][1], r"ms … .*ms")
        shown = self.browser.wait_for(
            "the streams", f"const shown = (() => {{ {FIGURES} }})(); return shown.streams ? shown : null")
        self.assertEqual({name: tuple(pair) for name, pair in shown.items()}, wanted)
        axe.check(self, self.browser, "a route of streams")

    def test_routes_without_streams_have_no_such_table(self):
        self.browser.open(self.admin.address + "/#/route/quiet")
        self.browser.wait_text("#phase", "under way")
        self.browser.wait_for("its figures", "return document.querySelector('[data-figure=requests]') !== null")
        self.assertTrue(self.browser.run(
            "return document.querySelector('[aria-labelledby=streams-title]').hidden"))
        self.browser.open(self.admin.address + "/#/route/tell")


if __name__ == "__main__":
    unittest.main(verbosity=2)
