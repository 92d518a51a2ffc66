"""Ignition projects on disk as immutable snapshots, kept up to date while they are edited."""
