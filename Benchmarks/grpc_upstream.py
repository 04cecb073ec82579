# The gRPC service of a run: nghttpd over cleartext HTTP/2, one unary method that answers a message.

import os
import re
import shutil
import subprocess

from processes import StartFailed
from upstream import SMALL_JSON, free_ports

# nghttpd knows content types by the end of a file's name, so the method has one.
METHOD = "/sentiment.Model/Predict.unary"
QUESTION = b"the film was a little long but the ending was worth waiting for"


def message(payload):
    """A gRPC message on the wire: not compressed, its length in four bytes, itself."""
    return b"\0" + len(payload).to_bytes(4, "big") + payload


ANSWER_BYTES = len(message(SMALL_JSON.encode()))
HEADERS = ("-H", "content-type: application/grpc", "-H", "te: trailers")


class GrpcUpstream:
    """Two nghttpd, one for each version of a split; the same answer with trailers from both."""

    http2, streams = True, False

    def __init__(self, folder):
        self.folder = os.path.join(folder, "grpc")
        path = os.path.join(self.folder, METHOD.lstrip("/"))
        os.makedirs(os.path.dirname(path))
        with open(path, "wb") as file:
            file.write(message(SMALL_JSON.encode()))
        self.question = os.path.join(folder, "grpc-question")
        with open(self.question, "wb") as file:
            file.write(message(QUESTION))
        self._types = os.path.join(folder, "grpc-types")
        with open(self._types, "w") as file:
            file.write("application/grpc unary\n")
        self.first, self.second = free_ports(2)

    def start(self, fleet, core):
        for port in (self.first, self.second):
            command = [shutil.which("nghttpd"), "--no-tls", "--address", "127.0.0.1",
                       "--htdocs", self.folder, "--no-content-length", "--trailer",
                       "grpc-status: 0", "--mime-types-file", self._types, port]
            fleet.start(core, command, os.path.join(self.folder, f"log-{port}"), self.folder)

    def probe(self, port):
        """Asks through a proxy once; returns the answer's fields if it is whole, with trailers."""
        command = ["nghttp", "--verbose", "--null-out", "--timeout", "5", "--data", self.question,
                   *HEADERS, f"https://127.0.0.1:{port}{METHOD}"]
        result = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, timeout=20)
        said = result.stdout.decode("latin-1")
        if "protocol was not selected" in said:
            raise StartFailed("HTTP/2 was not negotiated")
        fields = dict(re.findall(r"recv \(stream_id=\d+(?:, sensitive)?\) (:?[^:\s]+): (.*)", said))
        if fields.get(":status") != "200":
            raise OSError(f"answered {fields.get(':status', 'nothing')}")
        # The proxy's heads may come in one frame or more, but trailers come after the message.
        message_at, status_at = said.rfind("recv DATA frame"), said.rfind(") grpc-status: 0")
        if not 0 <= message_at < status_at:
            raise StartFailed("the answer has no trailers with grpc-status: 0")
        return fields
