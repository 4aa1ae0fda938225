"""Key-pair JWTs, verified by the cryptography package and the openssl command with keys made here."""

import base64
import hashlib
import json
import os
import pathlib
import subprocess

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from conftest import TOP

BUILD = pathlib.Path(os.environ.get("LAKEFEED_BUILD", TOP / "build" / "sanitize"))
TOOL = BUILD / "tests" / "common" / "snowflake" / "jwt_tool"
NOW_MS = 1_795_136_400_123


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(key, layout="PKCS8", passphrase=None):
    encryption = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    form = getattr(serialization.PrivateFormat, layout)
    return key.private_bytes(serialization.Encoding.PEM, form, encryption).decode()


def make_token(text, *passphrase, account="myorg-my_account", user="Sync.User"):
    done = subprocess.run([TOOL, account, user, str(NOW_MS), *passphrase], input=text, capture_output=True, text=True,
                          check=False, timeout=60)
    return done.stdout.strip() if done.returncode == 0 else "refused: " + done.stderr


def decoded(segment):
    assert "=" not in segment and "+" not in segment and "/" not in segment
    return base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))


def fingerprint(key):
    der = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return "SHA256:" + base64.b64encode(hashlib.sha256(der).digest()).decode()


def test_claims_and_signature(key):
    header, claims, signature = make_token(pem(key)).split(".")
    assert json.loads(decoded(header)) == {"alg": "RS256", "typ": "JWT"}
    assert json.loads(decoded(claims)) == {
        "iss": f"MYORG-MY_ACCOUNT.SYNC.USER.{fingerprint(key)}",
        "sub": "MYORG-MY_ACCOUNT.SYNC.USER",
        "iat": NOW_MS // 1000 - 30,
        "exp": NOW_MS // 1000 - 30 + 3600,
    }
    key.public_key().verify(decoded(signature), f"{header}.{claims}".encode(), padding.PKCS1v15(), hashes.SHA256())


def test_openssl_verifies_the_signature(key, tmp_path):
    signed, signature = make_token(pem(key)).rsplit(".", 1)
    (tmp_path / "signature").write_bytes(decoded(signature))
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "public.pem").write_bytes(public)
    command = ["openssl", "dgst", "-sha256", "-verify", tmp_path / "public.pem", "-signature", tmp_path / "signature"]
    done = subprocess.run(command, input=signed.encode(), capture_output=True, check=True)
    assert b"Verified OK" in done.stdout


@pytest.mark.parametrize("form", ["pkcs1", "one_line", "bare", "encrypted"])
def test_every_form_of_the_key_gives_the_same_token(key, form):
    whole = pem(key)
    if form == "pkcs1":
        given = make_token(pem(key, "TraditionalOpenSSL"))
    elif form == "one_line":
        given = make_token(whole.replace("\n", "\\n"))
    elif form == "bare":
        given = make_token("".join(whole.splitlines()[1:-1]))
    else:
        given = make_token(pem(key, passphrase=b"correct horse"), "correct horse")
    assert given == make_token(whole)


def test_keys_that_do_not_serve_are_refused_without_showing_them(key):
    weak = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    for text in (pem(weak), "nonsense", pem(key)[:-200], pem(key, passphrase=b"other")):
        refused = make_token(text, "correct horse")
        assert refused.startswith("refused: ")
        assert text.strip().splitlines()[-1][:20] not in refused or text == "nonsense"
