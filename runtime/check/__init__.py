"""Checks projects without running them: what compiles, what resolves, what finds its handler."""

from runtime.check.outlines import processors
from runtime.check.report import CheckReport, check_folder, count
from runtime.check.rules import RULES, Rule

__all__ = ["RULES", "CheckReport", "Rule", "check_folder", "count", "processors"]
