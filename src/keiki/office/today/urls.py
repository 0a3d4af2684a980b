"""The address of Today: the office's own."""

from __future__ import annotations

from keiki.office.screens.routes import screen

from . import views

urlpatterns = [screen("", views.today, "today", None)]
