"""Shims of the Java classes that real Ignition scripts import."""
