"""Landlock: no file, no TCP port, no abstract socket and no signal outside, whatever the calls."""

import ctypes
from typing import Final

from sandbox.isolation import kernel
from sandbox.isolation.syscalls import Machine

_CREATE_RULESET_VERSION: Final = 1
_FILES_ABI_1: Final = (1 << 13) - 1
_REFER_ABI_2: Final = 1 << 13
_TRUNCATE_ABI_3: Final = 1 << 14
_DEVICES_ABI_5: Final = 1 << 15
_NETWORK_ABI_4: Final = 0b11
_SCOPES_ABI_6: Final = 0b11


def abi(machine: Machine) -> int:
    """The version of Landlock that the kernel offers, 0 for none."""
    try:
        return kernel.syscall(
            machine.numbers["landlock_create_ruleset"], 0, 0, _CREATE_RULESET_VERSION
        )
    except OSError:
        return 0


def _rights(version: int) -> tuple[int, ...]:
    files = _FILES_ABI_1
    if version >= 2:
        files |= _REFER_ABI_2
    if version >= 3:
        files |= _TRUNCATE_ABI_3
    if version >= 5:
        files |= _DEVICES_ABI_5
    fields = [files]
    if version >= 4:
        fields.append(_NETWORK_ABI_4)
    if version >= 6:
        fields.append(_SCOPES_ABI_6)
    return tuple(fields)


def create_ruleset(machine: Machine) -> int:
    """A rule set that grants nothing, with every right this kernel knows taken.

    Returns: its descriptor.

    Raises:
        OSError: where the kernel has no Landlock, or it is switched off.
    """
    version = abi(machine)
    if version == 0:
        raise OSError(38, "the kernel has no Landlock")
    fields = _rights(version)
    attributes = (ctypes.c_uint64 * len(fields))(*fields)
    return kernel.syscall(
        machine.numbers["landlock_create_ruleset"],
        ctypes.addressof(attributes),
        ctypes.sizeof(attributes),
        0,
    )


def restrict(machine: Machine, ruleset: int) -> None:
    """Put this thread under the rule set for ever; no_new_privs must be set.

    Raises:
        OSError: when the kernel refuses.
    """
    kernel.syscall(machine.numbers["landlock_restrict_self"], ruleset, 0)
