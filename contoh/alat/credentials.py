"""The demo's keys to the stand-ins: one table, every value plainly invented; CONTOH_<NAME> in the environment wins."""

import os

DEFAULTS = {
    "DUKCAPIL_INSTANSI": "INSTANSI-CONTOH",
    "DUKCAPIL_USER_ID": "PENGGUNA-CONTOH",
    "DUKCAPIL_PASSWORD": "sandi-contoh-dukcapil",
    "DUKCAPIL_IP_USER": "127.0.0.1",
    "DAPODIK_TOKEN": "token-contoh-dapodik",
    "NEOFEEDER_USERNAME": "operator-contoh",
    "NEOFEEDER_PASSWORD": "sandi-contoh-neofeeder",
    "SIMPONI_USER_ID": "biller-contoh",
    "SIMPONI_PASSWORD": "sandi-contoh-simponi",
    "SIASN_CONSUMER_KEY": "kunci-contoh-wso2",
    "SIASN_CONSUMER_SECRET": "rahasia-contoh-wso2",
    "SIASN_CLIENT_ID": "aplikasi-contoh-sso",
    "SIASN_USERNAME": "199001012015011000",
    "SIASN_PASSWORD": "sandi-contoh-sso",
    "SATUSEHAT_CLIENT_ID": "klien-contoh-satusehat",
    "SATUSEHAT_CLIENT_SECRET": "rahasia-contoh-satusehat",
    "SKCK_USERNAME": "mitra-contoh-skck",
    "SKCK_PASSWORD": "sandi-contoh-skck",
    "DTSEN_USERNAME": "operator-contoh-siks",
    "DTSEN_PASSWORD": "sandi-contoh-siks",
    "BPJS_CONS_ID": "99001",
    "BPJS_SECRET": "rahasia-contoh-bpjs",
    "BPJS_USER_KEY": "kunci-contoh-bpjs",
    "SIMKAH_KEY": "kunci-contoh-simkah",
    "TASPEN_KEY": "kunci-contoh-taspen",
    "KORLANTAS_KEY": "kunci-contoh-korlantas",
    "SPMB_KEY": "kunci-contoh-spmb",
    "PERLINSOS_KEY": "kunci-contoh-perlinsos",
    "BPJSTK_KEY": "kunci-contoh-bpjstk",
    "AHU_KEY": "kunci-contoh-ahu",
    "LOKET_KEY": "kunci-contoh-loket",
}


def credential(name: str) -> str:
    """One value, for example `credential("DAPODIK_TOKEN")`. KeyError for a name that is not in the table."""
    return os.environ.get(f"CONTOH_{name}", DEFAULTS[name])
