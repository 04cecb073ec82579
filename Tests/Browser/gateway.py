# The gateway under the browser: the running demo, or one with files of its own, as processes.

import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import ssl
import subprocess
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("SLUICE_BINARY", str(ROOT / ".build/debug/sluice"))
DEADLINE_SECONDS = 45.0


def wait(what, ask, seconds=DEADLINE_SECONDS):
    """The first answer that is not None and not False."""
    end = time.monotonic() + seconds
    while True:
        answer = ask()
        if answer is not None and answer is not False:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s in vain for {what}")
        time.sleep(0.03)


class Process:
    """A program in a folder of its own; its output is a file, so that it never waits for us."""

    def __init__(self, arguments, folder):
        self.folder = folder
        self.log = open(os.path.join(folder, "output"), "ab+")
        environment = dict(os.environ, HOME=folder, TMPDIR=folder, SWIFT_BACKTRACE="enable=no")
        self.process = subprocess.Popen(
            [BINARY, *arguments], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
            stdout=self.log, stderr=subprocess.STDOUT)

    def output(self):
        with open(self.log.name, "rb") as file:
            return file.read().decode("utf-8", "replace")

    def find(self, pattern):
        if self.process.poll() is not None:
            raise AssertionError(f"it ended with {self.process.returncode}: {self.output()[-2000:]}")
        match = re.search(pattern, self.output())
        return match.group(1) if match else None

    def end(self, number=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(number)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(20)
        self.log.close()


class Admin:
    """Asks an admin listener."""

    def __init__(self, port, token=None):
        self.port = port
        self.token = token

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}"

    def ask(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"authorization": f"Bearer {self.token}"} if self.token else {}
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        data = response.read()
        connection.close()
        return response.status, data

    def get(self, path):
        status, data = self.ask("GET", path)
        assert status == 200, f"{path} answered {status}: {data[:300]}"
        return json.loads(data)

    def decisions(self, route):
        """Oldest first."""
        return self.get(f"/api/v1/decisions?route={route}&limit=200")["decisions"][::-1]

    def ramp(self, route):
        return self.get(f"/api/v1/routes/{route}")["ramp"]


class Listener:
    """Keeps every snapshot and decision of the live stream, by a thread of its own."""

    def __init__(self, admin):
        self.snapshots = {}
        self.decisions = []
        self.connection = http.client.HTTPConnection("127.0.0.1", admin.port, timeout=30)
        self.connection.request("GET", "/api/v1/stream")
        self.response = self.connection.getresponse()
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        name = None
        try:
            for line in self.response:
                if line.startswith(b"event: "):
                    name = line[7:].strip()
                elif line.startswith(b"data: "):
                    document = json.loads(line[6:])
                    if name == b"snapshot":
                        self.snapshots[document["at_ms"]] = document
                    else:
                        self.decisions.append(document)
        except (OSError, ValueError, http.client.HTTPException, AttributeError):
            return

    def end(self):
        if self.connection.sock:
            self.connection.sock.close()
        self.connection.close()


class Demo:
    """The demo: three ramps under steady load."""

    def __init__(self, rate=180):
        self.folder = tempfile.mkdtemp(prefix="sluice-browser-")
        self.process = Process(["demo", "--rate", str(rate)], self.folder)
        find = r"http://127\.0\.0\.1:(\d+)/metrics"
        self.admin = Admin(int(wait("the demo's screen", lambda: self.process.find(find))))

    def behave(self, route, version, change):
        """Has a sample model behave otherwise from now on."""
        config = self.admin.get(f"/api/v1/routes/{route}")["config"]
        url = next(v for v in config["versions"] if v["version"] == version)["endpoints"][0]
        connection = http.client.HTTPConnection(url.split("//")[1], timeout=20)
        connection.request("PUT", "/_behaviour", json.dumps(change))
        assert connection.getresponse().status == 200
        connection.close()

    def end(self):
        self.process.end(signal.SIGINT)
        shutil.rmtree(self.folder, ignore_errors=True)


class OwnGateway:
    """A gateway whose files a test writes; it can be killed and started again at the same place."""

    VIEWER = "only-to-look-on-0123456789"
    OPERATOR = "to-move-ramps-too-0123456789"

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="sluice-browser-")
        routes = pathlib.Path(self.folder, "Routes")
        routes.mkdir()
        for name, text in (("viewer", self.VIEWER), ("operator", self.OPERATOR)):
            pathlib.Path(self.folder, name).write_text(text)
        (routes / "gateway.yaml").write_text(
            "admin_tokens:\n"
            "  - {name: wall, role: viewer, file: viewer}\n"
            "  - {name: ann, role: operator, file: operator}\n"
            # However busy the machine is, every copy has its place and its times.
            "limits: {shadow_late: 60s, shadow_delay: 1000000}\n")
        (routes / "quiet.yaml").write_text(
            "route: quiet\nmatch: {path: /quiet/**}\nversions:\n"
            "  v1: {endpoints: [http://127.0.0.1:9]}\n  v2: {endpoints: [http://127.0.0.1:9]}\n"
            "canary: {stable: v1, candidate: v2, hold: 1h, guards: [{metric: error_rate, max: 5%}]}\n")
        subprocess.run([BINARY, "certs"], cwd=self.folder, check=True, capture_output=True)
        self.port = 0
        self.start()

    def start(self):
        self.process = Process(
            ["run", "--listen", "127.0.0.1:0", "--admin", f"127.0.0.1:{self.port}", "--workers", "1"],
            self.folder)
        wait("the listening line", lambda: self.process.find(r"(admin=http)") and self.answers())

    def answers(self):
        ports = re.findall(r"admin=http://127\.0\.0\.1:(\d+)", self.process.output())
        self.port = int(ports[-1])
        try:
            return Admin(self.port).ask("GET", "/readyz")[0] == 200
        except OSError:
            return None

    def client(self):
        """A connection as of a caller."""
        port = int(re.search(r"clients=https://127\.0\.0\.1:(\d+)", self.process.output()).group(1))
        context = ssl._create_unverified_context()
        return http.client.HTTPSConnection("localhost", port, timeout=20, context=context)

    def kill(self):
        self.process.end(signal.SIGKILL)

    def end(self):
        self.process.end()
        shutil.rmtree(self.folder, ignore_errors=True)
