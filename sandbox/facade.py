"""The base of every host object that a script may hold."""

from typing import Any, NoReturn

from sandbox.errors import Sealed


class Facade(metaclass=Sealed):
    """A host object scripts may hold: slots only; it and its classes refuse every store.

    Subclasses declare ``__slots__``, set them with ``object.__setattr__`` in ``__init__``
    (private names, which the policy never lets a script read) and expose bound methods.
    Functions handed to scripts are bound methods of facades, never plain functions: a bound
    method refuses attribute stores by itself.
    """

    __slots__ = ()

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        raise AttributeError(f"'{name}' cannot be set here")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"'{name}' cannot be deleted here")
