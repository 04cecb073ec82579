"""Holds a server against the tables of conformance: RFC 9113 by its sections, frame by frame.

usage: conformance.py --list
       conformance.py --place 127.0.0.1:8443 --certificate FILE --control PORT [--only TEXT]

Prints a JSON list of results; the route /one of the server leads to the upstream's `http1`.
"""

import argparse
import json
import sys
import traceback

import table_connection
import table_exchange
import table_fields
import table_frames
from cases import Trial
from channel import Late, Place
from control import Control

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


def run(place, control, number, case):
    try:
        trial = Trial(place, control, case, number)
        with trial.connection:
            why = missed(case, trial)
    except Exception as error:  # a case that breaks must not hide the others
        traceback.print_exc()
        why = f"{type(error).__name__}: {error}"
    return {"name": title(case), "wanted": case.wanted.words, "missed": why}


def title(case):
    return f"§{case.section} {case.name}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--list", action="store_true", help="print the names alone")
    parser.add_argument("--place")
    parser.add_argument("--certificate")
    parser.add_argument("--control")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    names = [title(case) for case in CASES]
    if len(set(names)) != len(names):
        sys.exit(f"names twice: {sorted({name for name in names if names.count(name) > 1})}")
    if options.list:
        print(json.dumps(names))
        return
    place = Place(options.place, options.certificate)
    control = Control(options.control)
    results = [
        run(place, control, number, case) for number, case in enumerate(CASES)
        if options.only in title(case)]
    print(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
