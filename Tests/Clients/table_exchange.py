"""Conformance: whole requests and their answers, which must simply work (RFC 9113 §8.8)."""

import base64
import json

from cases import Case, Wanted, ask, data, seen, stream_error, u32
from records import digest, pattern
from wire import DATA, END_STREAM, PADDED, RST_STREAM, frame, request_fields

MIB = 1 << 20
# What an upload may fill that nobody reads: windows, buffers, and the sockets' own.
MOST_HELD = 16 * MIB


def answered(words, number, question=lambda answer: True, stream=1):
    """An answer with this status, of which something holds."""
    def missed(trial):
        answer = trial.connection.wait_for(stream)
        if answer.status != number or not answer.whole:
            return f"{answer.describe()}, {len(answer.body)} bytes; {trial.end()}"
        return None if question(answer) else f"not {words}: {answer.fields} {answer.trailers}"
    return Wanted(f"{number}, {words}", missed)


def echoed(words, question):
    """The upstream's report of the request that it got."""
    return answered(words, 200, lambda answer: question(json.loads(bytes(answer.body))))


def send(path, method="GET", *more, body=None, trailers=None):
    """A whole request on the next stream, as windows allow."""
    return lambda trial: trial.connection.request(
        trial.fields(path, method, *more), body, trailers)


def has(answer, name, value):
    return answer.value(name) == value


def got(size, framing):
    return lambda it: (it["body_bytes"], it["body_digest"], it["body_framing"], it["end"]) == (
        size, digest(pattern(size)), framing, "complete")


SIMPLE = [
    Case("8.8.1", "GET", [send("/bytes/100")],
         answered("100 bytes", 200, lambda it: bytes(it.body) == pattern(100))),
    Case("8.8.1", "HEAD", [send("/bytes/100", "HEAD")],
         answered("a length and no body", 200,
                  lambda it: has(it, b"content-length", b"100") and not it.body)),
    Case("8.8.2", "304 without a body", [send("/status/304")],
         answered("no body", 304, lambda it: not it.body)),
    Case("8.8.2", "204 without a body", [send("/status/204")],
         answered("no body, no length", 204,
                  lambda it: not it.body and it.value(b"content-length") is None)),
    Case("8.8.3", "POST with content-length", [
        send("/echo", "POST", ("content-length", "1000"), body=pattern(1000))],
         echoed("the length is kept", got(1000, "length"))),
    Case("8.8.3", "POST without content-length", [send("/echo", "POST", body=pattern(1000))],
         echoed("the body is chunked", got(1000, "chunked"))),
    Case("8.8.3", "POST of nothing, ended by an empty DATA frame", [
        send("/echo", "POST", body=b"")],
         echoed("no bytes", lambda it: it["body_bytes"] == 0 and it["end"] == "complete")),
    Case("8.8.3", "POST of nothing, ended by HEADERS", [send("/echo", "POST")],
         echoed("no bytes", lambda it: it["body_bytes"] == 0 and it["end"] == "complete")),
] + [
    Case("8.8.3", f"{method} with a body", [
        send("/echo", method, ("content-length", "10"), body=pattern(10))],
         echoed("the method and the body",
                lambda it, method=method: it["method"] == method and it["body_bytes"] == 10))
    for method in ["PUT", "PATCH", "DELETE", "OPTIONS", "GET", "PURGE"]
]


def awaits_continue(trial):
    """The body follows only once the server says so."""
    connection = trial.connection
    connection.send_head(1, trial.fields(
        "/expectation", "POST", ("expect", "100-continue"), ("content-length", "5")), end=False)
    view = connection.stream(1)
    connection.receive_until(lambda: view.informational, "100")
    connection.send(data())


def informed(count):
    def question(answer):
        links = [dict(head).get(b"link") for head in answer.informational
                 if dict(head)[b":status"] == b"103"]
        return len(links) == count and None not in links
    return question


INFORMATIONAL = [
    Case("8.8.4", "100-continue", [awaits_continue],
         echoed("five bytes", lambda it: it["body_bytes"] == 5)),
    Case("8.8.4", "103 before the answer", [send("/inform/1")],
         answered("103 and then 200", 200, informed(1))),
    Case("8.8.4", "three times 103 before the answer", [send("/inform/3")],
         answered("103 thrice and then 200", 200, informed(3))),
]


