#!/usr/bin/env python3
"""Makes a Java trust store of a PEM file with certificates: make_truststore.py BUNDLE.pem STORE.jks

The format is the Java KeyStore, version 2 (big-endian): magic, version, count; for each certificate the tag 2, an
alias, a time, the type and the DER bytes; then SHA-1 over the password in UTF-16, a fixed text and all of the above.
The password is the usual one of a store without secrets: changeit.
"""
import hashlib
import ssl
import struct
import sys
from pathlib import Path

PASSWORD = "changeit"
END = "-----END CERTIFICATE-----"


def text(value):
    data = value.encode()
    return struct.pack(">H", len(data)) + data


def main(bundle, store):
    pems = [part[part.index("-----BEGIN CERTIFICATE-----"):] + END
            for part in Path(bundle).read_text(encoding="utf-8").split(END) if "-----BEGIN CERTIFICATE-----" in part]
    body = struct.pack(">III", 0xFEEDFEED, 2, len(pems))
    for number, pem in enumerate(pems):
        der = ssl.PEM_cert_to_DER_cert(pem)
        body += struct.pack(">I", 2) + text(f"authority-{number}") + struct.pack(">Q", 0)
        body += text("X.509") + struct.pack(">I", len(der)) + der
    digest = hashlib.sha1(PASSWORD.encode("utf-16-be") + b"Mighty Aphrodite" + body).digest()
    Path(store).write_bytes(body + digest)


if __name__ == "__main__":
    main(*sys.argv[1:])
