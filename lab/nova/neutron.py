#!/usr/bin/python3
"""A Neutron in which there is nothing, so that Nova boots servers without networks: neutron.py ADDRESS PORT

A line for each call goes to the output.
"""
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ADDRESS, PORT = sys.argv[1], int(sys.argv[2])
VERSIONS = {"versions": [{"id": "v2.0", "status": "CURRENT", "links": [{"rel": "self", "href": "http://%s:%d/v2.0/" % (ADDRESS, PORT)}]}]}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def serve(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = self.path.split("?")[0].rstrip("/")
        name = path.split("/")[-1].replace(".json", "").replace("-", "_")
        value = VERSIONS if path == "" else {"resources": []} if path == "/v2.0" else {name: []}
        text = json.dumps(value).encode()
        print(self.command, self.path, flush=True)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = do_PUT = do_DELETE = serve

    def log_message(self, *args):
        pass


ThreadingHTTPServer((ADDRESS, PORT), Handler).serve_forever()
