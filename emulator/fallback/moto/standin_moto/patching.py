"""Finds the patches, checks that each still fits this moto, and applies them.

A patch is a file in `patches/` with

    PROVED_ON   the moto versions it was proved on
    NATIVE      the native service that it is for; absent, it always applies
    REPLACES    what it replaces or relies on: `module:Name.name` to the hash of its source
    apply()     does it

and a docstring that says why. All are checked before one is applied; the first misfit stops the start.
"""

import ast
import hashlib
import importlib.util
import pathlib
import sys

import moto

from standin_moto import native

PATCHES = pathlib.Path(__file__).parent.parent / "patches"


class PatchError(Exception):
    """A patch does not fit the moto that is installed."""


def apply_all(options):
    """Applies the patches for the services that are native, and gives their names."""
    native.configure(options.get("endpoint"))
    wanted = [patch for patch in load() if getattr(patch, "NATIVE", None) in [None, *options["native"]]]
    for patch in wanted:
        check(patch)
    for patch in wanted:
        patch.apply()
    return [patch.__name__ for patch in wanted]


def load():
    return [_load(path) for path in sorted(PATCHES.glob("*.py"))]


def check(patch):
    for place, expected in patch.REPLACES.items():
        found = fingerprint(place)
        if found != expected:
            proved = ", ".join(patch.PROVED_ON)
            raise PatchError(
                f"the patch {patch.__name__} does not fit moto {moto.__version__}: {place} is {found}, not {expected}; "
                f"it was proved on {proved}"
            )
    if moto.__version__ not in patch.PROVED_ON:
        print(f"the patch {patch.__name__} fits moto {moto.__version__} but was not proved on it", file=sys.stderr)


def fingerprint(place):
    """The start of the hash of a definition's source, read without importing it; `absent` where there is none."""
    module, _, name = place.partition(":")
    path = pathlib.Path(moto.__file__).parent.joinpath(*module.split(".")[1:])
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    try:
        source = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return "absent"
    node = ast.parse(source)
    for part in name.split("."):
        node = next((child for child in node.body if getattr(child, "name", None) == part), None)
        if node is None:
            return "absent"
    return hashlib.sha256(ast.get_source_segment(source, node).encode()).hexdigest()[:16]


def _load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
