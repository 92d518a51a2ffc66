"""What can go wrong between the host and a locked process."""


class IsolationError(Exception):
    """Something about locked processes failed; the base of the errors of this package."""


class LockUnavailable(IsolationError):
    """This machine cannot lock a process; the message says what is missing."""


class LockBroken(IsolationError):
    """The start-up self-test broke out of the lock; the message says how."""


class ZygoteLost(IsolationError):
    """The process that forks workers could not be started, or was lost while it was asked."""


class SpawnFailed(IsolationError):
    """A worker could not be forked, locked or started; the message carries its own words."""


class FrameError(IsolationError):
    """Bytes on a channel that are no frame of the protocol: too long, cut short or ill-typed."""


class ChannelClosed(IsolationError):
    """The other end of a channel is gone."""


class PayloadRefused(IsolationError):
    """A value that cannot travel, or received bytes that are no payload."""
