from django.urls import path

from terpadu.registry.views import agreements, catalogue, joining, publishing, services

app_name = "registry"
urlpatterns = [
    path("", catalogue.index, name="index"),
    path("anggota/", catalogue.members, name="members"),
    path("tujuan/", catalogue.purpose_list, name="purposes"),
    path("root.json", catalogue.root, name="root"),
    path("kontrak/<int:version>/", catalogue.contract, name="contract"),
    path("meja/", joining.desk, name="desk"),
    path("meja/putuskan/", joining.decide, name="decide"),
    path("gabung/", joining.apply, name="apply"),
    path("tangguhkan/", joining.suspend, name="suspend"),
    path("terbit/", publishing.overview, name="publishing"),
    path("terbit/usulan.json", publishing.proposal, name="proposal"),
    path("simpul/<int:node>/sertifikat/", joining.certificate, name="certificate"),
    path("versi/<int:version>/", services.version, name="version"),
    path("templat/<int:template>/", services.template, name="template"),
    path("kesepakatan/<int:agreement>/", agreements.agreement, name="agreement"),
    path("kesepakatan/<int:agreement>/langkah/", agreements.step, name="step"),
    path("kesepakatan/<int:agreement>/risiko/", agreements.assess, name="assess"),
    path("sistem-baru/<path:member>/", joining.subsystem, name="subsystem"),
    path("simpul-baru/<path:member>/", joining.node, name="node"),
    path("layanan-baru/<path:subsystem>/", services.describe, name="describe"),
    path("templat-baru/<path:service>/", services.make_template, name="make_template"),
    path("minta/<path:service>/", agreements.ask, name="ask"),
    path("coba/<path:service>/", services.try_out, name="try"),
    path("anggota/<path:member>/", catalogue.member, name="member"),
    path("layanan/<path:service>/", catalogue.service, name="service"),
]
