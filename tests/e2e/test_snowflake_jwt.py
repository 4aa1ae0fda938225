"""Key-pair JWTs, judged by the cryptography package, the openssl command and Snowflake's own driver (npm's snowflake-sdk),
with keys made here."""

import base64
import hashlib
import json
import os
import pathlib
import shutil
import subprocess

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from conftest import TOP

BUILD = pathlib.Path(os.environ.get("LAKEFEED_BUILD", TOP / "build" / "sanitize"))
TOOL = BUILD / "tests" / "common" / "snowflake" / "jwt_tool"
NOW_MS = 1_795_136_400_123
NODE_MODULES = pathlib.Path(os.environ.get("LAKEFEED_NODE_MODULES", TOP / "build/npm/node_modules"))
ORACLE = TOP / "tests/e2e/snowflake_jwt_oracle.js"


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


@pytest.mark.parametrize(
    "options",
    [
        ["-v2", "aes-256-cbc"],
        ["-v2", "aes-128-cbc", "-v2prf", "hmacWithSHA512"],
        ["-v2", "aes-256-cbc", "-iter", "100000"],
        ["-v2", "des3"],
        ["-scrypt"],
    ],
    ids=" ".join,
)
def test_what_openssl_encrypts_is_read(key, options):
    command = ["openssl", "pkcs8", "-topk8", "-passout", "pass:correct horse \u00e9", *options]
    sealed = subprocess.run(command, input=pem(key), capture_output=True, text=True, check=True).stdout
    assert "ENCRYPTED" in sealed
    whole = make_token(pem(key))
    assert make_token(sealed, "correct horse \u00e9") == whole
    assert make_token(sealed.replace("\n", "\\n"), "correct horse \u00e9") == whole
    for wrong in (["correct horse"], []):
        refused = make_token(sealed, *wrong)
        assert refused.startswith("refused: the private key is encrypted") and "horse" not in refused


def test_a_key_of_another_kind_is_refused():
    for command in (["openssl", "genpkey", "-algorithm", "ed25519"],
                    ["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]):
        text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert make_token(text) == "refused: the private key is no RSA key, which RS256 needs\n"


@pytest.fixture(scope="module")
def ask_driver():
    assert shutil.which("node") and NODE_MODULES.is_dir(), "deploy/setup test installs node and snowflake-sdk"

    def ask(*questions):
        lines = "".join(json.dumps(question) + "\n" for question in questions)
        done = subprocess.run(["node", ORACLE, NODE_MODULES], input=lines, capture_output=True, text=True, check=True,
                              timeout=60)
        return [json.loads(line) for line in done.stdout.splitlines()]

    return ask


def test_tokens_are_those_of_snowflakes_driver(key, ask_driver):
    sealed = pem(key, passphrase=b"correct horse")
    for text, passphrase in ((pem(key), []), (pem(key, "TraditionalOpenSSL"), []), (sealed, ["correct horse"])):
        ours = make_token(text, *passphrase)
        header, claims, _ = (json.loads(decoded(part)) if index < 2 else part for index, part in
                             enumerate(ours.split(".")))
        (theirs,) = ask_driver({"account": "myorg-my_account", "username": "Sync.User", "key": text, "claims": claims,
                                **({"passphrase": passphrase[0]} if passphrase else {})})
        assert theirs["header"] == header
        assert {name: theirs["claims"][name] for name in ("iss", "sub")} == {
            name: claims[name] for name in ("iss", "sub")}
        assert theirs["signed"] == ours, "the same claims, signed by the driver's library: the same bytes"


# The driver takes MYORG from myorg.myaccount, where Snowflake's page says MYORG-MYACCOUNT: it is left out here.
ACCOUNTS = ["MYORG-MYACCOUNT", "myorg-my_account", "xy12345", "xy12345.us-east-2.aws", "xy12345.eu-central-1",
            "xy12345.west-europe.azure", "xy12345.us-gov-west-1.fhplus.aws", "xy12345.privatelink",
            "xy12345.us-east-2.privatelink", "myorg-myaccount.privatelink", "acme-x1y2z3.global"]
URLS = ["https://myorg-myaccount.snowflakecomputing.com", "https://xy12345.us-east-2.aws.snowflakecomputing.com",
        "https://myorg-myaccount.privatelink.snowflakecomputing.com:443", "https://xy12345.snowflakecomputing.com/",
        "https://acme-x1y2z3.global.snowflakecomputing.com", "https://xy12345.cn-north-1.snowflakecomputing.cn"]


def test_accounts_are_those_of_snowflakes_driver(key, ask_driver):
    text = pem(key)
    questions = [{"account": account, "username": "u", "key": text} for account in ACCOUNTS]
    questions += [{"accessUrl": url, "username": "u", "key": text} for url in URLS]
    for given, theirs in zip(ACCOUNTS + URLS, ask_driver(*questions), strict=True):
        ours = json.loads(decoded(make_token(text, account=given, user="u").split(".")[1]))
        assert ours["sub"] == theirs["claims"]["sub"], given


def test_keys_that_do_not_serve_are_refused_without_showing_them(key):
    weak = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    for text in (pem(weak), "nonsense", pem(key)[:-200], pem(key, passphrase=b"other")):
        refused = make_token(text, "correct horse")
        assert refused.startswith("refused: ")
        assert text.strip().splitlines()[-1][:20] not in refused or text == "nonsense"
