"""An account of moto's with its IAM on (iam_moto.py): what the functions need, and a role that takes their policies."""

import functools
import json
import subprocess
import urllib.request

import boto3
import botocore.config
from botocore.exceptions import ClientError
from conftest import DIST, REGION
from policy_world import ACCOUNT, API_SECRET, BUCKET, CHANGES, QUEUE, SECRET, policy_of

LAKE = BUCKET.removeprefix("arn:aws:s3:::")
ANYBODY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
}
KEYS = {
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
}


class Account:
    """Who may do all there is `client`, who has a function's policy is `role`."""

    def __init__(self, url):
        self.url = url
        self.authentication(on=False)
        self.client = functools.cache(functools.partial(self.new_client, {}))
        iam = self.client("iam")
        iam.create_user(UserName="admin")
        iam.put_user_policy(UserName="admin", PolicyName="all", PolicyDocument=json.dumps(ANYBODY))
        key = iam.create_access_key(UserName="admin")["AccessKey"]
        iam.create_role(RoleName="function", AssumeRolePolicyDocument=json.dumps(TRUST))
        self.resources()
        self.authentication(on=True)
        admin = {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}
        self.client = functools.cache(functools.partial(self.new_client, admin))
        self.role = functools.cache(functools.partial(self.new_client, self.assume()))

    def new_client(self, credentials, service):
        config = botocore.config.Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=self.url,
            config=config,
            **{"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "x", **credentials},
        )

    def authentication(self, on):
        """The number of calls that are not looked at."""
        number = b"0" if on else b"1000000"
        plain = {"Content-Type": "text/plain"}
        request = urllib.request.Request(f"{self.url}/moto-api/reset-auth", data=number, headers=plain)
        urllib.request.urlopen(request, timeout=10).close()

    def resources(self):
        self.client("s3").create_bucket(Bucket=LAKE)
        self.client("kinesis").create_stream(StreamName=CHANGES.split("/")[1], ShardCount=1)
        dynamodb = self.client("dynamodb")
        dynamodb.create_table(TableName="orders", **KEYS)
        recovery = {"PointInTimeRecoveryEnabled": True}
        dynamodb.update_continuous_backups(TableName="orders", PointInTimeRecoverySpecification=recovery)
        dynamodb.put_item(TableName="orders", Item={"id": {"S": "o-1"}})
        dynamodb.create_table(TableName="weather", **KEYS)
        glue = self.client("glue")
        glue.create_database(DatabaseInput={"Name": "sales__raw"})
        glue.create_table(DatabaseName="sales__raw", TableInput={"Name": "orders", "TableType": "EXTERNAL_TABLE"})
        self.client("sqs").create_queue(QueueName=QUEUE.split(":")[-1], Attributes={"FifoQueue": "true"})
        self.client("sqs").create_queue(QueueName="dead-letters")
        snowflake = {"warehouse": "W", "role": "R", "stages": {"s3": {"L.P.S": "s3://lake/"}}}
        snowflake["allowedvalues"] = {"fileformats": ["PARQUET"]}
        self.secrets = {}
        for arn, value in ((SECRET, json.dumps(snowflake)), (API_SECRET, "k-1")):
            name = arn.split(":")[-1].rsplit("-", 1)[0]
            made = self.client("secretsmanager").create_secret(Name=name, SecretString=value)
            self.secrets[arn] = made["ARN"]

    def assume(self):
        sts = self.client("sts")
        role = f"arn:aws:iam::{ACCOUNT}:role/function"
        made = sts.assume_role(RoleArn=role, RoleSessionName="function")["Credentials"]
        return {
            "aws_access_key_id": made["AccessKeyId"],
            "aws_secret_access_key": made["SecretAccessKey"],
            "aws_session_token": made["SessionToken"],
        }

    def give(self, logical_id, without=None):
        """The role has the function's policy, less an action. moto gives secrets an end of its own."""
        policy = json.dumps(policy_of(logical_id))
        for ours, made in self.secrets.items():
            policy = policy.replace(ours, made)
        policy = json.loads(policy)
        statements = []
        for statement in policy["Statement"]:
            actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
            statement["Action"] = [action for action in actions if action != without]
            statements += [statement] if statement["Action"] else []
        policy["Statement"] = statements
        self.client("iam").put_role_policy(
            RoleName="function", PolicyName="Calls", PolicyDocument=json.dumps(policy)
        )

    def is_denied(self, service, operation, arguments):
        """What the role meets; all other refusals are the service's own, after IAM."""
        for ours, made in self.secrets.items():
            arguments = {name: made if value == ours else value for name, value in arguments.items()}
        try:
            getattr(self.role(service), operation)(**arguments)
        except ClientError as error:
            return error.response["Error"]["Code"] in ("AccessDenied", "AccessDeniedException", "403")
        return False

    def run(self, function, event, settings):
        """The function's zip with the role's credentials: its response or its error, and what it logged."""
        credentials = self.assume()
        variables = {"AWS_REGION": REGION, "AWS_ENDPOINT_URL": self.url, "AWS_MAX_ATTEMPTS": "1", **settings}
        variables |= {name.upper(): value for name, value in credentials.items()}
        command = [str(DIST / "lakefeed"), "replay", function, "-", "--json", "--verbose", "--dist", str(DIST)]
        for name, value in variables.items():
            command += ["--env", f"{name}={value}"]
        done = subprocess.run(
            command, input=json.dumps(event), capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode in (0, 1), done.stderr
        (verdict,) = json.loads(done.stdout)["verdicts"]
        return verdict.get("response"), verdict.get("error"), done.stderr
