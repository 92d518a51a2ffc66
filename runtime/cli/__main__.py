"""`python -m runtime.cli`, where the command itself is not on the path."""

from runtime.cli import main

main(prog_name="pilotlight")
