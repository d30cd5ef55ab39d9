"""nginx in three parts: the static system behind everybody, and the two chained proxies that are compared.

The proxies speak mutual TLS 1.3 with each other over kept connections and do nothing else: no signature, no record, no
rights. Each part is one nginx of its own with one worker, as each node is one process.
"""

from __future__ import annotations

import datetime
import getpass
import grp
import os
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bench.machine import Ports, program

PEERS = 8

_COMMON = """\
{user}daemon off;
worker_processes 1;
worker_rlimit_nofile 16384;
pid {home}/{name}.pid;
error_log {home}/{name}.error.log warn;
events {{ worker_connections 8192; }}
http {{
    access_log off;
    default_type application/json;
    sendfile on;
    tcp_nodelay on;
    keepalive_timeout 600s;
    keepalive_requests 1000000000;
    client_max_body_size 128m;
    client_body_buffer_size 64k;
    client_body_temp_path {home}/{name}.body;
    proxy_temp_path {home}/{name}.proxy;
    fastcgi_temp_path {home}/{name}.fastcgi;
    uwsgi_temp_path {home}/{name}.uwsgi;
    scgi_temp_path {home}/{name}.scgi;
    proxy_max_temp_file_size 0;
    proxy_http_version 1.1;
    proxy_set_header Connection "";
{body}}}
"""

_POOL = """\
    upstream {name} {{
        server 127.0.0.1:{port};
        keepalive 1024;
        keepalive_requests 1000000000;
        keepalive_timeout 600s;
    }}
"""

_SYSTEM = """\
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        location / {{ return 200 '{answer}'; }}
        location ~ (/besar[0-9]+\\.bin)$ {{ alias {files}$1; default_type application/octet-stream; }}
    }}
"""

_FIRST = """\
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        proxy_ssl_certificate {home}/first.pem;
        proxy_ssl_certificate_key {home}/first.key;
        proxy_ssl_trusted_certificate {home}/ca.pem;
        proxy_ssl_verify on;
        proxy_ssl_name second;
        proxy_ssl_protocols TLSv1.3;
{locations}    }}
"""

_SECOND = """\
    server {{
        listen 127.0.0.1:{port} ssl backlog=4096;
        ssl_certificate {home}/second.pem;
        ssl_certificate_key {home}/second.key;
        ssl_client_certificate {home}/ca.pem;
        ssl_verify_client on;
        ssl_protocols TLSv1.3;
        location / {{ proxy_pass http://system; }}
    }}
"""


def system(home: Path, port: int, answer: str) -> list[str]:
    """The static system; its large files lie in `home`/files. The command that runs it."""
    return _written(home, "system", _SYSTEM.format(port=port, answer=answer, files=home / "files"))


def first(home: Path, ports: Ports) -> list[str]:
    """The asking side's proxy: one location a peer, by the service's name in the path."""
    pools = "".join(_POOL.format(name=f"peer{n}", port=ports.second_proxy(n)) for n in range(1, PEERS + 1))
    places = {"": 1, **{f"/x{n}/": n for n in range(1, PEERS + 1)}}
    locations = "".join(
        f"        location /r1/ID/GOV/9/pop{place or '/'} {{ proxy_pass https://peer{n}; }}\n"
        for place, n in places.items()
    )
    return _written(home, "first", pools + _FIRST.format(port=ports.proxy, home=home, locations=locations))


def second(home: Path, ports: Ports, number: int) -> list[str]:
    """An answering side's proxy."""
    pool = _POOL.format(name="system", port=ports.upstream)
    return _written(home, f"second{number}", pool + _SECOND.format(port=ports.second_proxy(number), home=home))


def _written(home: Path, name: str, body: str) -> list[str]:
    file = home / f"{name}.conf"
    file.write_text(_COMMON.format(user=_user(), home=home, name=name, body=body))
    return [program("nginx"), "-p", str(home), "-c", str(file), "-e", str(home / f"{name}.error.log")]


def _user() -> str:
    """Workers run as whoever runs the bench; only root has to say so."""
    return f"user {getpass.getuser()} {grp.getgrgid(os.getgid()).gr_name};\n" if os.geteuid() == 0 else ""


def certificates(home: Path) -> None:
    """A small authority and two certificates (P-256, as between nodes), for this run alone."""
    authority = ec.generate_private_key(ec.SECP256R1())
    own = _certificate("ca", authority, "ca", authority, authority=True)
    (home / "ca.pem").write_bytes(own.public_bytes(serialization.Encoding.PEM))
    for name in ("first", "second"):
        key = ec.generate_private_key(ec.SECP256R1())
        made = _certificate(name, key, "ca", authority, authority=False)
        (home / f"{name}.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
        _save_key(home / f"{name}.key", key)


def _save_key(file: Path, key: ec.EllipticCurvePrivateKey) -> None:
    file.touch(mode=0o600)
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(key.private_bytes(*form))


def _certificate(
    name: str, key: ec.EllipticCurvePrivateKey, issuer: str, signer: ec.EllipticCurvePrivateKey, authority: bool
) -> x509.Certificate:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .sign(signer, hashes.SHA256())
    )
