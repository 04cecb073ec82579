"""Requests by httpx, as people write them, over HTTP/2.

usage: httpx_calls.py --place 127.0.0.1:8443 --certificate FILE --control PORT

The gateway's route /one leads to the upstream's `http1`. Prints a JSON list.
"""

import asyncio
import ssl

import httpx

from channel import SECONDS
from records import digest, pattern
from report import check, check_equal, place_and_control, run


class Client:
    """A client, and where its requests go."""

    def __init__(self, options):
        self.place, self.control = place_and_control(options)
        context = ssl.create_default_context(cafile=self.place.certificate)
        self.options = {
            "http1": False, "http2": True, "verify": context, "timeout": SECONDS,
            "trust_env": False, "base_url": f"https://{self.place.authority}/one"}

    def ask(self, method, path, **more):
        with httpx.Client(**self.options) as client:
            answer = client.request(method, path, **more)
        check_equal(answer.http_version, "HTTP/2", "the version")
        return answer


def get(client):
    answer = client.ask("GET", "/bytes/5000")
    check_equal((answer.status_code, answer.content), (200, pattern(5000)), "the answer")


def post(client):
    report = client.ask("POST", "/echo", json={"text": "hello"}).json()
    check_equal((report["method"], report["body_framing"]), ("POST", "length"), "the request")


def upload(client):
    body = pattern(2 << 20)
    pieces = (body[at:at + 10_000] for at in range(0, len(body), 10_000))
    report = client.ask("POST", "/echo", content=pieces).json()
    check_equal((report["body_bytes"], report["body_digest"]), (len(body), digest(body)), "body")


def download(client):
    with httpx.Client(**client.options) as own, own.stream("GET", "/bytes/3000000") as answer:
        body = b"".join(answer.iter_bytes())
    check(body == pattern(3_000_000), f"{len(body)} bytes")


def cookies(client):
    with httpx.Client(cookies={"a": "1", "b": "2"}, **client.options) as own:
        report = own.get("/echo").json()
    came = [value for name, value in report["fields"] if name.lower() == "cookie"]
    check_equal(came, ["a=1; b=2"], "cookie")


def at_once(client):
    async def ask_all():
        async with httpx.AsyncClient(**client.options) as own:
            return await asyncio.gather(*(own.get(f"/bytes/{size}") for size in range(1, 201)))

    answers = asyncio.run(ask_all())
    check_equal([len(answer.content) for answer in answers], list(range(1, 201)), "the sizes")
    check_equal({answer.http_version for answer in answers}, {"HTTP/2"}, "the versions")


CASES = [
    ("GET", "the bytes", get),
    ("POST of JSON", "the request", post),
    ("an upload in pieces", "every byte", upload),
    ("a download as a stream", "every byte", download),
    ("cookies", "one field", cookies),
    ("200 requests at once", "each its answer", at_once),
]

if __name__ == "__main__":
    run(__doc__, CASES, lambda options: (Client(options),))
