from django.urls import path

from terpadu.spbe import views

app_name = "spbe"
urlpatterns = [
    path("", views.index, name="index"),
    path("peta/", views.provinces, name="map"),
    path("<str:instansi>/", views.one, name="profile"),
]
