"""Conformance: what a request may say (RFC 9113 §8, RFC 8441 §4, RFC 9110)."""

from cases import (
    Case, Wanted, ask, data, either, fields_only, malformed, status,
    stream_error)

# The pseudo-header fields of a good request; %a is the server's authority, %t the case's id.
METHOD, SCHEME = (b":method", b"GET"), (b":scheme", b"https")
AUTHORITY, PATH = (b":authority", b"%a"), (b":path", b"/one/echo")
ID = (b"x-test-id", b"%t")
GOOD = (METHOD, SCHEME, AUTHORITY, PATH)


def bad(name, *fields, section="8.3", wanted=malformed):
    """A request that must not be passed on."""
    return Case(section, name, [fields_only(*fields)], wanted, False)


def field(name, key, value=b"x", section="8.2.1"):
    return bad(name, *GOOD, ID, (key, value), section=section)


def mismatch(name, *steps):
    return Case("8.1.1", name, list(steps), malformed, "unfinished")


def post(*more, end=False):
    return ask(1, "/echo", "POST", *more, end=end)


LENGTHS = [
    mismatch("more DATA than content-length", post(("content-length", "4")), data()),
    mismatch("less DATA than content-length", post(("content-length", "6")), data()),
    mismatch("content-length and no body at all", post(("content-length", "5"), end=True)),
    # Whole at its head, so that it may have been passed on before the DATA came.
    Case("8.1.1", "more DATA than a content-length of 0", [
        post(("content-length", "0")), data()], malformed),
    mismatch("two values of content-length",
             post(("content-length", "5"), ("content-length", "6")), data()),
    mismatch("content-length that is no number", post(("content-length", "5x")), data()),
    mismatch("content-length with a sign", post(("content-length", "+5")), data()),
    mismatch("content-length below nothing", post(("content-length", "-5")), data()),
    mismatch("content-length beyond all numbers",
             post(("content-length", "99999999999999999999999")), data()),
    mismatch("content-length as a list", post(("content-length", "5, 5")), data()),
]

TRAILERS = [
    Case("8.1", "a second HEADERS that does not end the stream", [
        post(), data(end=False), fields_only((b"x-later", b"1"), end=False)],
         malformed, "unfinished"),
    Case("8.1", "trailers with a pseudo-header field", [
        post(), data(end=False), fields_only((b":path", b"/one/other"))], malformed, "unfinished"),
    Case("8.1", "trailers with a status", [
        post(), data(end=False), fields_only((b":status", b"200"))], malformed, "unfinished"),
    Case("8.1", "trailers with an uppercase name", [
        post(), data(end=False), fields_only((b"X-Later", b"1"))], malformed, "unfinished"),
    Case("8.1", "trailers with a line break in a value", [
        post(), data(end=False), fields_only((b"x-later", b"1\r\nx: y"))],
         malformed, "unfinished"),
    Case("8.1", "trailers with transfer-encoding", [
        post(), data(end=False), fields_only((b"transfer-encoding", b"chunked"))],
         malformed, "unfinished"),
]

NAMES = [
    field("an uppercase name", b"X-Upper", section="8.2"),
    field("one uppercase letter", b"x-uppeR", section="8.2"),
    field("an empty name", b""),
    field("a space in a name", b"x a"),
    field("a colon in a name", b"x:a"),
    field("a line break in a name", b"x\r\ny"),
    field("NUL in a name", b"x\0y"),
    field("DEL in a name", b"x\x7fy"),
    field("a byte beyond ASCII in a name", b"x\xe4y"),
    field("a separator in a name", b"x(y)"),
]

VALUES = [
    field("CR LF in a value", b"x-value", b"a\r\nx-injected: 1"),
    field("CR in a value", b"x-value", b"a\rb"),
    field("LF in a value", b"x-value", b"a\nb"),
    field("NUL in a value", b"x-value", b"a\0b"),
    field("CR LF and a whole request in a value", b"x-value",
          b"a\r\n\r\nGET /one/status/204 HTTP/1.1\r\nhost: localhost\r\nx-test-id: smuggled"),
    field("a space before a value", b"x-value", b" a"),
    field("a tab behind a value", b"x-value", b"a\t"),
]


