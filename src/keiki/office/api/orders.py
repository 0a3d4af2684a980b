"""Work orders: issue, cancel, print their sheet, and take the sealed result of a visit."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from ninja import Field, Path, Query, Schema, Status

from keiki.domain.access import Right
from keiki.domain.units import CatalogueError
from keiki.domain.workorders.lifecycle import WORK_ORDER, WorkOrderEvent, WorkOrderState
from keiki.office.designs.models import Design
from keiki.office.keys.queries import handheld
from keiki.office.screens.request import row_or_404, within
from keiki.office.sources import ConfigurationError
from keiki.office.users.api_tokens.repeated_calls import Answered
from keiki.office.workorders import queries, services, watching
from keiki.office.workorders.models import WorkOrder
from keiki.office.workorders.printing import print_orders
from keiki.office.workorders.results import RecordingEffect, record_visit

from .caller import ApiRequest
from .fields import (
    PLAIN,
    After,
    DesignId,
    Key,
    Most,
    OrderNumber,
    PointNumber,
    Reason,
    RequestBody,
    filtered,
    number_of,
    page,
    repeatable,
)
from .operations import Operation
from .problems import NotAllowed

RESULT_BYTES = 64 * 1024
Number = Annotated[OrderNumber, Path()]


class IssueOrderRequest(RequestBody):
    """For which finished design, with which enrolled hand-held device, on which day."""

    design: DesignId
    device: Annotated[str, Field(pattern=PLAIN, max_length=100)]
    visit_date: date


class CancelOrderRequest(RequestBody):
    """Why."""

    because: Reason


class OrderUnitAnswer(Schema):
    """One unit: what hangs there, what shall hang there, and whether it is kept, replaced or removed."""

    kind: str
    action: str
    old: str
    old_serial: str
    new: str
    new_serial: str


class Order(Schema):
    """A work order. The sealed credential is on its sheet alone."""

    number: str
    design: str
    supply_point: str
    office: str
    state: WorkOrderState
    device: str
    units: list[OrderUnitAnswer]
    visit_date: date
    expires_at: datetime
    outcome: str


class Orders(Schema):
    """A page of work orders, the newest first."""

    items: list[Order]
    next: str | None


class ResultRecordedAnswer(Schema):
    """What recording a result did. ``still_right``: whether the records still say the same; ``null`` where unknown."""

    order: Order
    recorded: RecordingEffect
    still_right: bool | None


def list_orders(
    request: ApiRequest,
    *,
    state: Annotated[WorkOrderState | None, Query()] = None,
    supply_point: Annotated[PointNumber | None, Query()] = None,
    visit_date: Annotated[date | None, Query()] = None,
    after: After = None,
    most: Most = 50,
) -> dict[str, Any]:
    """List the work orders within the token's reach."""
    wanted = {"state": state, "supply_point": supply_point, "visit_date": visit_date}
    found, following = page(filtered(_rows(request), wanted), after, most)
    return {"items": [queries.describe(each) for each in found], "next": following}


def get_order(request: ApiRequest, number: Number) -> dict[str, Any]:
    """Show a work order."""
    return queries.describe(_order(request, number))


def issue_order(request: ApiRequest, given: IssueOrderRequest, key: Key = None) -> Status[dict[str, Any]]:
    """Issue the work order of a finished design: units reserved, credential sealed to the device."""

    def act() -> Answered:
        office_services = request.office_services
        design = row_or_404(request, Design.objects.select_related("contract"), pk=number_of(given.design))
        visit = services.PlannedVisit(
            handheld(given.device), given.visit_date, office_services.barcode_end(given.visit_date)
        )
        order = services.issue(
            request.act,
            office_services.sources,
            office_services.catalogue,
            office_services.sealer,
            design=design,
            visit=visit,
        )
        return 201, queries.describe(order)

    return Status(*repeatable(request, key, act))


