"""Calls of gRPC by grpcio through a gateway, over TLS.

usage: grpc_calls.py --place 127.0.0.1:8443 --certificate FILE

The gateway's routes, by path: /test.Echo/** to one service of grpc_service.py, /test.Mortal/** to
another one, /test.Dead/** to a port where nobody listens, all `protocol: http2`; no other route.
Prints a JSON list.
"""

import json
import os
import queue
import threading

import grpc

from channel import Place
from report import check, check_equal, run
from wire import Connection, request_fields

# The deadline of every call that is to succeed: generous, for machines are slow.
SECONDS = 30
LARGE = 8 << 20
TEST = f"grpc-{os.getpid()}"


class Calls:
    """A channel through the gateway."""

    def __init__(self, place):
        self.place = place
        with open(place.certificate, "rb") as file:
            roots = file.read()
        self.channel = grpc.secure_channel(
            f"{place.name}:{place.port}", grpc.ssl_channel_credentials(roots), options=[
                ("grpc.max_receive_message_length", LARGE),
                ("grpc.max_send_message_length", LARGE), ("grpc.enable_retries", 0),
                ("grpc.enable_http_proxy", 0)])

    def unary(self, method, service="test.Echo"):
        return self.channel.unary_unary(f"/{service}/{method}")

    def stream(self, method, service="test.Echo"):
        return self.channel.unary_stream(f"/{service}/{method}")

    def seen(self, test, fact):
        """What the service has seen of a test, once it has seen this."""
        text = self.unary("Seen")(f"{test} {fact}".encode(), timeout=SECONDS)
        return json.loads(text)


def check_fails(call, code, *words):
    """The call must end with this status, whose details have these words."""
    try:
        result = call()
    except grpc.RpcError as error:
        check_equal(error.code(), code, f"the status ({error.details()!r})")
        for word in words:
            check(word in (error.details() or ""), f"details {error.details()!r}")
        return error
    check(False, f"an answer: {result!r}")


def unary(calls):
    check_equal(calls.unary("Unary")(b"hello", timeout=SECONDS), b"hello", "the answer")


def unary_empty(calls):
    check_equal(calls.unary("Unary")(b"", timeout=SECONDS), b"", "the answer")


def server_stream(calls):
    came = list(calls.stream("Expand")(b"200", timeout=SECONDS))
    check_equal(came, [b"message %d" % number for number in range(200)], "the messages")


def server_stream_of_nothing(calls):
    check_equal(list(calls.stream("Expand")(b"0", timeout=SECONDS)), [], "the messages")


def client_stream(calls):
    collect = calls.channel.stream_unary("/test.Echo/Collect")
    parts = [b"part %d" % number for number in range(200)]
    check_equal(collect(iter(parts), timeout=SECONDS), b"|".join(parts), "the answer")


def client_stream_of_nothing(calls):
    collect = calls.channel.stream_unary("/test.Echo/Collect")
    check_equal(collect(iter([]), timeout=SECONDS), b"", "the answer")


def chat(calls):
    """Each message is sent only after the answer to the one before."""
    sent = queue.Queue()
    answers = calls.channel.stream_stream("/test.Echo/Chat")(
        iter(sent.get, None), timeout=SECONDS)
    for number in range(50):
        sent.put(b"%d" % number)
        check_equal(next(answers), b"re: %d" % number, "the answer")
    sent.put(None)
    check_equal(list(answers), [], "more")
    check_equal(answers.code(), grpc.StatusCode.OK, "the status")


def large(calls):
    message = os.urandom(3 << 20)
    came = calls.unary("Unary")(message, timeout=SECONDS)
    check(came == message, f"{len(came)} other bytes")


def in_parallel(calls):
    pending = [calls.unary("Unary").future(b"%d" % number, timeout=2 * SECONDS)
               for number in range(400)]
    check_equal([each.result() for each in pending], [b"%d" % number for number in range(400)],
                "the answers")


