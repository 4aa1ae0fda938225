"""A function's way from its start to its first statement, with boto3, cryptography and requests: the secret, a key-pair
JWT, the table of the event, and a SHOW. Without a runtime client, which would only add to it."""

import base64
import hashlib
import json
import os
import time
import uuid

import boto3
import requests
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding


def encoded(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def jwt(secret):
    key = serialization.load_pem_private_key(secret["private_key"].encode(), None)
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    subject = f"{secret['accountidentifier']}.{secret['username']}".upper()
    fingerprint = base64.b64encode(hashlib.sha256(public).digest()).decode()
    now = int(time.time())
    claims = {"iss": f"{subject}.SHA256:{fingerprint}", "sub": subject, "iat": now, "exp": now + 3600}
    signed = ".".join(encoded(json.dumps(part).encode()) for part in ({"alg": "RS256", "typ": "JWT"}, claims))
    return f"{signed}.{encoded(key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def main():
    secret = json.loads(boto3.client("secretsmanager").get_secret_value(SecretId=os.environ["SECRET_ARN"])["SecretString"])
    table = boto3.client("glue").get_table(DatabaseName="bench__d0", Name="t000")["Table"]
    requests.post(
        f"{secret['url']}/api/v2/statements", params={"requestId": str(uuid.uuid4())}, timeout=60,
        headers={"Authorization": f"Bearer {jwt(secret)}", "User-Agent": "first/1.0", "Accept": "application/json",
                 "X-Snowflake-Authorization-Token-Type": "KEYPAIR_JWT"},
        json={"statement": f"SHOW EXTERNAL TABLES LIKE '{table['Name'].upper()}'", "timeout": 60})


main()
