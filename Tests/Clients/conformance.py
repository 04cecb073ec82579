"""Holds a server against the tables of conformance: RFC 9113 by its sections, frame by frame.

usage: conformance.py --place 127.0.0.1:8443 --certificate FILE --control PORT

The route /one of the server leads to the upstream's `http1`. Prints a JSON list.
"""

import table_connection
import table_exchange
import table_fields
import table_frames
from cases import Trial
from channel import Late
from report import check, place_and_control, run

CASES = (
    table_connection.CASES + table_frames.CASES + table_fields.CASES + table_exchange.CASES)


def missed(case, trial):
    """What is wrong with what came; None if nothing is."""
    try:
        trial.run(case.steps)
        why = case.wanted.missed(trial)
    except Late as late:
        why = f"{late}; {trial.end()}"
    if why is None and case.forwarded is False:
        records = trial.control.records(trial.test)
        why = f"the upstream got {records}" if records else None
    elif why is None and case.forwarded == "unfinished":
        records = trial.control.records(trial.test)
        whole = [record for record in records if record["end"] == "complete"]
        why = f"the upstream got it as a whole: {whole}" if whole else None
    return why


def row(number, case):
    def question(place, control):
        with Trial(place, control, case, number) as trial:
            why = missed(case, trial)
            check(why is None, why)
    return f"§{case.section} {case.name}", case.wanted.words, question


if __name__ == "__main__":
    run(__doc__, [row(number, case) for number, case in enumerate(CASES)], place_and_control)
