"""What the stand-ins for services share: JSON over HTTP, a line for each call to the output."""
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def serve(address, port, answer, headers=()):
    """answer(method, path, query, body) gives (status, value); a value of None is no body."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_call(self):
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else {}
            path, _, query = self.path.partition("?")
            status, value = answer(self.command, path.rstrip("/"), query, body)
            text = b"" if value is None else json.dumps(value).encode()
            print(self.command, self.path, status, flush=True)
            self.send_response(status)
            for name, held in (("Content-Type", "application/json"), *headers, ("Content-Length", str(len(text)))):
                self.send_header(name, held)
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PUT = do_DELETE = handle_call

        def log_message(self, *args):
            pass

    ThreadingHTTPServer((address, port), Handler).serve_forever()
