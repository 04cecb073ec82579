"""How the upstream behaves: by the second segment of the path, whatever the first one (the
gateway's route) is. `/ROUTE/bytes/5000` answers 5,000 bytes."""

import base64
import dataclasses
import json

import wsproto
import wsproto.events

from records import pattern

PIECE = 16_384


async def read_all(exchange):
    while await exchange.read():
        pass


async def answer(exchange, body, status=200, kind="application/octet-stream", fields=()):
    framing = [("content-type", kind), ("content-length", str(len(body)))]
    await exchange.respond(status, framing + list(fields))
    if exchange.record.method != "HEAD":
        await exchange.send(body)
    await exchange.finish()


async def echo(_book, exchange, _words):
    """Answers with what arrived."""
    await read_all(exchange)
    text = json.dumps(dataclasses.asdict(exchange.record)).encode()
    await answer(exchange, text, kind="application/json")


async def bytes_of(_book, exchange, words):
    """bytes/N: so many; bytes/N/unframed: without saying how many before."""
    await read_all(exchange)
    size = int(words[0])
    length = [] if words[1:] == ["unframed"] else [("content-length", str(size))]
    await exchange.respond(200, [("content-type", "application/octet-stream")] + length)
    body = pattern(size)
    for at in range(0, size if exchange.record.method != "HEAD" else 0, PIECE):
        await exchange.send(body[at:at + PIECE])
    await exchange.finish()


async def status(_book, exchange, words):
    """status/N: that status, and no body."""
    await read_all(exchange)
    number = int(words[0])
    await exchange.respond(number, [] if number in (204, 304) else [("content-length", "0")])
    await exchange.finish()


async def inform(_book, exchange, words):
    """inform/N: that often 103, then the answer."""
    await read_all(exchange)
    for number in range(int(words[0])):
        await exchange.inform(103, [("link", f"</style-{number}.css>; rel=preload")])
    await answer(exchange, b"informed")


async def early(_book, exchange, _words):
    """Answers before the body has come."""
    await answer(exchange, b"early", status=403)


async def expectation(_book, exchange, _words):
    """Says that the body may come, and then what came."""
    await exchange.inform(100)
    await echo(_book, exchange, _words)


async def told(_book, exchange, _words):
    """Answers as the request's own x-answer says: JSON in base64 with `status`, `fields`, `body`
    and `trailers`."""
    await read_all(exchange)
    wanted = json.loads(base64.b64decode(exchange.value("x-answer")))
    await exchange.respond(wanted.get("status", 200), wanted.get("fields", []))
    await exchange.send(wanted.get("body", "").encode("latin-1"))
    await exchange.finish(wanted.get("trailers", []))


async def hold(book, exchange, words):
    """hold/NAME: answers once it is let through."""
    await read_all(exchange)
    await book.gate(words[0]).pass_through()
    await answer(exchange, b"held")


async def sip(book, exchange, words):
    """sip/NAME: reads one piece of the body each time that it is let through."""
    pieces = 0
    while True:
        await book.gate(words[0]).pass_through()
        if not await exchange.read():
            break
        pieces += 1
    await answer(exchange, str(pieces).encode())


async def events(book, exchange, words):
    """events/NAME/N[/cut]: a stream of N events, each sent when it is let through."""
    name, count = words[0], int(words[1])
    await read_all(exchange)
    await exchange.respond(200, [("content-type", "text/event-stream")])
    for number in range(count):
        await book.gate(name).pass_through()
        await exchange.send(f"id: {number}\ndata: event {number}\n\n".encode())
    if words[2:] == ["cut"]:
        await book.gate(name).pass_through()
        await exchange.cut()
    else:
        await exchange.finish()


async def until_gone(book, exchange, words):
    """until-gone/NAME: sends a piece, and then waits until the client has gone."""
    await exchange.respond(200, [("content-type", "text/plain")])
    await exchange.send(b"a beginning")
    gate = book.gate(words[0])
    async with gate.change:
        gate.arrivals += 1
        gate.change.notify_all()
    await exchange.gone.wait()
    async with gate.change:
        gate.departures += 1
        gate.change.notify_all()


