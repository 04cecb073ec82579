"""How drivers check, and how they tell what came of it."""

import json
import sys
import traceback

from channel import Late


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
    try:
        question()
    except Missed as error:
        missed = str(error)
    except Late as error:
        missed = f"too late: {error}"
    except Exception as error:  # a case that breaks must not hide the others
        traceback.print_exc()
        missed = f"{type(error).__name__}: {error}"
    return {"name": name, "wanted": wanted, "missed": missed}


def tell(cases, arguments, only=""):
    """Runs the rows (name, what is wanted, function) and prints all results as JSON."""
    names = [name for name, _, _ in cases]
    if len(set(names)) != len(names):
        sys.exit(f"names twice: {sorted({name for name in names if names.count(name) > 1})}")
    print(json.dumps([
        outcome(name, wanted, lambda question=question: question(*arguments))
        for name, wanted, question in cases if only in name], indent=1))
