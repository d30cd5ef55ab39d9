from django.urls import path

from terpadu.pages import views

app_name = "pages"
urlpatterns = [
    path("", views.home, name="home"),
    path("contoh-komponen/", views.parts, name="parts"),
]
