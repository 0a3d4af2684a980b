"""The addresses that the frame of a page leads to, for the gallery."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def nothing(_: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [
    path("points/", include(([path("", nothing, name="search")], "points"))),
    path("language/", nothing, name="set_language"),
    path("logout/", nothing, name="account_logout"),
]