def passed(name, *fields, section="8.2.1", path="/one/echo"):
    return Case(section, name, [fields_only(*GOOD[:3], (b":path", path.encode()), ID, *fields)],
                status(200))


VALUES_PASSED = [
    passed("an empty value", (b"x-value", b"")),
    passed("a tab within a value", (b"x-value", b"a\tb")),
    passed("bytes beyond ASCII in a value", (b"x-value", b"\xc3\xa4")),
    passed("te: trailers", (b"te", b"trailers"), section="8.2.2"),
    passed("host like :authority", (b"host", b"%a"), section="8.3.1"),
]

CONNECTION_FIELDS = [
    field(f"the field {name.decode()}", name, value, section="8.2.2")
    for name, value in [
        (b"connection", b"close"), (b"connection", b"x-value")][:1] + [
        (b"proxy-connection", b"keep-alive"), (b"keep-alive", b"timeout=5"),
        (b"transfer-encoding", b"chunked"), (b"upgrade", b"websocket")]
] + [
    field("te other than trailers", b"te", b"gzip", section="8.2.2"),
    field("te with more than trailers", b"te", b"trailers, deflate", section="8.2.2"),
]

PSEUDO = [
    bad("no :method", SCHEME, AUTHORITY, PATH, ID),
    bad("no :scheme", METHOD, AUTHORITY, PATH, ID),
    bad("no :path", METHOD, SCHEME, AUTHORITY, ID),
    bad("an empty :path", METHOD, SCHEME, AUTHORITY, (b":path", b""), ID),
    bad("two :method", METHOD, METHOD, SCHEME, AUTHORITY, PATH, ID),
    bad("two :scheme", METHOD, SCHEME, SCHEME, AUTHORITY, PATH, ID),
    bad("two :path", METHOD, SCHEME, AUTHORITY, PATH, PATH, ID),
    bad("two :authority", METHOD, SCHEME, AUTHORITY, AUTHORITY, PATH, ID),
    bad("a pseudo-header field that nobody knows", *GOOD, (b":other", b"x"), ID),
    bad("a response's :status", *GOOD, (b":status", b"200"), ID),
    bad("a pseudo-header field behind a field", METHOD, SCHEME, AUTHORITY, ID, PATH),
    bad("an uppercase pseudo-header field", METHOD, SCHEME, AUTHORITY, (b":PATH", b"/one/echo"),
        ID),
    bad("neither :authority nor host", METHOD, SCHEME, PATH, ID, section="8.3.1"),
    bad("host unlike :authority", *GOOD, (b"host", b"other.example.com"), ID, section="8.3.1"),
    bad("two hosts", METHOD, SCHEME, PATH, (b"host", b"%a"), (b"host", b"%a"), ID,
        section="8.3.1"),
    bad("a user's name in :authority", METHOD, SCHEME, (b":authority", b"user@%a"), PATH, ID,
        section="8.3.1"),
    bad("an empty :authority", METHOD, SCHEME, (b":authority", b""), PATH, ID, section="8.3.1"),
    bad("a space in :authority", METHOD, SCHEME, (b":authority", b"a b"), PATH, ID,
        section="8.3.1"),
    bad("a :path without its slash", METHOD, SCHEME, AUTHORITY, (b":path", b"one/echo"), ID,
        section="8.3.1"),
    bad("a space in :path", METHOD, SCHEME, AUTHORITY, (b":path", b"/one/echo x HTTP/1.1"), ID,
        section="8.3.1"),
    bad("CR LF in :path", METHOD, SCHEME, AUTHORITY,
        (b":path", b"/one/echo HTTP/1.1\r\nx: y\r\n\r\n"), ID, section="8.3.1"),
    bad("a fragment in :path", METHOD, SCHEME, AUTHORITY, (b":path", b"/one/echo#part"), ID,
        section="8.3.1"),
    bad("a method that is no token", (b":method", b"GET /"), SCHEME, AUTHORITY, PATH, ID,
        section="8.3.1"),
    bad("an empty method", (b":method", b""), SCHEME, AUTHORITY, PATH, ID, section="8.3.1"),
    bad("CR LF in :method", (b":method", b"GET / HTTP/1.1\r\n"), SCHEME, AUTHORITY, PATH, ID,
        section="8.3.1"),
    Case("8.3.1", "host in the place of :authority", [
        fields_only(METHOD, SCHEME, PATH, (b"host", b"%a"), ID)], status(200)),
    Case("8.3.1", "OPTIONS *", [
        fields_only((b":method", b"OPTIONS"), SCHEME, AUTHORITY, (b":path", b"*"), ID)],
         status(200, 204), False),
]


