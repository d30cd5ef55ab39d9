from django.urls import path

from terpadu.governance import views

app_name = "governance"
urlpatterns = [
    path("inventaris/", views.index, name="index"),
    path("inventaris/<uuid:pk>/", views.detail, name="application"),
    path("gerbang/", views.gate, name="gate"),
]