def fails(code):
    def question(calls):
        words = f"words for {code.value[0]}: 100 % \u00fcberall"
        request = f"{code.value[0]} {words}".encode()
        error = check_fails(
            lambda: calls.unary("Fail")(request, timeout=SECONDS), code, words)
        trailing = dict(error.trailing_metadata())
        check_equal(trailing.get("x-reason"), "by request", "x-reason")
        check_equal(trailing.get("x-detail-bin"), b"\0\x01\xff", "x-detail-bin")
    return question


def fails_later(calls):
    answers = calls.stream("FailLater")(b"9 in the end", timeout=SECONDS)
    check_equal([next(answers), next(answers)], [b"one", b"two"], "the messages")
    check_fails(lambda: next(answers), grpc.StatusCode.FAILED_PRECONDITION, "in the end")


def deadline(calls):
    test = f"{TEST}-deadline"
    check_fails(
        lambda: calls.unary("Slow")(b"", timeout=2, metadata=[("x-test-id", test)]),
        grpc.StatusCode.DEADLINE_EXCEEDED)
    seen = calls.seen(test, "ended")
    check(seen.get("ended"), "the service was not let off")
    check(0 < (seen.get("remaining") or 0) <= 2.01, f"the service had {seen.get('remaining')} s")


def deadline_of_the_gateway(calls):
    """A client that does not look at the time itself: the gateway does."""
    place = calls.place
    fields = request_fields(
        place, "/test.Echo/Slow", "POST", ("content-type", "application/grpc"),
        ("te", "trailers"), ("grpc-timeout", "700m"), ("x-test-id", f"{TEST}-timed"))
    with Connection(place) as connection:
        answer = connection.wait_for(connection.request(fields, b"\0\0\0\0\0"))
    check(answer.whole, answer.describe())
    ends = dict(answer.trailers or answer.fields)
    check_equal(ends.get(b"grpc-status"), b"4", f"grpc-status of {answer.fields}")
    check(calls.seen(f"{TEST}-timed", "ended").get("ended"), "the service was not let off")


def cancelled(calls):
    test = f"{TEST}-cancelled"
    answers = calls.stream("Endless")(b"", timeout=SECONDS, metadata=[("x-test-id", test)])
    check_equal(next(answers), b"message 0", "the message")
    answers.cancel()
    check(calls.seen(test, "ended").get("ended"), "the service was not told")


def slow_client(calls):
    """A stream that is not read stands; other calls on the same connection do not."""
    answers = calls.stream("Endless")(b"", timeout=SECONDS)
    next(answers)
    for _ in range(20):
        unary(calls)
    answers.cancel()


def metadata(calls):
    sent = [("x-meta-text", "some words, and more"), ("x-meta-twice", "1"), ("x-meta-twice", "2"),
            ("x-meta-bytes-bin", bytes(range(256)))]
    text, call = calls.unary("Metadata").with_call(b"", timeout=SECONDS, metadata=sent)
    flat = [[key, value.hex() if isinstance(value, bytes) else value] for key, value in sent]
    check_equal(sorted(json.loads(text)), sorted(flat), "what the service got")
    for words, came in [("x-initial-", call.initial_metadata()),
                        ("x-trailing-", call.trailing_metadata())]:
        back = [(key.removeprefix(words), value) for key, value in came if key.startswith(words)]
        check_equal(sorted(back, key=str), sorted(sent, key=str), words)


def dead_upstream(calls):
    error = check_fails(lambda: calls.unary("Any", "test.Dead")(b"", timeout=SECONDS),
                        grpc.StatusCode.UNAVAILABLE)
    # The gateway's words, not those that grpcio finds for an answer that is not gRPC.
    words = error.details() or ""
    check(any(word in words for word in ("endpoint", "pstream")), f"details {words!r}")


def unknown_route(calls):
    check_fails(lambda: calls.unary("Any", "test.Nowhere")(b"", timeout=SECONDS),
                grpc.StatusCode.UNIMPLEMENTED)


def unknown_method(calls):
    check_fails(lambda: calls.unary("Nothing")(b"", timeout=SECONDS),
                grpc.StatusCode.UNIMPLEMENTED)


