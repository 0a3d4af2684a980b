"""The addresses of the screen Catalogue."""

from __future__ import annotations

from keiki.domain.access import Right
from keiki.office.screens.routes import ACT, BY_LIST, READ, screen

from . import acts, jobviews, views

app_name = "catalogues"
urlpatterns = [
    screen("", views.versions, "list", Right.SEE_CATALOGUE, query=BY_LIST),
    screen("bring-in/", acts.bring_in, "bring_in", Right.PROPOSE_CATALOGUE, methods=READ + ACT, query=("job",)),
    screen("bring-in/folder/", acts.bring_in_folder, "bring_in_folder", Right.PROPOSE_CATALOGUE, methods=ACT),
    screen("jobs/<int:number>/", jobviews.job, "job", Right.SEE_CATALOGUE),
    screen("<int:number>/", views.version, "version", Right.SEE_CATALOGUE),
    screen("<int:number>/contents/", views.contents, "contents", Right.SEE_CATALOGUE),
    screen("<int:number>/changes/", views.changes, "changes", Right.SEE_CATALOGUE, query=("against", "all")),
    screen("<int:number>/files/", views.files, "files", Right.SEE_CATALOGUE, query=("name",)),
    screen("<int:number>/propose/", acts.propose, "propose", Right.PROPOSE_CATALOGUE, methods=ACT),
    screen(
        "<int:number>/publish/", acts.publish, "publish", Right.PUBLISH_CATALOGUE, methods=READ + ACT, sensitive=True
    ),
    screen("<int:number>/reject/", acts.reject, "reject", Right.PUBLISH_CATALOGUE, methods=ACT),
    screen(
        "<int:number>/withdraw/", acts.withdraw, "withdraw", Right.PUBLISH_CATALOGUE, methods=READ + ACT, sensitive=True
    ),
]
