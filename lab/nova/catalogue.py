#!/usr/bin/python3
"""Makes the project, the users and the endpoints of the services, in one process: each call of the command line takes seconds."""
from keystoneauth1 import session
from keystoneauth1.identity import v3
from keystoneclient.v3 import client

SERVICES = (
    ("nova", "compute", "http://hub:8774/v2.1"),
    ("placement", "placement", "http://hub:8778"),
    ("glance", "image", "http://hub:9292"),
    ("neutron", "network", "http://hub:9696"),
    ("cinder", "volumev3", "http://hub:8776/v3/$(project_id)s"),
)
admin = v3.Password("http://hub:5000/v3", username="admin", password="admin", project_name="admin", user_domain_name="Default", project_domain_name="Default")
keystone = client.Client(session=session.Session(auth=admin))
project = keystone.projects.create("service", "default")
role = next(each for each in keystone.roles.list() if each.name == "admin")
for name, kind, url in SERVICES:
    user = keystone.users.create(name, domain="default", password=name)
    keystone.roles.grant(role, user=user, project=project)
    service = keystone.services.create(name, kind)
    keystone.endpoints.create(service, url, "public", "RegionOne")
