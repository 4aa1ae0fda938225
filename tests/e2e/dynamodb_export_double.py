"""What moto lacks of DynamoDB's exports, as a proxy in front of it.

moto starts an export and writes its data file, but knows no client token and forgets the export's time. This
double keeps both, as the API reference says: the same token with the same parameters within 8 hours gives the
same export, with other parameters ExportConflictException; DescribeExport tells ExportTime, StartTime and
ClientToken. All other calls pass through unchanged.
"""

import http.server
import json
import threading
import time
import urllib.error
import urllib.request

TOKEN_LIFE_SECONDS = 8 * 3600


class ExportDouble:
    def __init__(self, moto_url: str):
        self.moto_url = moto_url
        self.calls = []  # the operations, in order
        self.lock = threading.Lock()
        self.by_token = {}  # token -> (request, answer, time)
        self.by_arn = {}  # export ARN -> what moto forgets
        double = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                status, answer = double.answer(dict(self.headers), body)
                self.send_response(status)
                self.send_header("Content-Type", "application/x-amz-json-1.0")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def answer(self, headers, body):
        operation = headers.get("X-Amz-Target", "").rpartition(".")[2]
        # One at a time: two calls with one token must not both reach moto.
        with self.lock:
            self.calls.append(operation)
            if operation == "ExportTableToPointInTime":
                return self.start(headers, body)
            status, answer = self.forward(headers, body)
            if operation == "DescribeExport" and status == 200:
                answer = self.complete(answer)
            return status, answer

    def start(self, headers, body):
        request = json.loads(body)
        token = request["ClientToken"]
        known = self.by_token.get(token)
        if known and time.time() - known[2] < TOKEN_LIFE_SECONDS:
            if known[0] == request:
                return 200, known[1]
            error = {"__type": "com.amazonaws.dynamodb.v20120810#ExportConflictException", "message": "other parameters"}
            return 400, json.dumps(error).encode()
        status, answer = self.forward(headers, body)
        if status == 200:
            arn = json.loads(answer)["ExportDescription"]["ExportArn"]
            self.by_arn[arn] = {
                "ExportTime": request["ExportTime"],
                "ClientToken": token,
                "StartTime": round(time.time(), 3),
            }
            answer = self.complete(answer)
            self.by_token[token] = (request, answer, time.time())
        return status, answer

    def complete(self, answer: bytes) -> bytes:
        document = json.loads(answer)
        description = document["ExportDescription"]
        description.update(self.by_arn.get(description["ExportArn"], {}))
        return json.dumps(document).encode()

    def forward(self, headers, body):
        kept = {name: value for name, value in headers.items() if name.lower() not in ("host", "content-length")}
        request = urllib.request.Request(self.moto_url, data=body, headers=kept, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=20) as response:
                return response.status, response.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()
