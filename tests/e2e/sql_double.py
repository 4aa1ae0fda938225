"""The SQL API double of the local world in a process of its own.

    with sql_double.serve() as double:
        double.command("CreateSchema", database="SALES", schema="RAW")
        ... a function with double.url in its secret ...
        assert double.state()["tables"]["SALES.RAW.ORDERS"]["grants"] == []

The commands are those of runtime/local/sql_api_double.h; state() is as runtime/local/sql/state_json.h says, with
"executed", the statements that took effect; calls() are the requests' bodies.
"""

import contextlib
import json
import os
import pathlib
import subprocess

from conftest import TOP

BUILD = pathlib.Path(os.environ.get("LAKEFEED_BUILD", TOP / "build" / "sanitize"))
TOOL = BUILD / "tests" / "runtime" / "local" / "sql_api_double_tool"


class SqlDouble:
    def __init__(self, process):
        self.process = process
        self.url = json.loads(process.stdout.readline())["url"]

    def _ask(self, operation, body):
        self.process.stdin.write(json.dumps({"operation": operation, "body": body}) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if isinstance(answer, dict) and "error" in answer:
            raise ValueError(answer["error"])
        return answer

    def command(self, operation, /, **body):
        self._ask(operation, body)

    def execute(self, statement, role=""):
        """Runs a statement before the test's first one."""
        self.command("Execute", statement=statement, role=role)

    def state(self):
        return self._ask("State", {})

    def tables(self):
        return self.state()["tables"]

    def executed(self):
        return self.state()["executed"]

    def calls(self):
        return self._ask("Calls", {})

    def reset(self):
        self._ask("Reset", {})


@contextlib.contextmanager
def serve():
    process = subprocess.Popen([TOOL], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield SqlDouble(process)
    finally:
        process.stdin.close()
        assert process.wait(timeout=30) == 0
