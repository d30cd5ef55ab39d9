from django.urls import path

from terpadu.cases.views import office

app_name = "office"
_TASK = "tugas/<int:task>/"
urlpatterns = [
    path("", office.queue, name="queue"),
    path("antrean.csv", office.table, name="table"),
    path(_TASK, office.task, name="task"),
    path(f"{_TASK}ambil/", office.take, name="take"),
    path(f"{_TASK}kembalikan/", office.put_back, name="put_back"),
    path(f"{_TASK}putuskan/", office.finish, name="finish"),
    path(f"{_TASK}lengkapi/", office.missing, name="missing"),
    path(f"{_TASK}berkas/<uuid:upload>/", office.document, name="document"),
    path(f"{_TASK}pesan/", office.message, name="message"),
]