def request_trailers(record):
    return record["trailers"] == [["x-checksum", "abc"], ["x-count", "2"]]


def told(**answer):
    """The field by which the upstream is told what to answer."""
    return "x-answer", base64.b64encode(json.dumps(answer).encode()).decode()


TRAILERS = [
    Case("8.1", "trailers of a request", [
        send("/echo", "POST", ("trailer", "x-checksum, x-count"), body=b"hello",
             trailers=[(b"x-checksum", b"abc"), (b"x-count", b"2")])],
         echoed("the trailers", request_trailers)),
    Case("8.1", "trailers of an answer", [
        send("/told", "GET", told(fields=[["trailer", "x-sum"]], body="hello",
                                  trailers=[["x-sum", "123"]]))],
         answered("a body and trailers", 200, lambda it: bytes(it.body) == b"hello"
                  and dict(it.trailers).get(b"x-sum") == b"123")),
]

LARGE = [
    Case("8.1", "an upload of 4 MiB", [
        send("/echo", "POST", ("content-length", str(4 * MIB)), body=pattern(4 * MIB))],
         echoed("every byte", got(4 * MIB, "length"))),
    Case("8.1", "an upload of 3 MiB without a length", [
        send("/echo", "POST", body=pattern(3 * MIB))],
         echoed("every byte", got(3 * MIB, "chunked"))),
    Case("8.1", "an answer of 6 MiB", [send(f"/bytes/{6 * MIB}")],
         answered("every byte", 200, lambda it: bytes(it.body) == pattern(6 * MIB))),
    Case("8.1", "an answer of 2 MiB without a length", [send(f"/bytes/{2 * MIB}/unframed")],
         answered("every byte", 200, lambda it: bytes(it.body) == pattern(2 * MIB))),
]


def padded_upload(trial):
    """A body in small frames, each with more padding than bytes; the padding uses up windows."""
    connection = trial.connection
    connection.send_head(1, trial.fields("/echo", "POST"), end=False)
    view = connection.stream(1)
    body = pattern(100_000)
    for at in range(0, len(body), 1000):
        payload = b"\xff" + body[at:at + 1000] + b"\0" * 255
        need = len(payload)
        connection.receive_until(
            lambda: min(connection.window, connection.send_window(1)) >= need or view.over,
            "a window that padding has used up")
        connection.window -= need
        view.window -= need
        flags = PADDED | (END_STREAM if at + 1000 == len(body) else 0)
        connection.send(frame(DATA, flags, 1, payload))


def many_at_once(count):
    def step(trial):
        for index in range(count):
            trial.connection.request(trial.fields(f"/bytes/{1000 + index}"))
    return step


def all_answered(count):
    def question(trial):
        return all(
            bytes(trial.connection.wait_for(2 * index + 1).body) == pattern(1000 + index)
            for index in range(count))
    return seen(f"{count} answers, each its own", question)


def one_after_another(trial):
    """More streams than may be open at once, one at a time."""
    trial.bad = 0
    for _ in range(250):
        answer = trial.connection.wait_for(trial.connection.request(trial.fields("/status/200")))
        trial.bad += answer.status != 200


def slow_beside_quick(trial):
    """One stream is not read; others on the same connection must go on, and it is not lost."""
    connection = trial.connection
    connection.paused.add(1)
    connection.request(trial.fields(f"/bytes/{2 * MIB}"))
    view = connection.stream(1)
    connection.receive_until(lambda: view.flow == 65_535, "a stream's window full")
    trial.quick = [
        bytes(connection.wait_for(connection.request(trial.fields("/bytes/300000"))).body)
        for _ in range(5)]
    trial.held = view.flow
    connection.resume(1)


def slow_is_held(trial):
    answer = trial.connection.wait_for(1)
    return (trial.held == 65_535 and trial.quick == [pattern(300_000)] * 5
            and bytes(answer.body) == pattern(2 * MIB))


def upload_beside_quick(trial):
    """An upload that the upstream does not read must not stand in the way of other streams."""
    connection = trial.connection
    connection.send_head(1, trial.fields(f"/sip/{trial.test}", "POST"), end=False)
    view = connection.stream(1)
    piece, trial.sent = pattern(16_384), 0
    # Until the server gives back no more of the stream's window.
    while (min(connection.window, connection.send_window(1)) >= len(piece)
           and trial.sent < MOST_HELD):
        connection.send(frame(DATA, 0, 1, piece))
        connection.window -= len(piece)
        view.window -= len(piece)
        trial.sent += len(piece)
        connection.ping()
    trial.quick = [
        connection.wait_for(connection.request(trial.fields("/echo", "POST"), b"x" * 70_000)).status
        for _ in range(3)]
    trial.control.release(trial.test, 100_000)
    connection.send_body(1, b"the end")


