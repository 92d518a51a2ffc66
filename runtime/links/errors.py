"""What the links of a host raise at the people who use them."""

from runtime.errors import PilotlightError


class LinkError(PilotlightError):
    """A link could not be opened, or was lost; the message says what is known of what was sent."""

    java_name = "com.inductiveautomation.ignition.client.gateway_interface.GatewayException"


class Refused(LinkError):
    """The gateway does not let this user, token or session in; trying again does not help."""


class NoAnswer(PilotlightError):
    """The gateway was asked, and says why it cannot give what was asked for."""


class ServerRefusal(PilotlightError):
    """The server does not start with this configuration; the message says what is missing."""
