#!/usr/bin/python3
"""The part of Cinder's API that Nova needs for volumes that are there already: cinder.py ADDRESS PORT VOLUMES

VOLUMES is a file, read with each call: {ID: {"name": ..., "sizeGiB": ..., "connection": {"driver_volume_type": "nbd", "name": EXPORT,
"hosts": [...], "ports": [...]}}}. A line for each call goes to the output.
"""
import json
import re
import sys
import uuid

from answering import serve

ADDRESS, PORT, VOLUMES = sys.argv[1], int(sys.argv[2]), sys.argv[3]
NOW = "2026-01-01T00:00:00.000000"
VERSION = {"id": "v3.0", "status": "CURRENT", "version": "3.70", "min_version": "3.0", "updated": NOW, "links": [{"rel": "self", "href": "http://%s:%d/v3/" % (ADDRESS, PORT)}], "media-types": []}
attachments = {}


def volumes():
    with open(VOLUMES) as file:
        return json.load(file)


def shown(volume_id):
    volume = volumes()[volume_id]
    mine = [each for each in attachments.values() if each["volume_id"] == volume_id]
    attached = [{"id": volume_id, "attachment_id": each["id"], "volume_id": volume_id, "server_id": each["instance"], "host_name": None, "device": "/dev/vda", "attached_at": NOW} for each in mine]
    # Without some of these Nova says "failed to get volume".
    return {
        "id": volume_id,
        "name": volume["name"],
        "size": volume["sizeGiB"],
        "status": "in-use" if mine else "available",
        "attachments": attached,
        "bootable": "true",
        "multiattach": False,
        "encrypted": False,
        "availability_zone": "nova",
        "volume_type": "laboratory",
        "metadata": {},
        "description": "",
        "snapshot_id": None,
        "source_volid": None,
        "user_id": None,
        "consistencygroup_id": None,
        "replication_status": None,
        "migration_status": None,
        "links": [],
        "created_at": NOW,
        "updated_at": NOW,
        "shared_targets": False,
        "service_uuid": None,
        "volume_image_metadata": {},
    }


def connect(attachment):
    attachment["status"] = "attaching"
    attachment["connection_info"] = dict(volumes()[attachment["volume_id"]]["connection"], attachment_id=attachment["id"])


def reserve(asked):
    attachment = {"id": str(uuid.uuid4()), "status": "reserved", "instance": asked.get("instance_uuid"), "volume_id": asked["volume_uuid"], "attached_at": "", "detached_at": "", "attach_mode": asked.get("mode") or "null", "connection_info": {}}
    attachments[attachment["id"]] = attachment
    if asked.get("connector"):
        connect(attachment)
    return attachment


def not_found(what):
    return 404, {"itemNotFound": {"code": 404, "message": "%s could not be found." % what}}


def of_volumes(method, rest):
    if rest == [] or rest == ["detail"]:
        return 200, {"volumes": [shown(each) for each in volumes()]}
    if rest[0] not in volumes():
        return not_found("Volume %s" % rest[0])
    if rest[-1] == "encryption":
        return 200, {}
    if rest[-1] == "action":
        return 202, None
    return 200, {"volume": shown(rest[0])}


def of_attachments(method, rest, body, query):
    if rest == [] and method == "POST":
        return 200, {"attachment": reserve(body["attachment"])}
    if rest == [] or rest == ["detail"]:
        wanted = dict(word.split("=", 1) for word in query.split("&") if "=" in word).get("instance_id")
        return 200, {"attachments": [each for each in attachments.values() if wanted in (None, each["instance"])]}
    attachment = attachments.get(rest[0])
    if attachment is None:
        return not_found("Attachment %s" % rest[0])
    if rest[-1] == "action":
        attachment["status"] = "attached"
        return 204, None
    if method == "PUT":
        connect(attachment)
    if method == "DELETE":
        del attachments[rest[0]]
        return 200, {"attachments": [each for each in attachments.values() if each["volume_id"] == attachment["volume_id"]]}
    return 200, {"attachment": attachment}


def answer(method, path, query, body):
    found = re.match(r"/v3/[0-9a-f]{32}/(volumes|attachments)(.*)", path)
    if found is None:
        return (300 if path == "" else 200), {"versions": [VERSION]}
    rest = [word for word in found.group(2).split("/") if word]
    if found.group(1) == "volumes":
        return of_volumes(method, rest)
    return of_attachments(method, rest, body, query)


serve(ADDRESS, PORT, answer, [("OpenStack-API-Version", "volume 3.70")])
