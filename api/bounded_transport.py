"""HTTP answers of other servers, with a bound on their size: whoever is asked cannot fill our memory."""

from collections.abc import AsyncIterator

import httpx2

MOST_BYTES = 256 * 1024
"""Of an answer: a key set with a hundred keys has a third of it."""


class TooLarge(httpx2.TransportError):
    """The answer is larger than anything that was asked for."""


class BoundedTransport(httpx2.AsyncBaseTransport):
    """Passes requests on, each by a connection of its own: they are rare."""

    def __init__(self) -> None:
        self._inner = httpx2.AsyncHTTPTransport(limits=httpx2.Limits(max_connections=20, max_keepalive_connections=0))

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Ask, and count what comes back."""
        request.headers["Accept-Encoding"] = (
            "identity"  # a compressed answer can be a thousand times what its bytes are
        )
        answer = await self._inner.handle_async_request(request)
        assert isinstance(answer.stream, httpx2.AsyncByteStream)  # noqa: S101 - what an asynchronous transport gives
        if answer.headers.get("content-encoding", "identity") != "identity":
            await answer.aclose()
            raise TooLarge("a compressed answer that nobody asked for")
        return httpx2.Response(
            answer.status_code, headers=answer.headers, stream=_Counted(answer.stream), extensions=answer.extensions
        )

    async def aclose(self) -> None:
        """Give back the connections."""
        await self._inner.aclose()


class _Counted(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for part in self._stream:
            size += len(part)
            if size > MOST_BYTES:
                raise TooLarge(f"more than {MOST_BYTES} bytes")
            yield part

    async def aclose(self) -> None:
        await self._stream.aclose()
