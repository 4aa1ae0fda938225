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
import subprocess

from conftest import BUILD

JUDGE = BUILD / "tests" / "runtime" / "local" / "sql" / "sql_judge_tool"
TOOL = BUILD / "tests" / "runtime" / "local" / "sql_api_double_tool"


def commands(pairs):
    """Lines for judge() of (operation, body)."""
    return [{"operation": operation, "body": body} for operation, body in pairs]


def judge(lines):
    """The answers of the double's grammar, compiler and catalog alone (tests/runtime/local/sql/sql_judge_tool.cc)."""
    text = "".join(json.dumps(line) + "\n" for line in lines)
    done = subprocess.run([JUDGE], input=text, stdout=subprocess.PIPE, text=True, check=True, timeout=120)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(lines)
    return answers


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
