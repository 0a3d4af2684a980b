"""Bulk linkage: the owners' nightly snapshots joined into needs and installed units, millions of points at once.

The same mapping (``sources.toml``) that the office looks single points up by, the same verdict on each of them as
``keiki.domain.linkage.decision_inputs``. ``link_bulk`` is the way in; ``docs/bulk-linkage.md`` is the manual.
"""

from keiki.planning.linking.applications import ApplicationCounts
from keiki.planning.linking.bulk import LinkSummary, link_bulk
from keiki.planning.linking.configuration import ConfiguredSnapshots, read_configuration
from keiki.planning.linking.errors import LinkingError
from keiki.planning.linking.outputs import Outputs

__all__ = [
    "ApplicationCounts",
    "ConfiguredSnapshots",
    "LinkSummary",
    "LinkingError",
    "Outputs",
    "link_bulk",
    "read_configuration",
]
