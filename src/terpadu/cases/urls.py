from django.urls import path

from terpadu.cases.views import mine

app_name = "cases"
_CASE = "<str:reference>/"
urlpatterns = [
    path("", mine.index, name="index"),
    path(_CASE, mine.case, name="case"),
    path(f"{_CASE}terkirim/", mine.sent, name="sent"),
    path(f"{_CASE}salinan.json", mine.copy, name="copy"),
    path(f"{_CASE}giliran/<int:task>/", mine.turn, name="turn"),
    path(f"{_CASE}izin/", mine.consent, name="consent"),
    path(f"{_CASE}pesan/", mine.message, name="message"),
    path(f"{_CASE}tarik/", mine.withdraw, name="withdraw"),
    path(f"{_CASE}keputusan/<int:decision>/<str:kind>/", mine.object_to, name="object"),
    path(f"{_CASE}bukti/<str:number>/", mine.proof, name="proof"),
]
