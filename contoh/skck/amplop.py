"""SOAP 1.1 envelopes: read one safely, write an answer or a Fault (W3C Note SOAP 1.1, sections 4 and 4.4)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from lxml import etree

RUANG_NAMA = "urn:contoh:polri:skck:1"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
XSD = "http://www.w3.org/2001/XMLSchema"
_WSDL = Path(__file__).with_name("skck.wsdl")


class Kesalahan(Exception):
    """What becomes a Fault: whose it is (Client or Server), a code that stays, a sentence."""

    def __init__(self, kode: str, pesan: str, pihak: str = "Client") -> None:
        super().__init__(pesan)
        self.kode, self.pesan, self.pihak = kode, pesan, pihak


def _pembaca() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)


def _skema() -> etree.XMLSchema:
    [skema] = etree.parse(_WSDL, _pembaca()).getroot().iter(f"{{{XSD}}}schema")
    return etree.XMLSchema(etree.fromstring(etree.tostring(skema)))


SKEMA = _skema()


def wsdl(alamat: str) -> bytes:
    """The WSDL, with the address under which it was asked for."""
    pohon = etree.parse(_WSDL, _pembaca())
    [tempat] = pohon.getroot().iter("{http://schemas.xmlsoap.org/wsdl/soap/}address")
    tempat.set("location", alamat)
    return etree.tostring(pohon, xml_declaration=True, encoding="UTF-8")


def baca(isi: bytes) -> tuple[str, dict[str, str]]:
    """The operation's name and its values. A document type, a wrong form or a broken schema raises Kesalahan."""
    badan = _badan(_uraikan(isi))
    if not SKEMA.validate(badan):
        raise Kesalahan("PESAN_TIDAK_SESUAI", f"Unsur tidak sesuai skema: {_unsur_salah()}")
    return etree.QName(badan).localname, {etree.QName(satu).localname: satu.text or "" for satu in badan}


def jawab(operasi: str, isi: Mapping[str, str]) -> bytes:
    """The answer's envelope; values in the order of the schema."""
    amplop, badan = _kosong()
    jawaban = etree.SubElement(badan, f"{{{RUANG_NAMA}}}{operasi}Response", nsmap={"skck": RUANG_NAMA})
    for nama, nilai in isi.items():
        etree.SubElement(jawaban, f"{{{RUANG_NAMA}}}{nama}").text = nilai
    return etree.tostring(amplop, xml_declaration=True, encoding="UTF-8")


def gagal(kesalahan: Kesalahan) -> bytes:
    """A Fault; faultcode is qualified, the other three are not (section 4.4)."""
    amplop, badan = _kosong()
    fault = etree.SubElement(badan, f"{{{SOAP}}}Fault")
    etree.SubElement(fault, "faultcode").text = f"soap:{kesalahan.pihak}"
    etree.SubElement(fault, "faultstring").text = kesalahan.pesan
    rinci = etree.SubElement(
        etree.SubElement(fault, "detail"), f"{{{RUANG_NAMA}}}Kesalahan", nsmap={"skck": RUANG_NAMA}
    )
    etree.SubElement(rinci, f"{{{RUANG_NAMA}}}Kode").text = kesalahan.kode
    etree.SubElement(rinci, f"{{{RUANG_NAMA}}}Pesan").text = kesalahan.pesan
    return etree.tostring(amplop, xml_declaration=True, encoding="UTF-8")


def _uraikan(isi: bytes) -> etree._Element:
    try:
        akar = etree.fromstring(isi, _pembaca())
    except etree.XMLSyntaxError:
        raise Kesalahan("BUKAN_XML", "Pesan bukan XML yang utuh") from None
    if getattr(akar.getroottree().docinfo, "doctype", ""):
        raise Kesalahan("DTD_DITOLAK", "Pesan SOAP tidak boleh memuat deklarasi tipe dokumen")
    if akar.tag != f"{{{SOAP}}}Envelope":
        raise Kesalahan("BUKAN_SOAP", "Pesan bukan Envelope SOAP 1.1", "VersionMismatch")
    return akar


def _badan(amplop: etree._Element) -> etree._Element:
    isi = amplop.findall(f"{{{SOAP}}}Body/*")
    if len(isi) != 1:
        raise Kesalahan("BADAN_TIDAK_TUNGGAL", "Body harus memuat tepat satu unsur")
    return isi[0]


def _kosong() -> tuple[etree._Element, etree._Element]:
    amplop = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soap": SOAP})
    return amplop, etree.SubElement(amplop, f"{{{SOAP}}}Body")


def _unsur_salah() -> str:
    """Names the element only: the value stays out of every message."""
    catatan = " ".join(satu.message for satu in SKEMA.error_log)  # type: ignore[attr-defined]  # the stubs lack it
    nama = re.search(r"Element '(?:\{[^}]*\})?([^']+)'", catatan)
    return nama[1] if nama else "Body"
