"""AWS's sample aws-cdk-glue-table-sync-with-snowflake, its logic written anew from the list of its defects (numbers in
brackets), and the events that it reads."""

from conftest import REGION

PARQUET = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"


class Sample:
    """The sample's way from an event to a statement, and from there to Snowflake."""

    def __init__(self, stages, post=None, get_table=None):
        self.stages, self.post, self.get_table = stages, post, get_table

    def statement(self, event):
        """For CreateTable and UpdateTable; None for all other events."""
        detail = event["detail"]
        if detail["eventName"] not in ("CreateTable", "UpdateTable"):
            return None  # (22)
        request = detail["requestParameters"]
        table = request["tableInput"]  # (10)
        kind = table["parameters"]["classification"]  # (10)
        database, schema = request["databaseName"].split("__")
        storage = table["storageDescriptor"]
        stage, prefix = next((s, p) for s, p in self.stages.items() if storage["location"].startswith(p))
        path = storage["location"][len(prefix) :]
        columns = [
            f"{c['name']} {c['type']} as (value:{c['name']}::{c['type']})" for c in storage["columns"]
        ]  # (1), (3), (7)
        keys = table.get("partitionKeys", [])
        for index, key in enumerate(keys, len(path.rstrip("/").split("/")) + 1):  # (5)
            segment = f"split_part(metadata$filename, '/', {index})"
            columns.append(f"{key['name']} {key['type']} as (split_part({segment}, '=', 2))")  # (4), (6)
        partition_by = f" partition by ({', '.join(key['name'] for key in keys)})" if keys else ""
        return (  # (2), (8), (9), (16), (17)
            f"create or replace external table {database}.{schema}.{table['name']} ({', '.join(columns)}){partition_by}"
            f" location = @{stage}/{path} auto_refresh = true file_format = (type = {kind})"
        )

    def handle(self, event):
        """The Lambda's answer."""
        account = event["detail"]["userIdentity"]["accountId"]  # (21)
        try:
            self.get_table(account, event["detail"]["requestParameters"]["databaseName"])
            found = True
        except Exception as error:  # pylint: disable=broad-except
            print(error)
        if found:  # (11): unbound
            status = self.post(self.statement(event))  # (13), (14): once, with the token of the start
            if status != 200:
                print("failed:", status)  # (12)
        return {"statusCode": 200}


def glue_table(columns, keys=(), **changes):
    storage = {"Columns": [{"Name": name, "Type": kind} for name, kind in columns], "Location": "s3://lake/raw/orders/"}
    storage["SerdeInfo"] = {
        "SerializationLibrary": changes.pop("serde", PARQUET),
        "Parameters": changes.pop("options", {}),
    }
    storage |= changes.pop("storage", {})
    return {
        "CatalogId": "123456789012",
        "DatabaseName": "sales__raw",
        "Name": "orders",
        "TableType": "EXTERNAL_TABLE",
        "PartitionKeys": [{"Name": name, "Type": kind} for name, kind in keys],
        "StorageDescriptor": storage,
        "Parameters": {"classification": "parquet"},
        **changes,
    }


def decapitalised(value):
    """As CloudTrail writes a request: members begin with a small letter, the keys of maps stay."""
    if isinstance(value, list):
        return [decapitalised(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name[0].lower() + name[1:]: one if name == "Parameters" else decapitalised(one) for name, one in value.items()
    }


def create_event(table, **detail):
    named = {name: value for name, value in table.items() if name not in ("CatalogId", "DatabaseName")}
    return {
        "version": "0",
        "id": "e1",
        "source": "aws.glue",
        "detail-type": "AWS API Call via CloudTrail",
        "account": "123456789012",
        "region": REGION,
        "time": "2026-11-20T10:00:00Z",
        "resources": [],
        "detail": {
            "eventVersion": "1.11",
            "eventSource": "glue.amazonaws.com",
            "eventName": "CreateTable",
            "awsRegion": REGION,
            "eventTime": "2026-11-20T10:00:00Z",
            "userIdentity": {"type": "AssumedRole", "accountId": "123456789012"},
            "recipientAccountId": "123456789012",
            "readOnly": False,
            "managementEvent": True,
            "eventType": "AwsApiCall",
            "eventID": "5f8c7c3e-5f3a-4f2b-9f53-0d1b1d0f8e11",
            "responseElements": None,
            "requestParameters": {"databaseName": table["DatabaseName"], "tableInput": decapitalised(named)},
            **detail,
        },
    }
