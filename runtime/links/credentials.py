"""Who may attach to a host: its owner, the users and the tokens of the configuration."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from time import monotonic
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from runtime.config import HostConfig, Right

ALL_RIGHTS: Final[frozenset[Right]] = frozenset({"client", "designer", "view", "operate"})

FAILURES: Final = 5
"""Wrong passwords or tokens from one address before it has to wait."""

LOCKED_SECONDS: Final = 30.0
_REMEMBERED: Final = 10_000
_LONGEST_PASSWORD: Final = 1024

_hasher = PasswordHasher()


@cache
def _nobodys_password() -> str:
    # It takes as long as checking one: nobody is to wait for it who only asks for the help.
    return _hasher.hash(secrets.token_hex(16))


@dataclass(frozen=True, slots=True)
class Principal:
    """Who stands behind a link.

    Args:
        name: the user, the token's user, or ``owner``.
        roles: that user's roles.
        rights: what the link may be used for.
        owner: it showed the token of the owner's file, and may log in anybody.
    """

    name: str
    roles: tuple[str, ...]
    rights: frozenset[Right]
    owner: bool = False


def hash_password(password: str) -> str:
    """What stands in ``pilotlight.toml`` for a password.

    Raises:
        ValueError: an empty or overlong one.
    """
    if not 0 < len(password) <= _LONGEST_PASSWORD:
        raise ValueError(f"a password has 1 to {_LONGEST_PASSWORD} characters")
    return _hasher.hash(password)


def new_token() -> tuple[str, str]:
    """A token, and the digest of it that stands in ``pilotlight.toml``."""
    token = secrets.token_urlsafe(32)
    return token, hashlib.sha256(token.encode()).hexdigest()


def basic(user: str, password: str) -> str:
    """The ``Authorization`` header of a user with a password."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


class Credentials:
    """Checks what a link shows.

    Args:
        config: has the users and tokens.
        owner_token: the token in the owner's file.
    """

    def __init__(self, config: HostConfig, owner_token: str) -> None:
        self._users = dict(config.users)
        self._nobody = _nobodys_password()
        self._tokens = dict(config.tokens)
        self._owner = hashlib.sha256(owner_token.encode()).hexdigest()
        self._failures: dict[str, tuple[int, float]] = {}

    def locked(self, address: str) -> bool:
        """Whether that address failed too often to be listened to now."""
        count, since = self._failures.get(address, (0, 0.0))
        return count >= FAILURES and monotonic() - since < LOCKED_SECONDS

    def failed(self, address: str) -> None:
        """Note a wrong password or token."""
        count, since = self._failures.get(address, (0, 0.0))
        if count and monotonic() - since > LOCKED_SECONDS:
            count = 0
        if len(self._failures) >= _REMEMBERED:
            self._failures.pop(next(iter(self._failures)))
        self._failures[address] = (count + 1, monotonic())

    def token(self, header: str) -> Principal | None:
        """Who shows a ``Bearer`` token; None for a wrong one. Takes no time worth speaking of."""
        digest = hashlib.sha256(header[len("Bearer ") :].strip().encode()).hexdigest()
        if hmac.compare_digest(digest, self._owner):
            return Principal("owner", (), ALL_RIGHTS, True)
        for name, token in self._tokens.items():
            if hmac.compare_digest(digest, token.sha256.lower()):
                return Principal(token.user or name, token.roles, frozenset(token.rights))
        return None

    def basic(self, header: str) -> Principal | None:
        """Who shows a user name and password; None for wrong ones. Takes some 50 ms of a core."""
        shown = _name_and_password(header)
        return self.password(*shown) if shown is not None else None

    def password(self, name: str, password: str) -> Principal | None:
        """Who has that name and password; an unknown name takes as long as a wrong password."""
        if len(password) > _LONGEST_PASSWORD:
            return None
        user = self._users.get(name)
        try:
            _hasher.verify(user.password if user is not None else self._nobody, password)
        except (Argon2Error, InvalidHashError):
            return None
        return Principal(name, user.roles, frozenset(user.rights)) if user is not None else None


def user_of(header: str) -> str:
    """The user that a ``Basic`` header names, for a line of log; empty where it names none."""
    shown = _name_and_password(header)
    return shown[0][:80] if shown is not None else ""


def _name_and_password(header: str) -> tuple[str, str] | None:
    try:
        text = base64.b64decode(header[len("Basic ") :], validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    name, _, password = text.partition(":")
    return name, password


def unusable(users: Mapping[str, object]) -> list[str]:
    """The names of users whose password is no argon2 hash."""
    return [
        name
        for name, user in users.items()
        if not str(getattr(user, "password", "")).startswith("$argon2")
    ]