def gateway_error_is_trailers_only(calls):
    """An error of the gateway as gRPC has it: status 200, and the rest in one head."""
    fields = request_fields(
        calls.place, "/test.Dead/Any", "POST", ("content-type", "application/grpc+proto"),
        ("te", "trailers"))
    with Connection(calls.place) as connection:
        answer = connection.wait_for(connection.request(fields, b"\0\0\0\0\0"))
    check_equal((answer.status, len(answer.heads), len(answer.body)), (200, 1, 0), "the answer")
    head = dict(answer.fields)
    check(head.get(b"content-type", b"").startswith(b"application/grpc"), answer.fields)
    check_equal(head.get(b"grpc-status"), b"14", "grpc-status")
    check(head.get(b"grpc-message"), answer.fields)
    check(head.get(b"x-request-id"), answer.fields)


def upstream_dies(calls):
    answers = calls.stream("Die", "test.Mortal")(b"", timeout=SECONDS)
    check_equal([next(answers), next(answers)], [b"one", b"two"], "the messages")
    now = calls.unary("Now", "test.Mortal").future(b"", timeout=SECONDS)
    try:
        check(False, f"another message: {next(answers)!r}")
    except StopIteration:
        check(False, "the stream ended as if it were whole")
    except grpc.RpcError as error:
        gone = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN,
                grpc.StatusCode.CANCELLED)
        check(error.code() in gone, error)
    check(now.exception(timeout=SECONDS) is not None, "the call that killed it was answered")
    # Nobody is there any more.
    check_fails(lambda: calls.unary("Now", "test.Mortal")(b"", timeout=SECONDS),
                grpc.StatusCode.UNAVAILABLE)


def many_channels(calls):
    """Sixteen clients with a channel each, all at once."""
    faults = []

    def run():
        try:
            own = Calls(calls.place)
            for _ in range(20):
                unary(own)
            chat(own)
            own.channel.close()
        except Exception as error:  # told by the test, not by the thread
            faults.append(repr(error))

    threads = [threading.Thread(target=run) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    check_equal(faults, [], "faults")


CASES = [
    ("unary", "the message", unary),
    ("unary, nothing said", "an empty message", unary_empty),
    ("server streaming", "200 messages", server_stream),
    ("server streaming, nothing said", "no message, OK", server_stream_of_nothing),
    ("client streaming", "200 messages", client_stream),
    ("client streaming, nothing said", "an empty message", client_stream_of_nothing),
    ("bidirectional, in turns", "50 answers, each before the next message", chat),
    ("a message of 3 MiB", "every byte, both ways", large),
    ("400 calls at once", "all answered", in_parallel),
    ("16 channels", "all answered", many_channels),
    ("a status after two messages", "FAILED_PRECONDITION with its words", fails_later),
    ("a deadline", "DEADLINE_EXCEEDED, and the service knew it", deadline),
    ("a deadline that the client does not watch", "grpc-status 4 from the gateway",
     deadline_of_the_gateway),
    ("a call that is cancelled", "the service is told", cancelled),
    ("a stream that is not read", "other calls go on", slow_client),
    ("metadata, text and binary", "both ways, before and after", metadata),
    ("a dead upstream", "UNAVAILABLE with words", dead_upstream),
    ("a route that is not there", "UNIMPLEMENTED", unknown_route),
    ("a method that the service has not", "UNIMPLEMENTED", unknown_method),
    ("an error of the gateway", "trailers only", gateway_error_is_trailers_only),
] + [
    (f"the status {code.name}", "the status, its words and its metadata", fails(code))
    for code in grpc.StatusCode if code != grpc.StatusCode.OK
] + [
    # Last: the second service does not survive it.
    ("a service that dies within a stream", "an error, then UNAVAILABLE", upstream_dies),
]


if __name__ == "__main__":
    run(__doc__, CASES, lambda options: (Calls(Place(options.place, options.certificate)),),
        ("place", "certificate"))
