"""Asks through a gateway in all four directions (1→1, 1→2, 2→1, 2→2) what reaches either side.

usage: translation.py --place 127.0.0.1:8443 --certificate FILE --control PORT

The gateway's routes: /one to the upstream's `http1`, /two to `http2`. Prints a JSON list.
"""

import base64
import itertools
import json
import os

from caller import call
from records import digest, pattern
from report import check, check_equal, place_and_control, run

# Fields that belong to a connection of HTTP/1.1 (RFC 9110 §7.6.1, RFC 9113 §8.2.2).
HOP = {"connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade"}

NUMBERS = itertools.count()


class Way:
    """One direction, and what is asked by it."""

    def __init__(self, place, control, client, upstream):
        self.place, self.control = place, control
        self.client, self.upstream = client, upstream

    def __str__(self):
        return f"{self.client}→{self.upstream}"

    def call(self, path, method="GET", fields=(), *more, **options):
        """The answer, and the record of the request that the upstream got."""
        test = f"way-{self.client}{self.upstream}-{os.getpid()}-{next(NUMBERS)}"
        route = "/one" if self.upstream == "1" else "/two"
        answer = call(
            self.place, self.client, route + path, method, [("x-test-id", test), *fields], *more,
            **options)
        records = self.control.records(test)
        return answer, records[0] if records else None

    def told(self, fields=(), method="GET", **answer):
        """What comes of an answer with these fields at the upstream."""
        plan = base64.b64encode(json.dumps(dict(answer, fields=list(fields))).encode()).decode()
        return self.call("/told", method, [("x-answer", plan)])[0]


def values(record, name):
    return [value for key, value in record["fields"] if key.lower() == name]


def names(record):
    return {name.lower() for name, _ in record["fields"]}


# The request.

def request_is_clean(way):
    more = [("X-Mixed-Case", "Kept As It Is"), ("Accept", "a/b"), ("accept", "c/d")]
    if way.client == "1":
        more += [("Connection", "keep-alive, X-Hop"), ("X-Hop", "1"), ("Keep-Alive", "timeout=5"),
                 ("Proxy-Connection", "keep-alive")]
    answer, record = way.call("/echo", "GET", more)
    check_equal(answer.status, 200, "the status")
    kept = names(record)
    check(not kept & {"keep-alive", "proxy-connection", "x-hop", "upgrade"}, record["fields"])
    check_equal(values(record, "x-mixed-case"), ["Kept As It Is"], "x-mixed-case")
    check_equal(", ".join(values(record, "accept")), "a/b, c/d", "accept")
    if way.upstream == "2":
        check(not kept & (HOP | {"te", "host"}), record["fields"])
        check(all(name == name.lower() for name, _ in record["fields"]), record["fields"])
        check_equal(record["wire"][0].split()[0], "Headers", "the first frame")
    else:
        check("transfer-encoding" not in kept, record["fields"])


def authority_is_right(way):
    _, record = way.call("/echo")
    check_equal(record["authority"], way.place.authority, "the authority")
    if way.upstream == "1":
        check_equal(values(record, "host"), [way.place.authority], "host")
    else:
        check(record["scheme"] in ("http", "https"), record["scheme"])
        check_equal(record["method"], "GET", "the method")


def target_is_kept(way):
    target = "/echo/a%2Fb//c;d=1/~e?x=1&y=%20&z=a?b/../c"
    _, record = way.call(target)
    check(record["target"].endswith(target), record["target"])


def te_is_trailers_or_nothing(way):
    fields = [("te", "trailers")] + ([("Connection", "TE")] if way.client == "1" else [])
    _, record = way.call("/echo", "GET", fields)
    came = values(record, "te")
    # Services of gRPC insist on it (gRPC over HTTP2, "Requests").
    wanted = [["trailers"]] if (way.client, way.upstream) == ("2", "2") else [["trailers"], []]
    check(came in wanted, f"te: {came}")


def te_of_others_is_dropped(way):
    _, record = way.call("/echo", "GET", [("TE", "gzip, trailers;q=0.5"), ("Connection", "TE")])
    check(values(record, "te") in (["trailers"], []), record["fields"])


def cookies_are_joined(way):
    crumbs = [("cookie", "a=1"), ("cookie", "b=2"), ("cookie", "c=3; d=4")]
    fields = crumbs if way.client == "2" else [("Cookie", "a=1; b=2; c=3; d=4")]
    _, record = way.call("/echo", "GET", fields)
    came = values(record, "cookie")
    if way.upstream == "1":
        check_equal(came, ["a=1; b=2; c=3; d=4"], "cookie")
    else:
        check_equal("; ".join(came), "a=1; b=2; c=3; d=4", "cookie")


