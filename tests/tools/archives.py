"""`dist`: the module .ci/dist.py, which makes the archives of a release."""

import importlib.util
from pathlib import Path

_spec = importlib.util.spec_from_file_location(
    'dist', str(Path(__file__).resolve().parents[2] / '.ci' / 'dist.py'))
dist = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(dist)
