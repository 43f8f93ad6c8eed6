"""Undo a Content-Encoding piece by piece, never past a given number of bytes."""

import zlib

from mockserver.errors import BrokenAnswerError

__all__ = ["Inflater"]

_WINDOWS = {"gzip": 31, "x-gzip": 31, "deflate": 15}
_IDENTITY = ("", "identity")


class Inflater:
    """Decode one body; `feed` gives at most `limit` bytes and one more, which tells of excess."""

    def __init__(self, encoding: str, *, limit: int) -> None:
        """Choose the decoder.

        Raises:
            BrokenAnswerError: an encoding that was never asked for.
        """
        self._encoding = encoding.strip().lower()
        self._room = limit + 1
        self._decoder: zlib._Decompress | None = None
        self._is_fresh = True
        if self._encoding in _IDENTITY:
            return
        if self._encoding not in _WINDOWS:
            raise BrokenAnswerError("the answer has a Content-Encoding that was not asked for")
        self._decoder = zlib.decompressobj(_WINDOWS[self._encoding])

    def feed(self, piece: bytes) -> bytes:
        """Return the bytes that a piece decodes to, cut where the limit is passed."""
        decoded = piece[: self._room] if self._decoder is None else self._inflate(piece)
        self._room -= len(decoded)
        return decoded

    def finish(self) -> None:
        """Raise BrokenAnswerError if the encoded body broke off."""
        if self._decoder is not None and not self._decoder.eof and not self._is_fresh:
            raise BrokenAnswerError("the compressed body breaks off")

    def _inflate(self, piece: bytes) -> bytes:
        out = bytearray()
        while piece and len(out) < self._room:
            out += self._decompress(piece, self._room - len(out))
            decoder = self._decoder
            assert decoder is not None
            piece = decoder.unconsumed_tail
            if decoder.eof:
                # A gzip body may have several members; what follows is the next one.
                piece = decoder.unused_data
                if piece:
                    self._decoder = zlib.decompressobj(_WINDOWS[self._encoding])
        return bytes(out)

    def _decompress(self, piece: bytes, room: int) -> bytes:
        assert self._decoder is not None
        try:
            decoded = self._decoder.decompress(piece, room)
        except zlib.error as error:
            if not (self._is_fresh and self._encoding == "deflate"):
                raise BrokenAnswerError("the compressed body cannot be decoded") from error
            # Some servers send `deflate` without the zlib wrapper.
            self._decoder = zlib.decompressobj(-15)
            self._is_fresh = False
            return self._decompress(piece, room)
        self._is_fresh = False
        return decoded
