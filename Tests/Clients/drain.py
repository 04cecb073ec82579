"""What clients of HTTP/2 see of a gateway that is told to end.

usage: drain.py --place 127.0.0.1:8443 --certificate FILE --control PORT --pid PID

Sends SIGTERM to the gateway, whose route /one leads to the upstream's `http1`. Prints a JSON list.
"""

import os
import signal

from channel import Gone, Late
from report import check, check_equal, place_and_control, run
from wire import Connection, code_name, request_fields

# "More than any stream": the first of the two words of goodbye (RFC 9113 §6.8).
EVERY_STREAM = (1 << 31) - 1


class Drain:
    """The story, told once; the rows look at its parts."""

    def __init__(self, options):
        place, control = place_and_control(options)
        self.place, self.control = place, control
        self.busy = Connection(place)
        self.idle = Connection(place)
        self.idle.ping()
        self.held = self.busy.request(request_fields(place, "/one/hold/drain"))
        control.arrived("drain")
        os.kill(int(options.pid), signal.SIGTERM)
        self.warned = self.busy.receive_until(lambda: self.busy.goaways, "GOAWAY")
        # Sent by a client that has not yet read the warning.
        self.late = self.busy.request(request_fields(place, "/one/status/200"))
        self.busy.receive_until(lambda: len(self.busy.goaways) > 1, "the second GOAWAY")
        self.before = self.busy.stream(self.held).over

    def first_word(self):
        last, code = self.busy.goaways[0]
        check_equal((last, code_name(code)), (EVERY_STREAM, "NO_ERROR"), "the first GOAWAY")

    def second_word(self):
        last, code = self.busy.goaways[1]
        check_equal(code_name(code), "NO_ERROR", "the code")
        check(last in (self.held, self.late), f"the last stream is {last}")

    def late_request(self):
        last = self.busy.goaways[1][0]
        view = self.busy.stream(self.late)
        if last >= self.late:
            self.busy.receive_until(lambda: view.over, "the late request's end")
            refused = view.reset is not None and code_name(view.reset) == "REFUSED_STREAM"
            check(view.status in (200, 503) or refused, view.describe())
        else:
            check(view.status == 0, f"left out, and yet {view.describe()}")

    def idle_connection(self):
        self.idle.wait_for_end()
        check(self.idle.goaways, "no GOAWAY")
        check_equal({code_name(code) for _, code in self.idle.goaways}, {"NO_ERROR"}, "the code")
        check_equal(self.idle.channel.ending, "closed", "the end")

    def nobody_new(self):
        try:
            with Connection(self.place) as connection:
                connection.request(request_fields(self.place, "/one/status/200"))
                connection.wait_for(1)
                check(False, f"a new connection got {connection.stream(1).describe()}")
        except (OSError, Gone, Late):
            pass

    def held_request(self):
        check(not self.before, "it was over before it was let through")
        self.control.release("drain")
        answer = self.busy.wait_for(self.held)
        check_equal((answer.status, bytes(answer.body)), (200, b"held"), "the answer")
        check(answer.whole, answer.describe())

    def closed_after(self):
        self.busy.wait_for_end()
        check_equal(self.busy.channel.ending, "closed", "the end")


ROWS = [
    ("the first GOAWAY", "every stream, NO_ERROR", Drain.first_word),
    ("the second GOAWAY", "the last stream that was taken", Drain.second_word),
    ("a request sent before the warning was read", "answered, or left out", Drain.late_request),
    ("a connection without requests", "GOAWAY, then closed in order", Drain.idle_connection),
    ("a new connection", "refused", Drain.nobody_new),
    ("a request under way", "finished", Drain.held_request),
    ("its connection", "closed in order after it", Drain.closed_after),
]


if __name__ == "__main__":
    run(__doc__, ROWS, lambda options: (Drain(options),),
        ("place", "certificate", "control", "pid"))