def upstream_got(words, question):
    """The request reached the upstream, and this holds of it."""
    def missed(trial):
        if why := status(200).missed(trial):
            return why
        record = trial.control.ended(trial.test)[0]
        return None if question(record) else f"the upstream got {record['fields']}"
    return Wanted(f"the upstream gets {words}", missed)


def values(record, name):
    return [value for key, value in record["fields"] if key.lower() == name]


COOKIES = [
    Case("8.2.3", "crumbs of a cookie", [
        fields_only(*GOOD, ID, (b"cookie", b"a=1"), (b"x-between", b"1"), (b"cookie", b"b=2; c=3"),
                    (b"cookie", b"d=4"))],
         upstream_got("one cookie", lambda it: values(it, "cookie") == ["a=1; b=2; c=3; d=4"])),
    Case("8.2.3", "many crumbs of a cookie", [
        fields_only(*GOOD, ID, *((b"cookie", b"n%d=%d" % (n, n)) for n in range(60)))],
         upstream_got("one cookie", lambda it: values(it, "cookie") == [
             "; ".join(f"n{n}={n}" for n in range(60))])),
]

REFUSED = either(status(405, 501), stream_error("PROTOCOL_ERROR", "REFUSED_STREAM", "CANCEL"))
CONNECT = (b":method", b"CONNECT")
WEBSOCKET = (b":protocol", b"websocket")

CONNECTS = [
    bad("CONNECT", CONNECT, AUTHORITY, ID, section="8.5", wanted=REFUSED),
    bad("CONNECT with :path and :scheme", CONNECT, SCHEME, AUTHORITY, PATH, ID, section="8.5",
        wanted=either(REFUSED, malformed)),
    bad("a :protocol that nobody speaks", CONNECT, SCHEME, AUTHORITY, PATH,
        (b":protocol", b"carrier-pigeon"), ID, section="RFC 8441 4",
        wanted=either(status(400, 403, 405, 501), stream_error("PROTOCOL_ERROR"))),
    bad(":protocol with another method", METHOD, SCHEME, AUTHORITY, PATH, WEBSOCKET, ID,
        section="RFC 8441 4"),
    bad(":protocol without :scheme and :path", CONNECT, AUTHORITY, WEBSOCKET, ID,
        section="RFC 8441 4", wanted=either(REFUSED, malformed)),
    Case("RFC 8441 4", "a WebSocket on a route that has none", [
        fields_only(CONNECT, SCHEME, AUTHORITY, PATH, WEBSOCKET, ID,
                    (b"sec-websocket-version", b"13"), end=False)], status(403), False),
]


def long(size):
    return (b"x-long", b"v" * size)


def too_large(name, *fields, code):
    """Too much for a head, but well within what HTTP/2 can carry."""
    return Case("10.5.1", name, [fields_only(*fields)], status(code), False)


LARGE = [
    too_large("a head of 40 KiB", *GOOD, ID, *(long(8_000) for _ in range(5)), code=431),
    too_large("a field of 40 KiB", *GOOD, ID, long(40_000), code=431),
    too_large("101 fields", *GOOD, ID, *((b"x-%d" % n, b"v") for n in range(101)), code=431),
    too_large("a target of 9,000 bytes", METHOD, SCHEME, AUTHORITY,
              (b":path", b"/one/echo?" + b"q" * 9_000), ID, code=414),
    passed("a head of 24 KiB", *(long(6_000) for _ in range(4)), section="10.5.1"),
    passed("90 fields", *((b"x-%d" % n, b"v") for n in range(80)), section="10.5.1"),
    passed("a target of 7,000 bytes", section="10.5.1", path="/one/echo?" + "q" * 7_000),
]

CASES = (
    LENGTHS + TRAILERS + NAMES + VALUES + VALUES_PASSED + CONNECTION_FIELDS + PSEUDO + COOKIES
    + CONNECTS + LARGE)
