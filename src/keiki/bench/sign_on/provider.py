"""The provider's server on a port of this machine: whoever is :attr:`Provider.present` is the one it vouches for.

It is as strict as a real one about what the office must send: client id and secret, the registered address, the code
once, and its PKCE verifier. What it says back is right, or wrong as :attr:`Provider.fault` has it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from keiki.bench.sign_on.person import KnownPerson, ProviderFault
from keiki.bench.sign_on.token import TokenSigner

MINUTES = 60


@dataclass
class SignOnCode:
    """A code that was given out, and what it is good for."""

    person: KnownPerson
    challenge: str
    redirect: str


@dataclass
class Provider:
    """One identity provider with one client, the office."""

    client_id: str
    client_secret: str
    present: KnownPerson | None = None
    fault: ProviderFault = ProviderFault.NONE
    signer: TokenSigner = field(default_factory=TokenSigner)
    _codes: dict[str, SignOnCode] = field(default_factory=dict)
    _tokens: dict[str, KnownPerson] = field(default_factory=dict)

    def __post_init__(self) -> None:
        provider = self

        class Handler(_Handler):
            owner = provider

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://localhost:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()

    def configuration(self) -> dict[str, Any]:
        """Say where everything is."""
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/keys",
            "response_types_supported": ["code"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        }

    def authorize(self, asked: dict[str, str]) -> str:
        """Return where the browser goes on to."""
        if asked.get("client_id") != self.client_id or asked.get("code_challenge_method") != "S256":
            return ""
        state = "another" if self.fault is ProviderFault.FOREIGN_STATE else asked.get("state", "")
        if self.present is None or self.fault is ProviderFault.DENIES:
            return f"{asked['redirect_uri']}?{urlencode({'error': 'access_denied', 'state': state})}"
        code = secrets.token_urlsafe(16)
        self._codes[code] = SignOnCode(self.present, asked["code_challenge"], asked["redirect_uri"])
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': state})}"

    def token(self, asked: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """Return the tokens for a code, or ``None`` for a wrong request."""
        grant = self._codes.pop(asked.get("code", ""), None)
        wanted = "Basic " + base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        verifier = hashlib.sha256(asked.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).decode().rstrip("=")
        if grant is None or authorization != wanted or grant.challenge != challenge:
            return None
        if grant.redirect != asked.get("redirect_uri"):
            return None
        access = secrets.token_urlsafe(16)
        self._tokens[access] = grant.person
        answer = {"access_token": access, "token_type": "Bearer", "expires_in": 300}
        if self.fault is ProviderFault.NO_TOKEN:
            return answer
        return {**answer, "id_token": self.signer.sign(self._claims(grant.person))}

    def person_of(self, access: str) -> dict[str, Any] | None:
        """Return what is known of the person of an access token."""
        person = self._tokens.get(access)
        return {"sub": person.subject, "preferred_username": person.username} if person else None

    def _claims(self, person: KnownPerson) -> dict[str, Any]:
        now = int(time.time())
        age = 10 * MINUTES if self.fault is ProviderFault.EXPIRED else 0
        return {
            "iss": "https://elsewhere.example" if self.fault is ProviderFault.OTHER_ISSUER else self.url,
            "aud": "somebody-else" if self.fault is ProviderFault.OTHER_AUDIENCE else self.client_id,
            "sub": "somebody-else" if self.fault is ProviderFault.OTHER_SUBJECT else person.subject,
            "preferred_username": person.username,
            "iat": now - age,
            "exp": now - age + 5 * MINUTES,
        }


class _Handler(BaseHTTPRequestHandler):
    owner: Provider

    def do_GET(self) -> None:
        """Configuration, keys, the person, and the way back with a code."""
        parts = urlsplit(self.path)
        if self.owner.fault is ProviderFault.BROKEN:
            self._say(500, None)
        elif parts.path == "/.well-known/openid-configuration":
            self._say(200, self.owner.configuration())
        elif parts.path == "/keys":
            self._say(200, self.owner.signer.key_set())
        elif parts.path == "/userinfo":
            person = self.owner.person_of(self.headers.get("Authorization", "").removeprefix("Bearer "))
            self._say(200 if person else 401, person)
        elif parts.path == "/authorize" and (to := self.owner.authorize(_single(parts.query))):
            self.send_response(302)
            self.send_header("Location", to)
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            self._say(404, None)

    def do_POST(self) -> None:
        """The tokens for a code."""
        body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
        answer = self.owner.token(_single(body), self.headers.get("Authorization", ""))
        self._say(200 if answer else 400, answer or {"error": "invalid_grant"})

    def log_message(self, *_: Any) -> None:
        """Say nothing on standard error."""

    def _say(self, status: int, answer: dict[str, Any] | None) -> None:
        body = json.dumps(answer or {}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _single(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}
