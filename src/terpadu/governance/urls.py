from django.urls import path

from terpadu.governance.views import importing, inventory

app_name = "governance"
urlpatterns = [
    path("inventaris/", inventory.index, name="index"),
    path("inventaris/unduh.csv", inventory.export, {"form": "csv"}, name="csv"),
    path("inventaris/unduh.xlsx", inventory.export, {"form": "xlsx"}, name="xlsx"),
    path("inventaris/muat/", importing.upload, name="upload"),
    path("inventaris/muat/<uuid:pk>/", importing.batch, name="batch"),
    path("inventaris/muat/<uuid:pk>/putusan.csv", importing.verdicts, name="verdicts"),
    path("inventaris/<uuid:pk>/", inventory.detail, name="application"),
    path("inventaris/<uuid:pk>/ubah/", inventory.edit, name="edit"),
    path("inventaris/<uuid:pk>/antarmuka/", inventory.describe, name="describe"),
    path("inventaris/<uuid:pk>/langkah/<slug:name>/", inventory.step, name="step"),
    path("inventaris/<uuid:pk>/berkas/<slug:kind>/<uuid:number>/", inventory.paper, name="paper"),
]
