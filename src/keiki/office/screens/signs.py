"""The signs: one small drawing for each tone and action, so that colour never speaks alone."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

# Paths on a field of 16 by 16.
PATHS = {
    "ok": "M3 8.5 6.5 12 13 4.5",
    "bad": "M4 4 12 12 M12 4 4 12",
    "warn": "M8 2.2 14.6 13.6H1.4Z M8 6.6V9.6 M8 11.6V11.7",
    "info": "M8 1.8A6.2 6.2 0 1 1 8 14.2 6.2 6.2 0 1 1 8 1.8Z M8 7.4V11.2 M8 4.8V4.9",
    "quiet": "M4 8H12",
    "wait": "M8 1.8A6.2 6.2 0 1 1 8 14.2 6.2 6.2 0 1 1 8 1.8Z M8 4.6V8L10.4 9.6",
    "keep": "M3.5 6H12.5 M3.5 10H12.5",
    "none": "M4 8H12",
    "replace": "M2.5 5.5H12.5 M9.8 2.6 12.7 5.5 9.8 8.4 M13.5 11H3.5 M6.2 8.1 3.3 11 6.2 13.9",
    "new": "M8 3V13 M3 8H13",
    "remove": "M3 8H13",
    "wrong": "M4 4 12 12 M12 4 4 12",
    "up": "M8 13V3.5 M4 7.5 8 3.5 12 7.5",
    "down": "M8 3V12.5 M4 8.5 8 12.5 12 8.5",
    "sortable": "M5 6.2 8 3.2 11 6.2 M5 9.8 8 12.8 11 9.8",
    "expand": "M4 6.2 8 10.2 12 6.2",
    "print": "M4.5 6V2.5H11.5V6 M4.5 11.5H2.5V6H13.5V11.5H11.5 M4.5 9.5H11.5V13.5H4.5Z",
}


def sign_svg(kind: str) -> SafeString:
    """Return the sign of ``kind`` as inline SVG in the colour of the text. ``KeyError`` for a kind there is none of."""
    return format_html(
        '<svg class="sign" viewBox="0 0 16 16" aria-hidden="true" focusable="false"><path d="{}"/></svg>',
        mark_safe(PATHS[str(kind)]),  # noqa: S308 (a constant of this module)
    )
