"""The logger of the library below: what it has to say is said by links in their own words."""

from __future__ import annotations

import logging

QUIET = logging.getLogger("pilotlight.websockets")
QUIET.addHandler(logging.NullHandler())
QUIET.propagate = False
QUIET.setLevel(logging.CRITICAL + 1)