def length_is_kept(way):
    body = pattern(50_000)
    _, record = way.call("/echo", "POST", (), body)
    check_equal(values(record, "content-length"), ["50000"], "content-length")
    check(not names(record) & {"transfer-encoding"}, record["fields"])
    check_equal((record["body_bytes"], record["body_digest"]), (50_000, digest(body)), "the body")
    check_equal(record["end"], "complete", "the end")


def chunks_stay_on_http1(way):
    body = pattern(50_000)
    _, record = way.call("/echo", "POST", (), body, chunked=True)
    check_equal(values(record, "content-length"), [], "content-length")
    wanted = ["chunked"] if way.upstream == "1" else []
    check_equal(values(record, "transfer-encoding"), wanted, "transfer-encoding")
    check_equal((record["body_bytes"], record["body_digest"]), (50_000, digest(body)), "the body")


def empty_body(way):
    _, record = way.call("/echo", "POST", (), b"")
    check_equal((record["body_bytes"], record["end"]), (0, "complete"), "the body")
    check(values(record, "content-length") in (["0"], []), record["fields"])


def get_has_no_body(way):
    _, record = way.call("/echo")
    check(not names(record) & {"content-length", "transfer-encoding"}, record["fields"])
    if way.upstream == "2":
        check("END_STREAM" in record["wire"][0], record["wire"])


def trailers_of_the_request(way):
    trailers = [("x-checksum", "abc"), ("x-count", "2")]
    _, record = way.call(
        "/echo", "POST", [("trailer", "x-checksum, x-count")], b"hello", trailers)
    came = [(name.lower(), value) for name, value in record["trailers"]]
    check_equal(came, trailers, "trailers")
    check_equal(record["body_bytes"], 5, "the body")


def bytes_beyond_ascii(way):
    _, record = way.call("/echo", "GET", [("x-name", "J\u00e4ger")])
    came = values(record, "x-name")[0].encode("latin-1")
    check(came in ("J\u00e4ger".encode(), "J\u00e4ger".encode("latin-1")), came)


def own_fields_are_sent(way):
    _, record = way.call("/echo", "GET", [("x-request-id", "mine-1")])
    check_equal(values(record, "x-request-id"), ["mine-1"], "x-request-id")
    check_equal(values(record, "x-forwarded-proto"), ["https"], "x-forwarded-proto")
    check_equal(values(record, "x-forwarded-for"), ["127.0.0.1"], "x-forwarded-for")


def large_upload(way):
    body = pattern(3 << 20)
    _, record = way.call("/echo", "POST", (), body)
    check_equal((record["body_bytes"], record["body_digest"]), (len(body), digest(body)), "body")


# The answer.

def check_clean(way, answer):
    check(not answer.names & {"keep-alive", "proxy-connection", "upgrade", "x-hop"}, answer)
    if way.client == "2":
        check(not answer.names & HOP, answer)
        check(all(name == name.lower() for name, _ in answer.raw), answer)


def answer_is_clean(way):
    fields = [["content-length", "2"], ["x-list", "a"], ["x-list", "b"],
              ["set-cookie", "a=1; Path=/"], ["set-cookie", "b=2"]]
    if way.upstream == "1":
        fields += [["Connection", "X-Hop"], ["X-Hop", "1"], ["Keep-Alive", "timeout=5"],
                   ["Proxy-Connection", "keep-alive"], ["X-Mixed-Case", "Kept"]]
    answer = way.told(fields, body="ok")
    check_equal((answer.status, answer.body), (200, b"ok"), "the answer")
    check_clean(way, answer)
    check_equal(answer.values("set-cookie"), ["a=1; Path=/", "b=2"], "set-cookie")
    check_equal(", ".join(answer.values("x-list")), "a, b", "x-list")
    check_equal(answer.values("content-length"), ["2"], "content-length")
    if way.upstream == "1":
        check_equal(answer.values("x-mixed-case"), ["Kept"], "x-mixed-case")


def answer_without_length(way):
    answer, _ = way.call("/bytes/200000/unframed")
    check_equal(answer.body, pattern(200_000), "the body")
    check_clean(way, answer)
    wanted = ["chunked"] if way.client == "1" else []
    check_equal(answer.values("transfer-encoding"), wanted, "transfer-encoding")
    check(answer.broken is None, answer)


def answer_with_length(way):
    answer, _ = way.call("/bytes/200000")
    check_equal(answer.body, pattern(200_000), "the body")
    check_equal(answer.values("content-length"), ["200000"], "content-length")
    check_equal(answer.values("transfer-encoding"), [], "transfer-encoding")


def large_answer(way):
    answer, _ = way.call(f"/bytes/{3 << 20}")
    check_equal(digest(answer.body), digest(pattern(3 << 20)), "the body")


