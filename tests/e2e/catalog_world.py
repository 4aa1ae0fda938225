"""A Glue Data Catalog in moto, a Snowflake in the SQL API double, and the secret that names it: what glue_to_snowflake and
the commands around it work between."""

import json
import os
import subprocess

from conftest import CREDENTIALS, REGION

PARQUET = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
ACCOUNT = "123456789012"  # moto's
SECRET = "snowflake/lakefeed"
TOKEN = "not-a-token"


class CatalogWorld:
    """Both sides empty but for the schemas SALES.RAW and WEB.RAW, a stage over s3://lake/raw/ and a token."""

    def __init__(self, moto, double):
        self.moto = moto
        self.double = double
        self.glue = moto.client("glue")
        double.reset()
        double.command("RegisterToken", token=TOKEN, token_type="PROGRAMMATIC_ACCESS_TOKEN")
        for database in ("SALES", "WEB"):
            double.command("CreateSchema", database=database, schema="RAW")
        double.command("CreateStage", name="LAKE.PUBLIC.RAW")
        self.put_secret()
        self.environment = {
            "AWS_REGION": REGION, "AWS_ENDPOINT_URL": moto.url, "SECRET_ARN": SECRET, **CREDENTIALS}

    def put_secret(self, **members):
        secret = {"url": self.double.url, "token": TOKEN, "token_type": "PROGRAMMATIC_ACCESS_TOKEN",
                  "stages": {"s3": {"LAKE.PUBLIC.RAW": "s3://lake/raw/"}}, **members}
        secrets = self.moto.client("secretsmanager")
        if any(found["Name"] == SECRET for found in secrets.list_secrets()["SecretList"]):
            secrets.put_secret_value(SecretId=SECRET, SecretString=json.dumps(secret))
        else:
            secrets.create_secret(Name=SECRET, SecretString=json.dumps(secret))

    def make_database(self, name):
        self.glue.create_database(DatabaseInput={"Name": name})

    def table_input(self, name, columns=(("id", "bigint"),), keys=(), location=None, **more):
        return {
            "Name": name,
            "TableType": "EXTERNAL_TABLE",
            "PartitionKeys": [{"Name": key, "Type": kind} for key, kind in keys],
            "StorageDescriptor": {
                "Columns": [{"Name": column, "Type": kind} for column, kind in columns],
                "Location": location or f"s3://lake/raw/{name}/",
                "SerdeInfo": {"SerializationLibrary": PARQUET, "Parameters": {}},
            },
            **more,
        }

    def make_table(self, database, name, *arguments, **named):
        self.glue.create_table(DatabaseName=database, TableInput=self.table_input(name, *arguments, **named))

    def change_table(self, database, name, *arguments, **named):
        self.glue.update_table(DatabaseName=database, TableInput=self.table_input(name, *arguments, **named))

    def sent(self):
        """The verbs of the statements that Snowflake was asked for since the last look, in order."""
        calls = [json.loads(call["body"]) if isinstance(call["body"], str) else call["body"]
                 for call in self.double.calls() if call["operation"] == "statements"]
        seen, self.seen = getattr(self, "seen", 0), len(calls)
        return [call["statement"] for call in calls[seen:]]

    def run(self, lakefeed, *words, stdin="", environment=None, **options):
        """The command with the world's settings in its environment."""
        return subprocess.run(
            [str(lakefeed), *map(str, words)], input=stdin, capture_output=True, text=True, timeout=120, check=False,
            env={**clean_environment(), **self.environment, **(environment or {})}, **options)


def clean_environment():
    """This process's, without what AWS's tools read."""
    return {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}


def changes(statements):
    """Those that are no reads."""
    return [statement for statement in statements if statement.split()[0] not in ("SHOW", "DESC", "DESCRIBE")]


def native_event(change, database, *tables, event_id="e1"):
    """Of EventBridge, as Glue sends it: a created or deleted table is a change of its database."""
    detail = {"typeOfChange": change, "databaseName": database}
    if change in ("CreateTable", "DeleteTable"):
        kind, detail["changedTables"] = "Database", list(tables)
    else:
        kind, (detail["tableName"],) = "Table", tables
    return {"version": "0", "id": event_id, "source": "aws.glue", "detail-type": f"Glue Data Catalog {kind} State Change",
            "account": ACCOUNT, "region": REGION, "time": "2026-11-20T01:00:00Z", "resources": [], "detail": detail}


def sqs_batch(*bodies):
    """m-1, m-2, …; a body is JSON unless it is a text."""
    return {"Records": [
        {"messageId": f"m-{number}", "eventSource": "aws:sqs", "body": body if isinstance(body, str) else json.dumps(body)}
        for number, body in enumerate(bodies, 1)]}
