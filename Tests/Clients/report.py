"""How drivers check, and how they tell what came of it."""

import argparse
import json
import sys
import time
import traceback

from channel import Late, Place
from control import Control


class Missed(Exception):
    """What came in the place of what was wanted."""


def check(condition, words):
    """The condition must hold; the words say what came instead."""
    if not condition:
        raise Missed(str(words))


def check_equal(came, wanted, what):
    if came != wanted:
        raise Missed(f"{what}: {shortened(came)}, not {shortened(wanted)}")


def shortened(value):
    text = repr(value)
    return text if len(text) < 400 else f"{text[:380]}… ({len(text)} characters)"


def outcome(name, wanted, question):
    """Runs a question and gives its row of the results."""
    missed = None
    begun = time.monotonic()
    try:
        question()
    except Missed as error:
        missed = str(error)
    except Late as error:
        missed = f"too late: {error}"
    except Exception as error:  # a case that breaks must not hide the others
        traceback.print_exc()
        missed = f"{type(error).__name__}: {error}"
    # For whoever waits, or finds a driver that did not come to its end.
    spent = time.monotonic() - begun
    print(f"{spent:6.2f} s  {name}: {missed or 'good'}", file=sys.stderr, flush=True)
    return {"name": name, "wanted": wanted, "missed": missed}


def run(words, cases, context, arguments=("place", "certificate", "control")):
    """A driver's main program: runs the rows (name, what is wanted, function) with what `context`
    makes of the options, and prints all results as JSON."""
    parser = argparse.ArgumentParser(
        description=words, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", action="store_true", help="print the names of the rows alone")
    parser.add_argument("--only", default="", help="only rows with this text in their names")
    for name in arguments:
        parser.add_argument(f"--{name}")
    options = parser.parse_args()
    names = [name for name, _, _ in cases]
    if len(set(names)) != len(names):
        sys.exit(f"names twice: {sorted({name for name in names if names.count(name) > 1})}")
    if options.list:
        print(json.dumps(names))
        return
    made = context(options)
    print(json.dumps([
        outcome(name, wanted, lambda question=question: question(*made))
        for name, wanted, question in cases if options.only in name], indent=1))


def place_and_control(options):
    """What most drivers need: where the gateway is, and the upstream's control."""
    return Place(options.place, options.certificate), Control(options.control)
