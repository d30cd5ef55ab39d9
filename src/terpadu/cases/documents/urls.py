from django.urls import path

from terpadu.cases.documents import views

app_name = "documents"
urlpatterns = [
    path("periksa/", views.check, name="check"),
    path("periksa/<str:code>/", views.told, name="told"),
    path("urusan/<str:reference>/dokumen/<str:code>.pdf", views.download, name="download"),
]
