from django.urls import path

from terpadu.identity.looks import views

app_name = "looks"
urlpatterns = [
    path("siapa-melihat/", views.index, name="index"),
    path("siapa-melihat/unduh.json", views.listed, name="listed"),
    path("siapa-melihat/unduh.csv", views.table, name="table"),
    path("siapa-melihat/bukti/<str:number>/", views.proof, name="proof"),
]