async def cut(_book, exchange, words):
    """cut/N: promises more than the N bytes that it sends."""
    await read_all(exchange)
    size = int(words[0])
    await exchange.respond(200, [("content-length", str(size + 1000))])
    await exchange.send(pattern(size))
    await exchange.cut()


async def reset(_book, exchange, words):
    """reset/CODE: no answer at all."""
    await read_all(exchange)
    await exchange.cut(int(words[0]))


async def first_refused(book, exchange, words):
    """refused: the first attempt of a test is refused (RST_STREAM REFUSED_STREAM) unread."""
    if book.attempt(exchange.record.test) == 1:
        await exchange.cut(7)
    else:
        await echo(book, exchange, words)


async def always_refused(_book, exchange, _words):
    """Refuses every attempt."""
    await exchange.cut(7)


async def first_unprocessed(book, exchange, words):
    """unprocessed: GOAWAY says at the first attempt of a test that it was not looked at."""
    if book.attempt(exchange.record.test) == 1:
        await exchange.go_away(exchange.stream - 2 if exchange.stream > 1 else 0)
    else:
        await echo(book, exchange, words)


async def leaving(book, exchange, words):
    """leaving: GOAWAY includes this request, which is then answered."""
    await exchange.go_away(exchange.stream)
    await echo(book, exchange, words)


async def started(_book, exchange, _words):
    """started: the answer has begun when it is refused, against all rules."""
    await read_all(exchange)
    await exchange.respond(200, [("content-type", "text/plain")])
    await exchange.send(b"a beginning")
    await exchange.cut(7)


async def websocket(_book, exchange, words):
    """websocket[/PROTOCOL]: echoes messages; `bye` makes it close with 4000, `die` cuts it."""
    if exchange.value("upgrade").lower() != "websocket":
        await answer(exchange, b"no handshake", status=400)
        return
    exchange.closes = True
    connection = wsproto.WSConnection(wsproto.ConnectionType.SERVER)
    connection.receive_data(exchange.head)
    request = next(connection.events())
    protocol = next((x for x in request.subprotocols if x in words), None)
    accept = wsproto.events.AcceptConnection(subprotocol=protocol)
    await write(exchange, connection.send(accept))
    while data := await exchange.inbound.some(PIECE):
        connection.receive_data(data)
        for event in connection.events():
            if await answer_frame(exchange, connection, event):
                return


async def answer_frame(exchange, connection, event):
    """Answers a frame; whether the connection is over."""
    if isinstance(event, wsproto.events.TextMessage) and event.data == "bye":
        bye = wsproto.events.CloseConnection(code=4000, reason="as you wish")
        await write(exchange, connection.send(bye))
    elif isinstance(event, wsproto.events.TextMessage) and event.data == "die":
        await exchange.cut()
        return True
    elif isinstance(event, wsproto.events.Message):
        await write(exchange, connection.send(type(event)(
            data=event.data, frame_finished=event.frame_finished,
            message_finished=event.message_finished)))
    elif isinstance(event, wsproto.events.Ping):
        await write(exchange, connection.send(event.response()))
    elif isinstance(event, wsproto.events.CloseConnection):
        if connection.state == wsproto.connection.ConnectionState.REMOTE_CLOSING:
            await write(exchange, connection.send(event.response()))
        return True
    return False


async def write(exchange, data):
    exchange.writer.write(data)
    await exchange.writer.drain()


BEHAVIOURS = {
    "echo": echo, "bytes": bytes_of, "status": status, "inform": inform, "early": early,
    "expectation": expectation, "told": told, "hold": hold, "sip": sip, "events": events,
    "until-gone": until_gone, "cut": cut, "reset": reset, "refused": first_refused,
    "always-refused": always_refused, "unprocessed": first_unprocessed, "leaving": leaving,
    "started": started, "websocket": websocket,
}


async def behave(book, exchange):
    """Answers a request by its path."""
    words = (exchange.record.target or "").split("?")[0].split("/")[2:]
    behaviour = BEHAVIOURS.get(words[0]) if words else None
    if behaviour is None:
        await read_all(exchange)
        await answer(exchange, b"no such behaviour", status=404)
    else:
        await behaviour(book, exchange, words[1:])
