"""Many small pieces made small one after the other, each a stream of its own."""

import zlib

HEADER = b"\x78\x5e"
"""Deflate with a window of 32 KB (RFC 1950)."""
LAST = b"\x03\x00"
"""An empty block that says it is the last (RFC 1951)."""


class Deflater:
    """Deflates pieces with one compressor: to begin a new one costs more than a page of a list does.

    After each piece it forgets what it has seen, so that every piece can be read alone and its bytes do not depend on those before.
    """

    def __init__(self, level: int) -> None:
        self._stream = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)

    def stream(self, data: bytes) -> bytes:
        """What ``zlib.decompress`` makes ``data`` of."""
        body = self._stream.compress(data) + self._stream.flush(zlib.Z_FULL_FLUSH)
        return b"%b%b%b%b" % (HEADER, body, LAST, zlib.adler32(data).to_bytes(4, "big"))
