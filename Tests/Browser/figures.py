# Figures as the page is to write them, worked out anew from the API's numbers.

from decimal import ROUND_HALF_UP, Decimal

NOTHING = "–"
# Between a number and its unit, so that no line ends there.
GAP = "\u00a0"


def fixed(value, places):
    """A number with so many places; halves go up, as in ECMAScript's toFixed."""
    text = Decimal(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return f"{text:,f}"


def steady(value):
    if value is None:
        return NOTHING
    places = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return fixed(value, places)


def milliseconds(value):
    if value is None:
        return NOTHING
    return f"{steady(value / 1000)}{GAP}s" if abs(value) >= 1000 else f"{steady(value)}{GAP}ms"


def rate(value):
    return NOTHING if value is None else f"{fixed(value * 100, 2)}{GAP}%"


def decimal(value):
    """Three digits that mean something, without noughts behind."""
    size = abs(value)
    places = 0 if size >= 100 else 1 if size >= 10 else 2
    while 0 < size < 0.995 and places < 6:
        size, places = size * 10, places + 1
    text = f"{Decimal(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def percent(value):
    return f"{decimal(value * 100)}{GAP}%"


def got(value):
    return NOTHING if value is None else f"{fixed(value, 1)}{GAP}%"


def share(value):
    text = fixed(value, 3).rstrip("0").rstrip(".")
    return f"{text}{GAP}%"


def overview(snapshot):
    """What the overview is to show of a snapshot: by route and version, by figure."""
    return {
        route["route"]: {
            version["version"]: {
                "achieved": got(version.get("share_achieved")),
                "wanted": f"of {share(version['share_wanted'])} wanted",
                "rate": steady(version["requests_per_second"]),
                "errors": rate(version.get("error_rate")),
                "p50": milliseconds(version.get("p50_ms")),
                "p99": milliseconds(version.get("p99_ms")),
            } for version in route["versions"]
        } for route in snapshot["routes"]
    }


def bounds(known, write):
    """The ends of an interval; one of them may be unknown."""
    if known is None:
        return ""
    if not ("low" in known or "high" in known):
        return "too few to say"
    return " … ".join(write(known[end]) if end in known else "" for end in ("low", "high"))


def estimates(quantiles, name, of=("p50", "p90", "p95", "p99")):
    """Quantiles with their ends, under the names that they have on the page."""
    return {f"{name}{key}": (milliseconds(quantiles.get(key, {}).get("value")),
                             bounds(quantiles.get(key), milliseconds)) for key in of}


def comparison(version):
    """What the page of a route is to show of one version, each figure with its interval."""
    known = version.get("error_rate")
    return {
        "requests": (f"{version['requests']:,}", ""),
        "error_rate": (rate(known and known["value"]), bounds(known, rate)),
        **estimates(version["latency_ms"], ""),
        **estimates(version["first_byte_ms"], "first_", ("p50", "p99")),
    }


def streams(version):
    """What it is to show of its streams."""
    own = version["streams"]
    broken = own.get("broken_rate")
    return {
        **{name: (f"{own[name]:,}", "") for name in ("streams", "broken", "events")},
        "broken_rate": (rate(broken and broken["value"]), bounds(broken, rate)),
        **estimates(version["first_byte_ms"], "first_", ("p50", "p90", "p99")),
        **estimates(own["event_gap_ms"], "gap_", ("p50", "p90", "p99")),
    }
