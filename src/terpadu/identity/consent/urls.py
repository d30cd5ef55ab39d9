from django.urls import path

from terpadu.identity.consent import views

app_name = "consent"
urlpatterns = [
    path("", views.index, name="index"),
    path("<uuid:pk>/", views.question, name="question"),
    path("<uuid:pk>/tarik/", views.withdraw, name="withdraw"),
    path("<uuid:pk>/bukti/", views.proof, name="proof"),
]
