#!/usr/bin/env python3
"""A shadow's endpoint that does not behave. Its first line is a JSON object with its port.

usage: bad_shadow.py hung | slow | huge | garbage | cut | reset | failing
"""

import asyncio
import json
import re
import socket
import struct
import sys

HUGE_BYTES = 100 * 1024 * 1024
PIECE = b"x" * (256 * 1024)
ANSWER = b"HTTP/1.1 %s\r\nSet-Cookie: shadow=1\r\nContent-Length: %d\r\n\r\n"


async def read_request(reader):
    """Reads one request with a body of a known length or in chunks; False at the end."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
        if length:
            await reader.readexactly(int(length[1]))
        elif b"chunked" in head.lower():
            while await reader.readline() != b"0\r\n":
                pass
            await reader.readline()
        return True
    except asyncio.IncompleteReadError:
        return False


async def hang(reader, writer):
    while await reader.read(65_536):
        pass


async def read_nothing(reader, writer):
    # No more than the system takes by itself; the pause keeps the connection.
    writer.transport.pause_reading()
    await asyncio.sleep(3_600)


async def answer_hugely(reader, writer):
    while await read_request(reader):
        writer.write(ANSWER % (b"200 OK", HUGE_BYTES))
        for _ in range(HUGE_BYTES // len(PIECE)):
            writer.write(PIECE)
            await writer.drain()


async def answer_garbage(reader, writer):
    if await read_request(reader):
        writer.write(b"\x00\xff garbage\r\n\r\n")


async def cut_off(reader, writer):
    if await read_request(reader):
        writer.write(ANSWER % (b"200 OK", 1_000) + b"only this")


async def reset(reader, writer):
    await reader.read(1)
    # No time to linger: the peer gets a RST.
    writer.get_extra_info("socket").setsockopt(
        socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


async def fail(reader, writer):
    while await read_request(reader):
        writer.write(ANSWER % (b"500 Internal Server Error", 4) + b"oops")


BEHAVIOURS = {
    "hung": hang, "slow": read_nothing, "huge": answer_hugely, "garbage": answer_garbage,
    "cut": cut_off, "reset": reset, "failing": fail}


async def serve(behaviour):
    async def connection(reader, writer):
        try:
            await behaviour(reader, writer)
        except OSError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(connection, "127.0.0.1", 0, limit=65_536, backlog=4_096)
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(BEHAVIOURS[sys.argv[1]]))
