"""What stands before every answer: who may ask from where, how much, how long, and what a browser may do with it."""

from collections.abc import Callable, Sequence

from fastapi import FastAPI
from starlette.types import ASGIApp

from api.counted_requests import CountedRequests, Requests
from api.doors.cross_site import OwnSite
from api.doors.headers import SecurityHeaders
from api.doors.hosts import KnownHosts
from api.doors.slow_body import SlowBody
from api.refusals import Refusals
from domain.security_log import SecurityLog


class GuardedApplication(FastAPI):
    """The application behind its doors.

    They stand round everything that the framework builds, because its answer to an unexpected error comes from outside
    of all middleware that can be added. From outside to inside: the id, counting, what is refused, headers, host, site, the
    body's time.
    """

    def __init__(
        self,
        *,
        requests: Requests,
        public: bool,
        hosts: Sequence[str],
        by_number: bool,
        session_cookie: str,
        security: SecurityLog,
        asked: Callable[[ASGIApp], ASGIApp],
        **about: object,
    ) -> None:
        super().__init__(**about)  # type: ignore[arg-type]
        self._requests = requests
        self._public = public
        self._security = security
        self._hosts = hosts
        self._by_number = by_number
        self._session_cookie = session_cookie
        self._asked = asked

    def build_middleware_stack(self) -> ASGIApp:
        """Put the doors round the application."""
        inner: ASGIApp = SlowBody(super().build_middleware_stack())
        inner = OwnSite(inner, session_cookie=self._session_cookie)
        inner = KnownHosts(inner, hosts=self._hosts, by_number=self._by_number)
        inner = Refusals(SecurityHeaders(inner, public=self._public), self._security)
        return self._asked(CountedRequests(inner, self._requests))
