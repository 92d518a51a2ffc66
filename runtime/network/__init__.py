"""Gateway to gateway: hosts that reach each other by name."""

from runtime.network.local import GatewayNetwork

__all__ = ["GatewayNetwork"]
