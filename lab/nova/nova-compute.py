#!/usr/bin/python3
"""nova-compute as Debian's package starts it, with what a laboratory adds: nova-compute.py GUESTS [nova-compute's options]

- libvirt's event loop runs from the start. Nova lists the domains of a new host before it has one, and a connection that
  was made then has no lifecycle events until nova-compute is started again.
- Volumes of type nbd, which QEMU opens by itself, as it does rbd's.
- A server whose name has a file in GUESTS gets what that guest needs beside what Nova gives: its kernel or firmware, its
  processor, and a second serial port, on which it tells what it did.
"""
import json
import os
import sys

from nova.cmd.compute import main
import libvirt
from lxml import etree
from nova.virt.libvirt import driver

GUESTS = sys.argv.pop(1)


def with_guest(xml, guest):
    """The domain's XML with what GUESTS/NAME.json says."""
    domain = etree.fromstring(xml)
    domain.set("type", guest["domainType"])
    for tag in ("os", "cpu"):
        old = domain.find(tag)
        smbios = None if old is None else old.find("smbios")
        new = etree.fromstring(guest[tag])
        if smbios is not None:
            new.append(smbios)
        if old is None:
            domain.append(new)
        else:
            domain.replace(old, new)
    if guest["sysinfo"] is not None:
        domain.append(etree.fromstring(guest["sysinfo"]))
    devices = domain.find("devices")
    devices.append(etree.fromstring(guest["progress"]))
    disk = devices.find("disk")
    if guest["diskAddress"] is not None and disk is not None and disk.find("address") is None:
        disk.append(etree.fromstring(guest["diskAddress"]))
    return etree.tostring(domain, encoding="unicode")


plain = driver.LibvirtDriver._get_guest_xml


def get_guest_xml(self, context, instance, *args, **kwargs):
    xml = plain(self, context, instance, *args, **kwargs)
    path = os.path.join(GUESTS, "%s.json" % instance.display_name)
    if not os.path.exists(path):
        return xml
    with open(path) as file:
        return with_guest(xml, json.load(file))


libvirt.virEventRegisterDefaultImpl()
driver.VOLUME_DRIVERS["nbd"] = driver.VOLUME_DRIVERS["rbd"]
driver.LibvirtDriver._get_guest_xml = get_guest_xml
main()
