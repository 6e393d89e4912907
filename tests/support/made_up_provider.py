"""An identity provider of our own on a real port, which signs whatever a test likes: also what no honest one would."""

import hmac
import json
import secrets
import threading
import time
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID, CLIENT_SECRET = "vervain", "a secret that the two of them share"
Claims = dict[str, Any]
Sign = Callable[[Claims], str]


class MadeUpProvider:
    """What the provider says, for a test to change; ``asked`` counts what it was asked for."""

    def __init__(self, issuer: str, key: RSAKey) -> None:
        self.issuer = issuer
        self.key = key
        self.keys: list[dict[str, Any]] = [dict(key.as_dict(private=False))]
        self.announcement: dict[str, Any] = {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/keys",
            "userinfo_endpoint": f"{issuer}/userinfo",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            "authorization_response_iss_parameter_supported": True,
        }
        self.claims: Claims = {"sub": "leila-1"}
        """Put over what an honest ID token says; None leaves a claim out."""
        self.userinfo: Claims = {"sub": "leila-1"}
        self.sign: Sign = by(key)
        self.said: dict[str, str] = {}
        """Put over what an honest redirection says; empty leaves a parameter out."""
        self.token: tuple[int, bytes] | None = None
        """What the token endpoint answers instead."""
        self.asked: list[str] = []
        self.close: Callable[[], None] = lambda: None
        """Ends listening."""
        self._codes: dict[str, dict[str, str]] = {}

    def authorize(self, asked: dict[str, str]) -> str:
        """Give a code for the request, and say where the browser goes with it."""
        assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
        code = secrets.token_urlsafe(8)
        self._codes[code] = asked
        said = {"code": code, "state": asked["state"], "iss": self.issuer} | self.said
        return f"{asked['redirect_uri']}?{urlencode({name: value for name, value in said.items() if value})}"

    def redeem(self, given: dict[str, str], authorization: str) -> tuple[int, bytes]:
        """Give an ID token for a code, once, to the client that has its verifier and the secret."""
        if self.token is not None:
            return self.token
        asked = self._codes.pop(given["code"], None)
        basic = b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        challenge = _base64(sha256(given["code_verifier"].encode()).digest())
        if asked is None or challenge != asked["code_challenge"] or authorization != f"Basic {basic}":
            return 400, b'{"error": "invalid_grant"}'
        now = int(time.time())
        honest = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 60, "nonce": asked["nonce"]}
        claims = {name: value for name, value in (honest | self.claims).items() if value is not None}
        answer = {"access_token": "opaque", "token_type": "Bearer", "expires_in": 60, "id_token": self.sign(claims)}
        return 200, json.dumps(answer).encode()


def unsigned(claims: Claims) -> str:
    """Write a token with ``alg: none``."""
    return f"{_written({'alg': 'none'})}.{_written(claims)}."


def by_hmac(secret: bytes) -> Sign:
    """Sign with HS256, by hand: the library helps nobody to do so with a public key."""

    def sign(claims: Claims) -> str:
        said = f"{_written({'alg': 'HS256', 'kid': 'one'})}.{_written(claims)}"
        return f"{said}.{_base64(hmac.digest(secret, said.encode(), 'sha256'))}"

    return sign


def by(key: RSAKey) -> Sign:
    """Sign with some other key."""
    return lambda claims: jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key, algorithms=["RS256"])


def _written(part: dict[str, Any]) -> str:
    return _base64(json.dumps(part).encode())


def _base64(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


@contextmanager
def made_up_provider(key: RSAKey) -> Iterator[MadeUpProvider]:
    """Serve one for as long as the ``with`` lasts."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Door)
    server.daemon_threads = True
    provider = _Door.provider[server.server_port] = MadeUpProvider(f"http://127.0.0.1:{server.server_port}", key)
    provider.close = server.server_close
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, name="made-up provider")
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Door(BaseHTTPRequestHandler):
    provider: ClassVar[dict[int, MadeUpProvider]] = {}

    def do_GET(self) -> None:
        parts, here = urlsplit(self.path), self.provider[self.server.server_port]  # type: ignore[attr-defined]
        here.asked.append(parts.path)
        if parts.path == "/authorize":
            self.send_response(303)
            self.send_header("Location", here.authorize(dict(parse_qsl(parts.query))))
            self.end_headers()
            return
        documents = {
            "/.well-known/openid-configuration": here.announcement,
            "/keys": {"keys": here.keys},
            "/userinfo": here.userinfo,
        }
        self._answer(200, json.dumps(documents[parts.path]).encode())

    def do_POST(self) -> None:
        here = self.provider[self.server.server_port]  # type: ignore[attr-defined]
        here.asked.append(self.path)
        given = {name: one[0] for name, one in parse_qs(self._body()).items()}
        self._answer(*here.redeem(given, self.headers.get("Authorization", "")))

    def _body(self) -> str:
        return self.rfile.read(int(self.headers["Content-Length"])).decode()

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name in the library
        pass
