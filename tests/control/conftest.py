"""The control room's tests use the relay's rig for a real relay."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "relay"))
