"""Print work orders: each looked at once more, those that still hold as one PDF, the others called off and told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from keiki.domain.linkage.terms import Text
from keiki.office.audit.services import Act
from keiki.office.catalogue import OfficeCatalogue
from keiki.office.contracts.addressing import NotAddressed
from keiki.office.paper import Letterhead
from keiki.office.sentences import sentence_of
from keiki.office.sources import ContactError, Sources, SourceUnavailableError

from . import paper, services, watching
from .models import WorkOrder
from .services import OrderRefused

MOST = 50
"""Sheets that are set at once: a page of the list."""


class PrintingParts(Protocol):
    """What printing needs of the office's parts."""

    @property
    def sources(self) -> Sources:
        """The data servers."""

    @property
    def catalogue(self) -> OfficeCatalogue:
        """The catalogue in force."""

    @property
    def letterhead(self) -> Letterhead:
        """Who the office is, on its papers."""


@dataclass(frozen=True)
class NotPrinted:
    """An order of which no sheet was made, and why."""

    order: WorkOrder
    why: Text


@dataclass(frozen=True)
class PrintedOrders:
    """One PDF with the sheets of ``orders``, empty where there is none; and what was not printed."""

    pdf: bytes
    orders: tuple[WorkOrder, ...]
    refused: tuple[NotPrinted, ...]


def print_orders(act: Act, press: PrintingParts, orders: Sequence[WorkOrder]) -> PrintedOrders:
    """Print these orders, :data:`MOST` at most. What is refused stops no other."""
    contents: list[Mapping[str, Any]] = []
    done: list[WorkOrder] = []
    refused: list[NotPrinted] = []
    for order in orders[:MOST]:
        try:
            found = watching.recheck(act, press.sources, press.catalogue, order)
            content = paper.content(act, press.sources, press.catalogue, press.letterhead, order, linked=found.linked)
        except (OrderRefused, NotAddressed, ContactError) as error:
            refused.append(NotPrinted(order, error.sentence))
        except SourceUnavailableError as error:
            refused.append(NotPrinted(order, sentence_of(error)))
        else:
            contents.append(content)
            done.append(order)
    pdf = paper.sheets(contents) if contents else b""
    for order in done:
        services.printed(act, order)
    return PrintedOrders(pdf, tuple(done), tuple(refused))
