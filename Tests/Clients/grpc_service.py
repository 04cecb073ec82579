"""A gRPC service by grpcio, without protobuf: bytes in, bytes out.

Its first line is a JSON object with its `port`. `/test.Mortal/Die` ends the whole process.
"""

import json
import os
import signal
import threading
import time
from concurrent import futures

import grpc

LARGE = 8 << 20


class Seen:
    """What handlers have seen, told to tests by `/test.Echo/Seen`."""

    def __init__(self):
        self._facts = {}
        self._change = threading.Condition()

    def note(self, name, **facts):
        with self._change:
            self._facts[name] = {**self._facts.get(name, {}), **facts}
            self._change.notify_all()

    def wait_for(self, name, fact, seconds):
        with self._change:
            self._change.wait_for(lambda: fact in self._facts.get(name, {}), seconds)
            return self._facts.get(name, {})


SEEN = Seen()


def test_of(context):
    return dict(context.invocation_metadata()).get("x-test-id", "")


def unary(request, _context):
    return request


def expand(request, _context):
    """As many messages as the request says."""
    for number in range(int(request)):
        yield b"message %d" % number


def collect(requests, _context):
    """All messages as one."""
    return b"|".join(requests)


def chat(requests, _context):
    """Answers each message before the next one comes."""
    for request in requests:
        yield b"re: " + request


def fail(request, context):
    """CODE WORDS: that status."""
    code, _, words = request.decode().partition(" ")
    context.set_trailing_metadata((("x-reason", "by request"), ("x-detail-bin", b"\0\x01\xff")))
    context.abort(next(each for each in grpc.StatusCode if each.value[0] == int(code)), words)


def fail_later(request, context):
    """Two messages, and then that status."""
    yield b"one"
    yield b"two"
    fail(request, context)


def slow(_request, context):
    """Never answers; notes the deadline that it was given, and when it is let off."""
    over = threading.Event()
    context.add_callback(over.set)
    remaining = context.time_remaining()
    SEEN.note(test_of(context), remaining=remaining)
    over.wait(60)
    SEEN.note(test_of(context), ended=True)
    return b"too late"


def metadata(_request, context):
    """Sends the metadata back: before the answer as x-initial-…, after it as x-trailing-…"""
    got = [(key, value) for key, value in context.invocation_metadata()
           if key.startswith("x-meta")]
    context.send_initial_metadata([(f"x-initial-{key}", value) for key, value in got])
    context.set_trailing_metadata([(f"x-trailing-{key}", value) for key, value in got])
    return json.dumps([[key, value.hex() if isinstance(value, bytes) else value]
                       for key, value in got]).encode()


def trace(_request, context):
    """All fields in which the call's place in a trace stands."""
    return json.dumps([value for key, value in context.invocation_metadata()
                       if key == "traceparent"]).encode()


def seen(request, _context):
    """TEST FACT: what is known of a test, once this fact is."""
    test, _, fact = request.decode().partition(" ")
    return json.dumps(SEEN.wait_for(test, fact, 30)).encode()


def endless(_request, context):
    """Messages until the client has had enough."""
    over = threading.Event()
    context.add_callback(lambda: (SEEN.note(test_of(context), ended=True), over.set()))
    number = 0
    while not over.is_set():
        yield b"message %d" % number
        number += 1


def die(_request, _context):
    """Two messages, then the process is no more."""
    yield b"one"
    yield b"two"
    # The messages have to be on their way; the client tells that they have come by `Now`.
    threading.Event().wait(60)


def now(_request, _context):
    os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(60)


UNARY, STREAM = grpc.unary_unary_rpc_method_handler, grpc.unary_stream_rpc_method_handler
HANDLERS = {
    "Unary": UNARY(unary), "Expand": STREAM(expand),
    "Collect": grpc.stream_unary_rpc_method_handler(collect),
    "Chat": grpc.stream_stream_rpc_method_handler(chat),
    "Fail": UNARY(fail), "FailLater": STREAM(fail_later), "Slow": UNARY(slow),
    "Metadata": UNARY(metadata), "Trace": UNARY(trace), "Seen": UNARY(seen),
    "Endless": STREAM(endless),
}


def main():
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=64), options=[
        ("grpc.max_receive_message_length", LARGE), ("grpc.max_send_message_length", LARGE),
        # The address must be ours alone.
        ("grpc.so_reuseport", 0)])
    server.add_generic_rpc_handlers((
        grpc.method_handlers_generic_handler("test.Echo", HANDLERS),
        grpc.method_handlers_generic_handler("test.Mortal", {
            "Die": STREAM(die), "Now": UNARY(now)})))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(json.dumps({"port": port}), flush=True)
    server.wait_for_termination()


if __name__ == "__main__":
    main()
