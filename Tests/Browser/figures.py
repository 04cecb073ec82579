# Figures as the page is to write them, worked out anew from the API's numbers.

from decimal import ROUND_HALF_UP, Decimal

NOTHING = "–"


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
    return f"{steady(value / 1000)} s" if abs(value) >= 1000 else f"{steady(value)} ms"


def rate(value):
    return NOTHING if value is None else f"{fixed(value * 100, 2)} %"


def got(value):
    return NOTHING if value is None else f"{fixed(value, 1)} %"


def share(value):
    text = fixed(value, 3).rstrip("0").rstrip(".")
    return f"{text} %"


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


def comparison(version, seconds):
    """What the page of a route is to show of one version."""
    latency, first = version["latency_ms"], version["first_byte_ms"]
    known = version.get("error_rate")
    return {
        "requests": f"{version['requests']:,}",
        "throughput": f"{steady(version['requests'] / seconds)} /s",
        "error_rate": rate(known and known["value"]),
        **{name: milliseconds(latency.get(name, {}).get("value"))
           for name in ("p50", "p90", "p95", "p99")},
        "first_p50": milliseconds(first.get("p50", {}).get("value")),
        "first_p99": milliseconds(first.get("p99", {}).get("value")),
    }
