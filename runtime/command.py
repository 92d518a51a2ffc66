"""The console script: nothing is imported before Ctrl-C can end it without a traceback."""

import signal
import sys


def main() -> None:
    """Run the `pilotlight` command."""
    # Half a second of imports: until they are through, the signal ends the process by itself.
    previous = signal.signal(signal.SIGINT, signal.SIG_DFL)
    from runtime.cli import main as command

    try:
        signal.signal(signal.SIGINT, previous)
        command(prog_name="pilotlight")
    except KeyboardInterrupt:
        sys.exit(130)
