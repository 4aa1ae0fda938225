"""A SQL API server for the tests of the client, written from Snowflake's OpenAPI description and apart from lakefeed's
own double: it breaks on the wire, where the double only says so."""

import contextlib
import gzip
import http.server
import json
import re
import socket
import struct
import threading
import urllib.parse
import uuid

COLUMNS = [{"name": "status", "type": "text"}]


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.lock = threading.Lock()
        self.script = []  # of POSTs of a statement: functions of the handler and the run; then the truth
        self.polls = 0  # looks until a statement is done
        self.partitions = []  # further ones of each result: lists of rows
        self.tokens = {"t"}
        self.on_refused = lambda: None
        self.answer_to = lambda statement: [["done"]]  # a statement's rows
        self.runs = {}  # requestId -> run
        self.executed = []
        self.requests = []  # (method, path, query, headers, body)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"

    def execute(self, run):
        if run["state"] == "running":
            run["state"] = "done"
            self.executed.append(run["body"]["statement"])


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *arguments):
        pass

    def answer(self, status, body, headers=(), declared=None):
        raw = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw) if declared is None else declared))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)
        self.wfile.flush()

    def reset(self):
        """Ends the connection with RST."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def refuse(self, status, code, message, state=None):
        self.answer(status, {"code": code, "message": message, **({"sqlState": state} if state else {})})

    def tell(self, run):
        if run["state"] == "running":
            self.answer(202, {"code": "333334", "message": "running", "statementHandle": run["handle"],
                              "statementStatusUrl": f"/api/v2/statements/{run['handle']}"})
        elif run["state"] == "cancelled":
            self.refuse(422, "000604", "SQL execution canceled", "57014")
        else:
            rows = self.server.answer_to(run["body"]["statement"])
            counts = [len(rows)] + [len(further) for further in self.server.partitions]
            self.answer(200, {"code": "090001", "sqlState": "00000", "statementHandle": run["handle"], "data": rows,
                              "resultSetMetaData": {"numRows": sum(counts), "format": "jsonv2", "rowType": COLUMNS,
                                                    "partitionInfo": [{"rowCount": count} for count in counts]}})

    def admitted(self, body):
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query, strict_parsing=bool(url.query)))
        self.server.requests.append((self.command, url.path, dict(query), dict(self.headers), body))
        assert self.headers["User-Agent"].startswith("lakefeed/") and self.headers["Accept"] == "application/json"
        if self.headers["Authorization"].removeprefix("Bearer ") not in self.server.tokens:
            self.server.on_refused()
            self.refuse(401, "390303", "Invalid OAuth access token.")
            return None
        return url.path, query

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        admitted = self.admitted(body)
        if admitted is None:
            return
        path, query = admitted
        cancelled = re.fullmatch(r"/api/v2/statements/([0-9a-f-]{36})/cancel", path)
        with self.server.lock:
            if cancelled:
                (run,) = [run for run in self.server.runs.values() if run["handle"] == cancelled[1]]
                if run["state"] == "running":
                    run["state"] = "cancelled"
                self.answer(200, {"statementHandle": run["handle"], "message": "successfully canceled"})
                return
            assert path == "/api/v2/statements" and self.headers["Content-Type"] == "application/json"
            request_id = str(uuid.UUID(query.pop("requestId")))
            again = query.pop("retry", "false") == "true"
            assert not query, query
            known = request_id in self.server.runs
            assert again or not known, "a requestId came twice without retry=true"
            run = self.server.runs.setdefault(request_id, {
                "handle": str(uuid.uuid4()), "body": json.loads(body), "state": "running",
                "polls": self.server.polls})
            assert run["body"] == json.loads(body), "a requestId came with another body"
            if self.server.script:
                self.server.script.pop(0)(self, run)
                return
            if run["polls"] == 0:
                self.server.execute(run)
            self.tell(run)

    def do_GET(self):
        admitted = self.admitted(b"")
        if admitted is None:
            return
        path, query = admitted
        with self.server.lock:
            (run,) = [run for run in self.server.runs.values() if run["handle"] == path.rsplit("/", 1)[1]]
            if "partition" in query:
                assert self.headers["Accept-Encoding"] == "gzip"
                rows = self.server.partitions[int(query["partition"]) - 1]
                self.answer(200, gzip.compress(json.dumps({"data": rows}).encode()), [("Content-Encoding", "gzip")])
                return
            run["polls"] -= 1
            if run["polls"] <= 0:
                self.server.execute(run)
            self.tell(run)


@contextlib.contextmanager
def serve():
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