def head_is_kept(way):
    answer, _ = way.call("/bytes/5000", "HEAD")
    check_equal((answer.status, answer.body, answer.broken), (200, b"", None), "the answer")
    check_equal(answer.values("content-length"), ["5000"], "content-length")


def bodyless(status):
    def question(way):
        answer, _ = way.call(f"/status/{status}")
        check_equal((answer.status, answer.body, answer.broken), (status, b"", None), "the answer")
        check(not answer.names & {"transfer-encoding"}, answer)
    return question


def informational(way):
    answer, _ = way.call("/inform/2")
    check_equal((answer.status, answer.body), (200, b"informed"), "the answer")
    check_equal([status for status, _ in answer.informational], [103, 103], "before the answer")
    links = [{name.lower() for name, _ in fields} >= {"link"} for _, fields in answer.informational]
    check(all(links), answer.informational)


def trailers_of_the_answer(way):
    answer = way.told([["trailer", "x-sum"]], body="hello", trailers=[["x-sum", "12"]])
    check_equal(answer.body, b"hello", "the body")
    came = [(name.lower(), value) for name, value in answer.trailers]
    check_equal(came, [("x-sum", "12")], "trailers")


def broken_answer(way):
    answer, _ = way.call("/cut/30000")
    # A reset may overtake what came before it (RFC 9113 §5.4.2): then there is not even a head.
    check(answer.broken is not None and answer.status in (0, 200, 502), answer)
    check(len(answer.body) <= 30_000, answer)


def illegal_answer(name, *field):
    """What no HTTP/2 server may say; it must not reach the client."""
    def question(way):
        answer = way.told([list(field)], body="ok")
        check_equal(answer.status, 502, "the status")
        check_equal(answer.values("x-sluice-error"), ["upstream_protocol"], "x-sluice-error")
        check("injected" not in str(answer), answer)
    return name, question


ILLEGAL = [
    illegal_answer("an uppercase name", "X-Upper", "1"),
    illegal_answer("the field connection", "connection", "close"),
    illegal_answer("the field transfer-encoding", "transfer-encoding", "chunked"),
    illegal_answer("a line break in a value", "x-value", "a\r\nx-injected: 1"),
    illegal_answer("NUL in a value", "x-value", "a\0b"),
    illegal_answer("a space in a name", "x injected", "1"),
    illegal_answer("a pseudo-header field of requests", ":path", "/"),
    illegal_answer("a second status", ":status", "201"),
    illegal_answer("two lengths", "content-length", "2, 3"),
]

REQUESTS = [
    ("no field of the connection, names as the protocol has them", request_is_clean),
    ("the authority", authority_is_right),
    ("the target, byte for byte", target_is_kept),
    ("te: trailers", te_is_trailers_or_nothing),
    ("cookies", cookies_are_joined),
    ("content-length is kept", length_is_kept),
    ("a body without a length", chunks_stay_on_http1),
    ("an empty body", empty_body),
    ("GET has no body", get_has_no_body),
    ("trailers of a request", trailers_of_the_request),
    ("bytes beyond ASCII", bytes_beyond_ascii),
    ("the gateway's own fields", own_fields_are_sent),
    ("an upload of 3 MiB", large_upload),
]

ANSWERS = [
    ("no field of the upstream's connection", answer_is_clean),
    ("an answer without a length", answer_without_length),
    ("an answer with a length", answer_with_length),
    ("an answer of 3 MiB", large_answer),
    ("an answer to HEAD", head_is_kept),
    ("204", bodyless(204)),
    ("304", bodyless(304)),
    ("103 twice", informational),
    ("trailers of an answer", trailers_of_the_answer),
    ("an answer that breaks off shows as broken", broken_answer),
]


def rows(client, upstream):
    """All that is asked in one direction."""
    asked = REQUESTS + ANSWERS
    if client == "1":
        asked = asked + [("te of other kinds is dropped", te_of_others_is_dropped)]
    if upstream == "2":
        asked = asked + [(f"an answer with {name} is refused", ask) for name, ask in ILLEGAL]
    return [(f"{client}→{upstream} {name}", name, lambda place, control, ask=question: ask(
        Way(place, control, client, upstream))) for name, question in asked]


def nothing_illegal(_place, control):
    """What the library of the HTTP/2 upstream thinks of all that was sent to it."""
    faults = control.listeners()["http2"]["faults"]
    check_equal(faults, [], "faults")


CASES = [row for client in "12" for upstream in "12" for row in rows(client, upstream)] + [
    ("→2 nothing illegal at all", "the library has no complaint", nothing_illegal)]


if __name__ == "__main__":
    run(__doc__, CASES, place_and_control)