def upload_is_held(trial):
    """What was taken of the unread upload is what sockets and windows hold, not more and more."""
    answer = trial.connection.wait_for(1)
    return trial.quick == [200] * 3 and answer.status == 200 and trial.sent < MOST_HELD


def client_cancels(trial):
    connection = trial.connection
    connection.send_head(1, trial.fields(f"/until-gone/{trial.test}"))
    trial.control.arrived(trial.test)
    connection.send(frame(RST_STREAM, 0, 1, u32(8)))


def upstream_noticed(trial):
    trial.control.departed(trial.test)
    return trial.works() is None


def under_way_for_nothing(trial):
    """Bodies that were on their way, as windows allow, when their requests were answered early."""
    connection = trial.connection
    streams = range(1, 41, 2)
    for stream in streams:
        connection.send_head(stream, trial.fields("/early", "POST"), end=False)
    for stream in streams:
        connection.receive_until(
            lambda: connection.stream(stream).ended, f"the answer on {stream}")
    connection.ping()
    for stream in streams:
        connection.send(frame(DATA, 0, stream, pattern(16_000)) * 3)
    trial.statuses = {connection.stream(stream).status for stream in streams}


def forgiven(trial):
    return trial.connection.ping(b"after it") and trial.statuses == {403} and not trial.works()


FLOW = [
    Case("5.1", "bodies under way for 20 streams that are answered", [under_way_for_nothing],
         seen("403 each, the connection works on", forgiven)),
    Case("6.1", "an upload with more padding than bytes", [padded_upload],
         echoed("every byte", got(100_000, "chunked"))),
    Case("5.1.2", "100 streams at once", [many_at_once(100)], all_answered(100)),
    Case("5.1.2", "250 streams one after another", [one_after_another],
         seen("all answered", lambda trial: trial.bad == 0)),
    Case("5.2", "a slow reader on one stream", [slow_beside_quick],
         seen("it is held at its window, others go on, nothing is lost", slow_is_held)),
    Case("5.2", "an upload that the upstream does not read", [upload_beside_quick],
         seen("it is held, others go on, nothing is lost", upload_is_held)),
    Case("6.4", "a client that cancels ends the upstream's work", [client_cancels],
         seen("the upstream notices, the connection works on", upstream_noticed)),
    Case("8.1", "an answer before the end of the request", [
        ask(1, "/early", "POST", ("content-length", "1000000"), end=False), data(end=False)],
         answered("the answer", 403)),
    Case("8.1", "an answer that breaks off", [send("/cut/5000")],
         stream_error("INTERNAL_ERROR", "CANCEL", "PROTOCOL_ERROR")),
    Case("8.1", "what came of an answer before it broke off", [send("/cut/5000")],
         seen("a head and 5,000 bytes", lambda trial: (
             trial.connection.wait_for(1).status, bytes(trial.connection.stream(1).body)) == (
                 200, pattern(5000)))),
]

GATEWAY = [
    Case("8.1", "a route that is not there", [
        lambda trial: trial.connection.request(request_fields(trial.place, "/nowhere"))],
         answered("a problem in JSON", 404, lambda it: has(
             it, b"content-type", b"application/problem+json") and has(
                 it, b"x-sluice-error", b"no_route"))),
    Case("8.2.2", "an answer has no field of HTTP/1.1", [send("/bytes/50000/unframed")],
         answered("clean fields", 200, lambda it: not {name for name, _ in it.fields} & {
             b"connection", b"transfer-encoding", b"keep-alive", b"upgrade"}
             and all(name == name.lower() for name, _ in it.fields))),
    Case("8.2", "the gateway's own fields", [send("/status/200")],
         answered("an id and a version", 200, lambda it: len(it.value(b"x-request-id") or b"") > 0
                  and has(it, b"x-sluice-version", b"v1"))),
]

CASES = SIMPLE + INFORMATIONAL + TRAILERS + LARGE + FLOW + GATEWAY
