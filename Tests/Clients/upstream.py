"""An upstream that speaks HTTP/1.1 and HTTP/2, remembers what it got, and behaves as it is told.

usage: upstream.py [--certificate FILE --key FILE]

Its first line is a JSON object with the ports of its listeners:
  http1, http2   cleartext          few    cleartext HTTP/2, two streams at a time
  tls            TLS, both by ALPN  tls1   TLS, HTTP/1.1 only
  dead           nobody listens     control   for tests, see `Control`
"""

import argparse
import asyncio
import dataclasses
import functools
import json
import socket
import ssl

import upstream_http1
import upstream_http2
from behaviours import answer, behave
from records import Book


async def control(book, exchange):
    """What a test asks of the upstream, over plain HTTP/1.1."""
    words = exchange.record.target.split("/")[1:]
    book.records.remove(exchange.record)
    match words:
        case ["records", test]:
            result = [dataclasses.asdict(record) for record in book.of(test)]
        case ["ended", test, count]:
            await book.wait_for_end(test, int(count))
            result = [dataclasses.asdict(record) for record in book.of(test)]
        case ["release", name, count]:
            for _ in range(int(count)):
                book.gate(name).permits.release()
            result = True
        case ["arrived", name, count]:
            await book.gate(name).wait_for_arrivals(int(count))
            result = True
        case ["departed", name, count]:
            gate = book.gate(name)
            async with gate.change:
                await gate.change.wait_for(lambda: gate.departures >= int(count))
            result = True
        case ["gate", name]:
            result = {"arrivals": book.gate(name).arrivals,
                      "departures": book.gate(name).departures}
        case ["listeners"]:
            result = {name: dataclasses.asdict(it) for name, it in book.listeners.items()}
        case _:
            result = f"unknown: {words}"
    await answer(exchange, json.dumps(result).encode(), kind="application/json")


def context(options, protocols):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(options.certificate, options.key)
    made.set_alpn_protocols(protocols)
    return made


async def serve_negotiated(book, name, reader, writer):
    """Serves what ALPN has chosen."""
    chosen = writer.get_extra_info("ssl_object").selected_alpn_protocol()
    module = upstream_http2 if chosen == "h2" else upstream_http1
    await module.serve(book, f"{name} {chosen or 'none'}", behave, reader, writer)


async def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    options = parser.parse_args()
    book = Book()
    one = functools.partial(upstream_http1.serve, book)
    two = functools.partial(upstream_http2.serve, book)
    both = functools.partial(serve_negotiated, book)
    wanted = {
        "http1": (functools.partial(one, "http1", behave), None),
        "http2": (functools.partial(two, "http2", behave), None),
        "few": (functools.partial(two, "few", behave, streams=2), None),
        "control": (functools.partial(one, "control", control), None),
    }
    if options.certificate:
        wanted["tls"] = functools.partial(both, "tls"), context(options, ["h2", "http/1.1"])
        wanted["tls1"] = functools.partial(both, "tls1"), context(options, ["http/1.1"])
    ports = {}
    servers = []
    for name, (serve, security) in wanted.items():
        place = socket.create_server(("127.0.0.1", 0), backlog=1024)
        # Little is taken unread, so that who does not read is felt soon.
        place.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
        server = await asyncio.start_server(serve, sock=place, ssl=security)
        servers.append(server)
        ports[name] = server.sockets[0].getsockname()[1]
    # Taken, so that nobody else gets it, but not listened on.
    dead = socket.socket()
    dead.bind(("127.0.0.1", 0))
    ports["dead"] = dead.getsockname()[1]
    print(json.dumps(ports), flush=True)
    await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    asyncio.run(main())
