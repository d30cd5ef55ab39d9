from django.urls import path

from terpadu.governance.views import gate, importing, inventory

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
    path("gerbang/", gate.index, name="gate"),
    path("gerbang/usul/", gate.propose, name="propose"),
    path("gerbang/<slug:reference>/", gate.detail, name="proposal"),
    path("gerbang/<slug:reference>/hubungkan/", gate.connect, name="connect"),
    path("gerbang/<slug:reference>/sambungan/", gate.draft, name="draft"),
    path("gerbang/<slug:reference>/pengecualian/", gate.exempt, name="exempt"),
    path("gerbang/<slug:reference>/nilai/", gate.review, name="review"),
    path("gerbang/<slug:reference>/tarik/", gate.withdraw, name="withdraw"),
    path("gerbang/<slug:reference>/berkas/<uuid:number>/", gate.paper, name="budget"),
]
