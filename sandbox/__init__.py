"""Runs Jython text under a policy: compile it, give it names, run it, stop it.

``Sandbox`` turns source into a ``Script`` or diagnostics; an ``Environment`` holds what the
scripts of one project share and runs them; a ``Run`` is one execution with its output, deadline
and stop token. See SECURITY.md for what each tier promises.
"""

from sandbox.cache import CacheUnsafe, CodeCache
from sandbox.compiler import Sandbox
from sandbox.diagnostic import Diagnostic
from sandbox.environment import Environment
from sandbox.errors import ScriptStopped
from sandbox.facade import Facade
from sandbox.limits import Limits, Run, StopToken, begin_run, current_run, set_current_run
from sandbox.modules import ScriptModule, ScriptPackage, package_members
from sandbox.policy import Policy
from sandbox.script import CompileResult, Script
from sandbox.tracebacks import format_script_traceback, script_frames

__all__ = [
    "CacheUnsafe",
    "CodeCache",
    "CompileResult",
    "Diagnostic",
    "Environment",
    "Facade",
    "Limits",
    "Policy",
    "Run",
    "Sandbox",
    "Script",
    "ScriptModule",
    "ScriptPackage",
    "ScriptStopped",
    "StopToken",
    "begin_run",
    "current_run",
    "format_script_traceback",
    "package_members",
    "script_frames",
    "set_current_run",
]
