"""How a gateway treats HTTP/2 upstreams: what it sends again, the limits it keeps, what it chooses.

usage: pool.py --place 127.0.0.1:8443 --certificate FILE --control PORT

The gateway's routes: /two to `http2`, /few to `few` (both `protocol: http2`), /tls to `tls` with
`protocol: http2`, /auto to `tls` and /auto1 to `tls1` with `protocol: auto`, /wrong to `tls1` with
`protocol: http2`. Prints a JSON list.
"""

import itertools
import os

from caller import call
from records import digest, pattern
from report import check, check_equal, place_and_control, run
from wire import Connection, request_fields

NUMBERS = itertools.count()


def new_test():
    return f"pool-{os.getpid()}-{next(NUMBERS)}"


class Asked:
    """A request, its answer, and all that the upstream got of it."""

    def __init__(self, place, control, path, method="GET", body=None):
        self.test = new_test()
        self.answer = call(place, "2", path, method, [("x-test-id", self.test)], body)
        self.records = control.records(self.test)

    def check(self, status, attempts):
        check_equal(self.answer.status, status, "the status")
        check_equal(len(self.records), attempts, "attempts")


def retried(path, method, body):
    def question(place, control):
        asked = Asked(place, control, path, method, body)
        asked.check(200, 2)
        last = asked.records[-1]
        check_equal((last["body_bytes"], last["end"]), (len(body or b""), "complete"), "the second")
        if body:
            check_equal(last["body_digest"], digest(body), "the body")
    return question


def whole_or_not_at_all(place, control):
    """A body beyond what is kept for a retry is sent again as a whole, or not at all."""
    body = pattern(1 << 20)
    asked = Asked(place, control, "/two/refused", "POST", body)
    check(asked.answer.status in (200, 502, 503), asked.answer)
    for record in asked.records:
        if record["end"] == "complete":
            check_equal(record["body_digest"], digest(body), "the body")


def leaving_is_answered(place, control):
    """GOAWAY that includes a request: it is answered, and the next goes elsewhere."""
    first = Asked(place, control, "/two/leaving")
    first.check(200, 1)
    second = Asked(place, control, "/two/echo")
    second.check(200, 1)
    check(first.records[0]["connection"] != second.records[0]["connection"], "the same connection")


def not_retried(path, method, statuses):
    def question(place, control):
        asked = Asked(place, control, path, method, b"hello" if method == "POST" else None)
        check_equal(len(asked.records), 1, "attempts")
        check(asked.answer.status in statuses, asked.answer)
        check(asked.answer.status != 200 or asked.answer.broken, asked.answer)
    return question


def refused_for_ever(place, control):
    asked = Asked(place, control, "/two/always-refused")
    check(asked.answer.status in (502, 503), asked.answer)
    check(asked.answer.value("x-sluice-error"), asked.answer)
    check_equal(len(asked.records), 2, "attempts: one retry is the default")


def held_together(place, control, route, count):
    """So many requests at once, all let through when the first has arrived; their answers."""
    gate = new_test()
    with Connection(place) as connection:
        streams = [connection.request(request_fields(place, f"{route}/hold/{gate}"))
                   for _ in range(count)]
        control.arrived(gate)
        connection.ping()
        control.release(gate, count)
        return [connection.wait_for(stream) for stream in streams]


def few_streams(place, control):
    answers = held_together(place, control, "/few", 12)
    check_equal([answer.status for answer in answers], [200] * 12, "the statuses")
    few = control.listeners()["few"]
    check_equal(few["faults"], [], "faults")
    check(few["most_streams"] <= 2, f"{few['most_streams']} streams at once on a connection")


def few_connections(place, control):
    before = control.listeners()["http2"]["connections"]
    answers = held_together(place, control, "/two", 60)
    check_equal([answer.status for answer in answers], [200] * 60, "the statuses")
    opened = control.listeners()["http2"]["connections"] - before
    check(opened <= 4, f"{opened} connections for 60 requests at once")


def a_connection_is_used_again(place, control):
    first, second = Asked(place, control, "/two/echo"), Asked(place, control, "/two/echo")
    with Connection(place) as connection:
        fields = [request_fields(place, "/two/echo", "GET", ("x-test-id", new_test()))
                  for _ in range(6)]
        tests = [dict(each)[b"x-test-id"].decode() for each in fields]
        for each in fields:
            check_equal(connection.wait_for(connection.request(each)).status, 200, "the status")
    used = {control.records(test)[0]["connection"] for test in tests}
    check_equal(len(used), 1, f"connections for requests of one client: {used}")
    check(first.answer.status == second.answer.status == 200, first.answer)


def speaks(route, protocol):
    def question(place, control):
        asked = Asked(place, control, f"{route}/echo", "POST", b"hello")
        asked.check(200, 1)
        check_equal(asked.records[0]["protocol"], protocol, "the protocol")
        check_equal(asked.records[0]["body_bytes"], 5, "the body")
    return question


def cannot_speak(place, control):
    asked = Asked(place, control, "/wrong/echo")
    asked.check(502, 0)
    check_equal(asked.answer.value("x-sluice-error"), "upstream_connect", "x-sluice-error")


SMALL = pattern(5_000)

CASES = [
    ("REFUSED_STREAM of GET", "sent again", retried("/two/refused", "GET", None)),
    ("REFUSED_STREAM of POST", "sent again, its body too", retried("/two/refused", "POST", SMALL)),
    ("REFUSED_STREAM of a POST that is too large to keep", "whole or not at all",
     whole_or_not_at_all),
    ("GOAWAY that leaves GET out", "sent again", retried("/two/unprocessed", "GET", None)),
    ("GOAWAY that leaves POST out", "sent again, its body too",
     retried("/two/unprocessed", "POST", SMALL)),
    ("GOAWAY that includes the request", "answered, the next one on another connection",
     leaving_is_answered),
    ("RST_STREAM INTERNAL_ERROR of POST", "not sent again, 502",
     not_retried("/two/reset/2", "POST", (502,))),
    ("RST_STREAM REFUSED_STREAM of POST after its answer began", "not sent again, broken",
     not_retried("/two/started", "POST", (200, 502))),
    ("RST_STREAM REFUSED_STREAM of GET after its answer began", "not sent again, broken",
     not_retried("/two/started", "GET", (200, 502))),
    ("REFUSED_STREAM every time", "502 or 503 after one retry", refused_for_ever),
    ("an upstream that allows two streams", "never three on a connection, all answered",
     few_streams),
    ("60 requests at once", "at most four connections", few_connections),
    ("one request after another", "one connection", a_connection_is_used_again),
    ("http2 over TLS", "HTTP/2", speaks("/tls", "http2")),
    ("auto, and the upstream has both", "HTTP/2", speaks("/auto", "http2")),
    ("auto, and the upstream has only HTTP/1.1", "HTTP/1.1", speaks("/auto1", "http1")),
    ("http2, and the upstream has only HTTP/1.1", "502 upstream_connect", cannot_speak),
]


if __name__ == "__main__":
    run(__doc__, CASES, place_and_control)
