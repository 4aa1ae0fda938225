"""moto's server with the resource of each request. moto checks actions and signatures of all services, but resources
only of S3, SQS and roles; for all else it asks its policies about "*", which no exact ARN matches. Its own hook for a
service's resource is filled in here, from the request's members by the API's words. Conditions moto does not look at.
Takes moto_server's own arguments."""

import json
import pathlib
import runpy
import sys

LOCAL = pathlib.Path(__file__).resolve().parents[2] / "runtime/local"
sys.path.insert(0, str(LOCAL))

from moto.core.responses import BaseResponse


def arn(response, service, resource):
    return f"arn:aws:{service}:{response.region}:{response.current_account}:{resource}"


def named(response, service, kind, value):
    return value if value.startswith("arn:") else arn(response, service, f"{kind}{value}")


def dynamodb(response, body):
    if "ExportArn" in body:
        return body["ExportArn"]
    table = body.get("TableArn") or body.get("TableName") or next(iter(body.get("RequestItems", [])), None)
    return named(response, "dynamodb", "table/", table) if table else "*"


def dynamodbstreams(_response, body):
    iterator = body.get("ShardIterator", "")  # moto's begins with the stream's ARN
    return body.get("StreamArn") or iterator.split("|")[0] or "*"


def kinesis(response, body):
    return body.get("StreamARN") or arn(response, "kinesis", f"stream/{body.get('StreamName', '*')}")


def glue(response, body):
    database, table = body.get("DatabaseName"), body.get("TableName") or body.get("Name")
    if not database:
        return arn(response, "glue", "catalog")
    return arn(response, "glue", f"table/{database}/{table}" if table else f"database/{database}")


def secretsmanager(response, body):
    return named(response, "secretsmanager", "secret:", body.get("SecretId", "*"))


def logs(response, body):
    stream = body.get("logStreamName")
    name = f"log-group:{body.get('logGroupName', '*')}" + (f":log-stream:{stream}" if stream else "")
    return arn(response, "logs", name)


def kms(response, body):
    return named(response, "kms", "key/", body.get("KeyId", "*"))


def resource_of(response):
    find = globals().get(response.service_name)
    if find is None:
        return "*"
    body = response.body or {}  # some services have read it by now
    return find(response, body if isinstance(body, dict) else json.loads(body))


BaseResponse._determine_resource = resource_of
runpy.run_path(str(LOCAL / "moto_server.py"), run_name="__main__")