def cancel_order(request: ApiRequest, number: Number, given: CancelOrderRequest) -> dict[str, Any]:
    """Cancel a work order; its design is open again."""
    order = _order(request, number)
    services.cancel(request.act, order, given.because)
    return queries.describe(order)


def print_order(request: ApiRequest, number: Number) -> HttpResponse:
    """Look once more whether the order is still right, and give its sheet, which names the customer."""
    order = _order(request, number)
    WORK_ORDER.after(WorkOrderState(order.state), WorkOrderEvent.PRINT)
    done = print_orders(request.act, request.office_services, [order])
    for refused in done.refused:
        raise NotAllowed(*refused.why, code="not_printed")
    name = f'inline; filename="{order.number}.pdf"'
    return HttpResponse(done.pdf, content_type="application/pdf", headers={"Content-Disposition": name})


def record_result(request: ApiRequest, number: Number) -> dict[str, Any]:
    """Take the result that the hand-held device sealed. Taken once; sent again it changes nothing."""
    order, data = _order(request, number), request.body
    if len(data) > RESULT_BYTES:
        raise NotAllowed(
            "訪問結果として大きすぎます。ハンディ端末が出したファイルをそのまま送ってください。",
            "this is too large for a visit's result: send the device's file as it is",
            code="no_result",
        )
    with transaction.atomic():
        found, recorded = record_visit(request.act, request.office_services.identity, data, request.reach.covers)
        if found.pk != order.pk:
            raise NotAllowed(
                f"この結果は {order.number} のものではありません。番号を確かめて送り直してください。",
                f"the result is not for {order.number}: check the number and send it again",
                code="another_order",
            )
    right = _still_right(request, found) if recorded is RecordingEffect.DONE else None
    return {"order": queries.describe(found), "recorded": recorded, "still_right": right}


def _still_right(request: ApiRequest, order: WorkOrder) -> bool | None:
    """Ask the records again after the visit; the result stands whatever they say."""
    try:
        office_services = request.office_services
        return watching.recheck_visit(request.act, office_services.sources, office_services.catalogue, order).holds
    except (CatalogueError, ConfigurationError):
        return None


def _rows(request: ApiRequest) -> QuerySet[WorkOrder]:
    return within(request, WorkOrder.objects.select_related("design", "device", "credential").defer("envelope"))


def _order(request: ApiRequest, number: str) -> WorkOrder:
    rows = WorkOrder.objects.select_related("design__contract", "device", "credential")
    return row_or_404(request, rows, number=number)


SEE, ISSUE = (Right.SEE_ORDERS,), (Right.ISSUE_ORDERS,)
BYTES = {"schema": {"type": "string", "format": "binary"}}
TAG = "Work orders"
OPERATIONS = (
    Operation("GET", "/work-orders", list_orders, SEE, "List work orders", {200: Orders}, TAG),
    Operation("POST", "/work-orders", issue_order, ISSUE, "Issue a work order", {201: Order}, TAG),
    Operation("GET", "/work-orders/{number}", get_order, SEE, "Show a work order", {200: Order}, TAG),
    Operation(
        "POST", "/work-orders/{number}/cancellation", cancel_order, ISSUE, "Cancel a work order", {200: Order}, TAG
    ),
    Operation(
        "POST",
        "/work-orders/{number}/sheet",
        print_order,
        (Right.PRINT_ORDERS, Right.SEE_CUSTOMER),
        "Print a work order: its sheet as PDF",
        {200: None},
        TAG,
        {"responses": {200: {"description": "OK", "content": {"application/pdf": BYTES}}}},
    ),
    Operation(
        "POST",
        "/work-orders/{number}/result",
        record_result,
        (Right.RECORD_RESULTS,),
        "Take the sealed result of a visit",
        {200: ResultRecordedAnswer},
        TAG,
        {"requestBody": {"required": True, "content": {"application/octet-stream": BYTES}}},
    ),
)
