"""The addresses of designs."""

from keiki.domain.access import Right
from keiki.office.screens.routes import screen

from . import views

app_name = "designs"
urlpatterns = [
    screen("", views.list_, "list", Right.SEE_DESIGNS),
    screen("<int:number>/", views.detail, "detail", Right.SEE_DESIGNS),
]
