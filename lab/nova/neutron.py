#!/usr/bin/python3
"""A Neutron in which there is nothing, so that Nova boots servers without networks: neutron.py ADDRESS PORT

A line for each call goes to the output.
"""
import sys

from answering import serve

ADDRESS, PORT = sys.argv[1], int(sys.argv[2])
VERSIONS = {"versions": [{"id": "v2.0", "status": "CURRENT", "links": [{"rel": "self", "href": "http://%s:%d/v2.0/" % (ADDRESS, PORT)}]}]}


def answer(method, path, query, body):
    name = path.split("/")[-1].replace(".json", "").replace("-", "_")
    return 200, VERSIONS if path == "" else {"resources": []} if path == "/v2.0" else {name: []}


serve(ADDRESS, PORT, answer)
