"""The pages that belong to no other room."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from terpadu.pages.guards import public


@public
def home(request: HttpRequest) -> HttpResponse:
    """The first page."""
    return render(request, "pages/home.html")
