from django.urls import path

from terpadu.cases.payments import views

app_name = "payments"
urlpatterns = [path("urusan/<str:reference>/bukti-bayar/", views.receipt, name="receipt")]
