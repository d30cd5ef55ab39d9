"""Addresses of the open data; the same in every language."""

from django.urls import path

from terpadu.spbe import open_data

app_name = "spbe_api"
urlpatterns = [
    path("hasil.csv", open_data.as_csv, name="csv"),
    path("hasil.json", open_data.as_json, name="json"),
    path("dcat.jsonld", open_data.described, name="dcat"),
]
