"""Peers that send more than anyone wants: what it costs is bounded, in memory and in time."""

import asyncio
import base64
import hashlib
import json
import tracemalloc
import zlib

import httpx
import pytest

from chatstate.live.connection import Timing
from chatstate.live.errors import CallFailed, ConnectionLost
from chatstate.live.rest import WITHIN, Call, Rest
from chatstate.live.socket import LARGEST_FRAME, Tokens
from tests.loopback import HELLO, a_socket, raw_peer, run
from tests.virtual import live

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
PATIENT = Timing(greet_within=10, dead_after=10)
BLOCK = b"x" * 2**16

FIRST, LAST, TEXT, ZIPPED = 0x00, 0x80, 0x01, 0x40


async def shake_hands(reader, writer):
    """Accept a WebSocket, with frames that may be zipped, and say hello."""
    asked = await reader.readuntil(b"\r\n\r\n")
    key = next(line for line in asked.split(b"\r\n") if line.lower().startswith(b"sec-websocket-key:"))
    accept = base64.b64encode(hashlib.sha1(key.split(b":")[1].strip() + GUID).digest())
    writer.write(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Extensions: permessage-deflate\r\nSec-WebSocket-Accept: " + accept + b"\r\n\r\n"
    )
    writer.write(header(LAST | TEXT, len(HELLO)) + HELLO.encode())


def header(bits, length):
    return bytes([bits, 127]) + length.to_bytes(8, "big")


async def one_frame(writer):
    writer.write(header(LAST | TEXT, 64 * 2**20))
    for _ in range(1024):
        writer.write(BLOCK)
        await writer.drain()


async def endless(writer):
    bits = FIRST | TEXT
    while True:
        writer.write(header(bits, len(BLOCK)) + BLOCK)
        await writer.drain()
        bits = FIRST


async def zipped(writer):
    packer = zlib.compressobj(wbits=-15)
    packed = b"".join(packer.compress(BLOCK) for _ in range(1024)) + packer.flush(zlib.Z_SYNC_FLUSH)
    writer.write(header(LAST | TEXT | ZIPPED, len(packed) - 4) + packed[:-4])
    await writer.drain()


def peak_of(story):
    """The most memory that was taken at once, in bytes, beside what a story answers."""
    tracemalloc.start()
    try:
        return run(story), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("sends", [one_frame, endless, zipped])
def test_64_megabytes_take_no_more_memory_than_the_largest_frame_and_a_little(sends):
    async def speak(reader, writer):
        await shake_hands(reader, writer)
        await sends(writer)
        await reader.read()

    async def story():
        async with raw_peer(speak) as url, a_socket(url, timing=PATIENT) as (_, heard):
            await heard.until(lambda told: told.errors)
            return heard.errors[0], heard.frames

    (error, frames), peak = peak_of(story())
    assert (type(error), frames) == (ConnectionLost, [HELLO]), error
    assert error.code == 1009
    assert peak < 3 * LARGEST_FRAME


def test_frames_that_nobody_has_taken_yet_are_not_read_ahead():
    frame = json.dumps({"type": "custom.much", "text": "x" * 2**16}).encode()
    sent = 0

    async def speak(reader, writer):
        nonlocal sent
        await shake_hands(reader, writer)
        for _ in range(1_000):
            writer.write(header(LAST | TEXT, len(frame)) + frame)
            await writer.drain()
            sent += 1
        await reader.read()

    async def story():
        async with raw_peer(speak) as url, a_socket(url, timing=PATIENT) as (socket, heard):
            await heard.until(lambda told: told.ups)
            socket._peer.transport.pause_reading()
            await asyncio.sleep(0.3)
            ahead = sent
            socket._peer.transport.resume_reading()
            await heard.until(lambda told: len(told.frames) > 1_000)
            return ahead, len(heard.frames)

    ahead, frames = run(story())
    assert (ahead < 500, frames) == (True, 1_001)


class Trickle(httpx.AsyncByteStream):
    """A byte every second, for ever."""

    async def __aiter__(self):
        while True:
            await asyncio.sleep(1)
            yield b" "


class Trickling(httpx.AsyncBaseTransport):
    async def handle_async_request(self, request):
        return httpx.Response(200, stream=Trickle())


def test_an_answer_that_trickles_for_ever_is_waited_for_a_minute():
    async def story():
        rest = Rest("http://x", "key", "me", Tokens("token"), transport=Trickling())
        try:
            with pytest.raises(CallFailed, match="no whole answer within 60 s"):
                await rest.call(Call("GET", "/endless"))
            return asyncio.get_running_loop().time()
        finally:
            await rest.close()

    assert live(story()) == pytest.approx(WITHIN)
