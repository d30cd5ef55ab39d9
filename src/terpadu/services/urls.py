"""Addresses of the catalogue, below `/layanan/`."""

from django.urls import path

from terpadu.services import views

app_name = "services"
urlpatterns = [
    path("", views.index, name="index"),
    path("<slug:service>/", views.service, name="service"),
]
