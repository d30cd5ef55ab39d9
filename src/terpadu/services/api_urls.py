"""Addresses for programs; the same in every language."""

from django.urls import path

from terpadu.services import api

app_name = "services_api"
urlpatterns = [
    path("services", api.services, name="services"),
    path("services.jsonld", api.linked, name="linked"),
    path("services/<str:service>", api.service, name="service"),
    path("openapi.json", api.openapi, name="openapi"),
]
