from django.urls import path

from terpadu.pages import views

app_name = "pages"

NOTES = {
    "bantuan": "help",
    "aksesibilitas": "accessibility",
    "pelindungan-data": "protection",
    "data-terbuka": "open_data",
    "kode-sumber": "source",
}
"""Address -> template: what the footer leads to."""

urlpatterns = [
    path("", views.home, name="home"),
    path("contoh-komponen/", views.parts, name="parts"),
    path("status/", views.status, name="status"),
    *(path(f"{address}/", views.note, {"name": name}, name=name) for address, name in NOTES.items()),
]
