"""What a reconcile must read where nothing changed, with boto3 and requests: the pages of GetDatabases and GetTables, and a
SHOW for each schema; and the marks of the comments. Prints how many tables of the catalog have one."""

import json
import os
import uuid

import boto3
import requests


def main():
    secret = json.loads(boto3.client("secretsmanager").get_secret_value(SecretId=os.environ["SECRET_ARN"])["SecretString"])
    session = requests.Session()
    session.headers.update({
        "Authorization": f"Bearer {secret['token']}", "User-Agent": "reads/1.0", "Accept": "application/json",
        "X-Snowflake-Authorization-Token-Type": secret["token_type"]})

    def execute(statement):
        answer = session.post(f"{secret['url']}/api/v2/statements", params={"requestId": str(uuid.uuid4())},
                              json={"statement": statement, "timeout": 60}).json()
        names = [column["name"].lower() for column in answer["resultSetMetaData"]["rowType"]]
        rows = answer["data"]
        for part in range(1, len(answer["resultSetMetaData"]["partitionInfo"])):
            url = f"{secret['url']}/api/v2/statements/{answer['statementHandle']}"
            rows += session.get(url, params={"partition": part}).json()["data"]
        return [dict(zip(names, row)) for row in rows]

    glue = boto3.client("glue")
    marked = 0
    for page in glue.get_paginator("get_databases").paginate():
        for database in page["DatabaseList"]:
            schema = database["Name"].upper().split("__")
            if len(schema) != 2:
                continue
            shown = {row["name"]: row["comment"] for row in execute(f'SHOW EXTERNAL TABLES IN SCHEMA "{schema[0]}"."{schema[1]}"')}
            for tables in glue.get_paginator("get_tables").paginate(DatabaseName=database["Name"]):
                for table in tables["TableList"]:
                    comment = shown.get(table["Name"].upper(), "")
                    if comment.startswith("lakefeed ") and json.loads(comment.removeprefix("lakefeed "))["table"] == table["Name"]:
                        marked += 1
    print(marked)


main()
