"""`dist` and `wheelfile`: the modules of .ci that make the files of a release."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2] / '.ci'))
import dist  # noqa: E402
import wheelfile  # noqa: E402

__all__ = ['dist', 'wheelfile']
