"""The addresses of designs."""

from keiki.domain.access import Right
from keiki.office.screens.routes import ACT, BY_LIST, READ, screen

from . import acts, views

app_name = "designs"
urlpatterns = [
    screen("", views.list_, "list", Right.SEE_DESIGNS, query=BY_LIST),
    screen("open/<int:contract>/", acts.open_, "open", Right.MAKE_DESIGNS, methods=ACT),
    screen("<int:number>/", views.detail, "detail", Right.SEE_DESIGNS, query=("tab", "unit")),
    screen("<int:number>/choose/", acts.choose, "choose", Right.MAKE_DESIGNS, methods=ACT),
    screen("<int:number>/propose/", acts.propose, "propose", Right.MAKE_DESIGNS, methods=ACT),
    screen("<int:number>/undo/", acts.undo, "undo", Right.MAKE_DESIGNS, methods=ACT),
    screen("<int:number>/look/", acts.look, "look", Right.MAKE_DESIGNS, methods=ACT),
    screen("<int:number>/finish/", acts.finish, "finish", Right.MAKE_DESIGNS, methods=ACT),
    screen("<int:number>/withdraw/", acts.withdraw, "withdraw", Right.MAKE_DESIGNS, methods=READ + ACT),
]
