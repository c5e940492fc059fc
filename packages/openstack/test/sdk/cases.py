"""The configurations that openstacksdk and this package are compared on; read by read-with-sdk.py."""

PASSWORD = """
clouds:
  one:
    region_name: RegionOne
    auth:
      auth_url: https://keystone.example:5000
      username: admin
      password: secret
      project_name: admin
      user_domain_name: Default
      project_domain_name: Default
"""
TWO = PASSWORD + """
  two:
    auth_type: v3applicationcredential
    interface: internal
    auth:
      auth_url: https://keystone.example/identity/v3
      application_credential_id: abc
      application_credential_secret: s3cret
"""
ENV = {
    "OS_AUTH_URL": "http://127.0.0.1:5000/v3",
    "OS_USERNAME": "admin",
    "OS_PASSWORD": "admin",
    "OS_PROJECT_NAME": "admin",
    "OS_USER_DOMAIN_NAME": "Default",
    "OS_PROJECT_DOMAIN_NAME": "Default",
}


def cloud(text, top=""):
    """A file with one cloud: `text` within auth, `top` beside it."""
    indent = lambda lines, by: "".join(" " * by + line + "\n" for line in lines.strip().splitlines())
    return "clouds:\n  one:\n" + indent(top, 4) + "    auth:\n" + indent("auth_url: https://k:5000\n" + text, 6)


USER = "username: u\npassword: p\nproject_name: p1\nuser_domain_name: d\nproject_domain_name: d"

CASES = {
    "the only cloud of a file is taken": dict(files={"clouds.yaml": PASSWORD}),
    "two clouds and none named": dict(files={"clouds.yaml": TWO}),
    "a cloud by name": dict(files={"clouds.yaml": TWO}, cloud="two"),
    "a cloud by OS_CLOUD": dict(files={"clouds.yaml": TWO}, env={"OS_CLOUD": "two"}),
    "the argument goes before OS_CLOUD": dict(files={"clouds.yaml": TWO}, env={"OS_CLOUD": "two"}, cloud="one"),
    "an unknown cloud": dict(files={"clouds.yaml": TWO}, cloud="three"),
    "OS_CLOUD that is unknown": dict(files={"clouds.yaml": TWO}, env={"OS_CLOUD": "three"}),
    "the environment alone": dict(env=ENV),
    "the environment goes before the only cloud of a file": dict(files={"clouds.yaml": PASSWORD}, env=ENV),
    "OS_CLOUD goes before the rest of the environment": dict(files={"clouds.yaml": TWO}, env={**ENV, "OS_CLOUD": "two"}),
    "a name for the environment's cloud": dict(env={**ENV, "OS_CLOUD_NAME": "mine"}),
    "the environment's cloud by its usual name": dict(files={"clouds.yaml": TWO}, env=ENV, cloud="envvars"),
    "the environment's cloud by the name of one in the file": dict(files={"clouds.yaml": TWO}, env={**ENV, "OS_CLOUD_NAME": "one"}),
    "a region alone is no cloud of the environment": dict(files={"clouds.yaml": PASSWORD}, env={"OS_REGION_NAME": "Elsewhere"}),
    "a variable of tests is no cloud of the environment": dict(files={"clouds.yaml": PASSWORD}, env={"OS_TEST_PATH": "x", "OS_LOG_CAPTURE": "1", "OS_STDOUT_CAPTURE": "1"}),
    "any other variable makes a cloud of the environment": dict(files={"clouds.yaml": PASSWORD}, env={"OS_COMPUTE_API_VERSION": "2.90"}),
    "nothing at all": dict(),
    "regions in the environment": dict(env={**ENV, "OS_REGION_NAME": "R1"}),
    "old names in the environment": dict(env={"OS_AUTH_URL": "http://h/v3", "OS_USERNAME": "u", "OS_PASSWORD": "p", "OS_TENANT_NAME": "t", "OS_USER_DOMAIN_ID": "default", "OS_PROJECT_DOMAIN_ID": "default", "OS_ENDPOINT_TYPE": "internalURL"}),
    "an application credential in the environment": dict(env={"OS_AUTH_TYPE": "v3applicationcredential", "OS_AUTH_URL": "http://h/v3", "OS_APPLICATION_CREDENTIAL_ID": "i", "OS_APPLICATION_CREDENTIAL_SECRET": "s"}),
    "an application credential by name in the environment": dict(env={"OS_AUTH_TYPE": "v3applicationcredential", "OS_AUTH_URL": "http://h/v3", "OS_APPLICATION_CREDENTIAL_NAME": "n", "OS_APPLICATION_CREDENTIAL_SECRET": "s", "OS_USERNAME": "u", "OS_USER_DOMAIN_NAME": "d"}),
    "a token in the environment": dict(env={"OS_AUTH_TYPE": "v3token", "OS_AUTH_URL": "http://h/v3", "OS_TOKEN": "t", "OS_PROJECT_ID": "p"}),
    "a token of the old name": dict(env={"OS_AUTH_TYPE": "token", "OS_AUTH_URL": "http://h/v3", "OS_AUTH_TOKEN": "t", "OS_PROJECT_ID": "p"}),
    "TLS in the environment": dict(env={**ENV, "OS_CACERT": "/etc/ca.pem", "OS_CERT": "/etc/c.pem", "OS_KEY": "/etc/k.pem"}),
    "insecure in the environment": dict(env={**ENV, "OS_INSECURE": "true", "OS_CACERT": "/etc/ca.pem"}),
    "insecure that is neither true nor false": dict(env={**ENV, "OS_INSECURE": "1"}),
    "no Keystone": dict(env={"OS_AUTH_TYPE": "none", "OS_ENDPOINT": "http://h:8774/v2.1"}),
    "a token and an address": dict(env={"OS_AUTH_TYPE": "token_endpoint", "OS_ENDPOINT": "http://h:8774/v2.1", "OS_TOKEN": "t"}),
    "basic authentication": dict(env={"OS_AUTH_TYPE": "http_basic", "OS_ENDPOINT": "http://h:8774/v2.1", "OS_USERNAME": "u", "OS_PASSWORD": "p"}),
    "a secret in its own file": dict(files={"clouds.yaml": PASSWORD.replace("      password: secret\n", ""), "secure.yaml": "clouds:\n  one:\n    auth:\n      password: from-secure\n"}),
    "a secret goes over what the first file says": dict(files={"clouds.yaml": PASSWORD, "secure.yaml": "clouds:\n  one:\n    region_name: R9\n    auth:\n      password: from-secure\n"}),
    "a secret for a cloud of no other file": dict(files={"secure.yaml": PASSWORD}),
    "the folder of the user": dict(files={"~/.config/openstack/clouds.yaml": PASSWORD}),
    "the folder of XDG goes before": dict(files={"~/xdg/openstack/clouds.yaml": PASSWORD.replace("admin", "xdg"), "~/.config/openstack/clouds.yaml": PASSWORD}, env={"XDG_CONFIG_HOME": "~/xdg"}),
    "the folder one is in goes first": dict(files={"clouds.yaml": PASSWORD.replace("admin", "here"), "~/.config/openstack/clouds.yaml": PASSWORD}),
    "files are not merged over folders": dict(files={"clouds.yaml": PASSWORD, "~/.config/openstack/clouds.yaml": TWO}, cloud="two"),
    "yml": dict(files={"clouds.yml": PASSWORD}),
    "JSON": dict(files={"clouds.json": '{"clouds": {"one": {"auth": {"auth_url": "http://h", "username": "u", "password": "p", "user_domain_id": "d", "project_id": 12}}}}'}),
    "yaml goes before yml": dict(files={"clouds.yml": PASSWORD, "clouds.yaml": PASSWORD.replace("admin", "yaml")}),
    "a file that is no YAML": dict(files={"clouds.yaml": "clouds: [", "~/.config/openstack/clouds.yaml": PASSWORD}),
    "a file that is empty": dict(files={"clouds.yaml": ""}),
    "a file that is a list": dict(files={"clouds.yaml": "- a\n"}),
    "a file without clouds": dict(files={"clouds.yaml": "other: 1\n"}),
    "a file by OS_CLIENT_CONFIG_FILE": dict(files={"clouds.yaml": PASSWORD, "else.yaml": PASSWORD.replace("admin", "else")}, env={"OS_CLIENT_CONFIG_FILE": "else.yaml"}),
    "a secret by OS_CLIENT_SECURE_FILE": dict(files={"clouds.yaml": PASSWORD, "s.yaml": "clouds:\n  one:\n    auth:\n      password: other\n"}, env={"OS_CLIENT_SECURE_FILE": "s.yaml"}),
    "OS_CLIENT_CONFIG_FILE that is not there": dict(files={"clouds.yaml": PASSWORD}, env={"OS_CLIENT_CONFIG_FILE": "nowhere.yaml"}),
    "a password that looks like a number": dict(files={"clouds.yaml": cloud(USER.replace("password: p", "password: 12345"))}),
    "a password that looks like an octal number": dict(files={"clouds.yaml": cloud(USER.replace("password: p", "password: 0123"))}),
    "a password that looks like a fraction": dict(files={"clouds.yaml": cloud(USER.replace("password: p", "password: 1.50"))}),
    "a password that looks like a power": dict(files={"clouds.yaml": cloud(USER.replace("password: p", "password: 1e3"))}),
    "a project of digits alone": dict(files={"clouds.yaml": cloud("username: u\npassword: p\nuser_domain_id: d\nproject_id: 12345678901234567890123456789012")}),
    "a user called y": dict(files={"clouds.yaml": cloud(USER.replace("username: u", "username: y"))}),
    "braces in a password are its own": dict(files={"clouds.yaml": cloud(USER.replace("password: p", "password: 'a{b}c'"))}),
    "anchors and merge keys": dict(files={"clouds.yaml": "base: &base\n  username: u\n  password: p\n  user_domain_id: d\n  project_domain_id: d\nclouds:\n  one:\n    auth:\n      <<: *base\n      auth_url: http://h\n      project_name: n\n"}),
    "one domain for user and project": dict(files={"clouds.yaml": cloud("username: u\npassword: p\nproject_name: n\ndomain_name: d")}),
    "one domain by ID for user and project": dict(files={"clouds.yaml": cloud("username: u\npassword: p\nproject_name: n\ndomain_id: d\nuser_domain_id: e")}),
    "a scope of a domain": dict(files={"clouds.yaml": cloud("username: u\npassword: p\nuser_domain_name: d\ndomain_name: d")}),
    "a scope of the system": dict(files={"clouds.yaml": cloud("username: u\npassword: p\nuser_domain_name: d\nsystem_scope: all")}),
    "a scope of a trust": dict(files={"clouds.yaml": cloud("username: u\npassword: p\nuser_domain_name: d\ntrust_id: t")}),
    "no scope": dict(files={"clouds.yaml": cloud("username: u\npassword: p\nuser_domain_name: d")}),
    "default domains": dict(files={"clouds.yaml": cloud("username: u\npassword: p\nproject_name: n\ndefault_domain: x\ndefault_domain_id: d")}),
    "default domains by ID": dict(files={"clouds.yaml": cloud("username: u\npassword: p\nproject_name: n\ndefault_domain_id: d")}),
    "dashes for underscores": dict(files={"clouds.yaml": "clouds:\n  one:\n    region-name: R\n    auth-type: v3password\n    auth:\n      auth_url: http://h\n      username: u\n      password: p\n      user-domain-id: d\n      project-domain-id: d\n      tenant-name: t\n"}),
    "a dash in a cloud's name": dict(files={"clouds.yaml": cloud(USER).replace("one", "rack-one")}, cloud="rack-one"),
    "v3password": dict(files={"clouds.yaml": cloud(USER, "auth_type: v3password")}),
    "v3password without the user's domain": dict(files={"clouds.yaml": cloud("username: u\npassword: p", "auth_type: v3password")}),
    "a user by ID": dict(files={"clouds.yaml": cloud("user_id: u\npassword: p\nproject_id: x")}),
    "an option that the kind does not have": dict(files={"clouds.yaml": cloud(USER + "\ntoken: t")}),
    "an option that nobody has": dict(files={"clouds.yaml": cloud(USER + "\ncolour: red")}),
    "no address": dict(files={"clouds.yaml": "clouds:\n  one:\n    auth:\n      username: u\n"}),
    "a kind of authentication that does not exist": dict(files={"clouds.yaml": cloud(USER, "auth_type: magic")}),
    "auth_plugin": dict(files={"clouds.yaml": cloud(USER, "auth_plugin: v3password")}),
    "beside auth goes before within": dict(files={"clouds.yaml": cloud(USER, "project_name: beside\nusername: beside")}),
    "interface internal": dict(files={"clouds.yaml": cloud(USER, "interface: internal")}),
    "endpoint_type": dict(files={"clouds.yaml": cloud(USER, "endpoint_type: adminURL")}),
    "interfaces in order": dict(files={"clouds.yaml": cloud(USER, "interface: [internal, public]")}),
    "of compute alone": dict(files={"clouds.yaml": cloud(USER, "compute_endpoint_override: http://nova\ncompute_interface: admin\ncompute_region_name: RC\ncompute_default_microversion: '2.90'")}),
    "a microversion without quotes": dict(files={"clouds.yaml": cloud(USER, "compute_default_microversion: 2.90")}),
    "a microversion by the API's version": dict(files={"clouds.yaml": cloud(USER, "compute_api_version: '2.79'")}),
    "an API's version of before": dict(files={"clouds.yaml": cloud(USER, "compute_api_version: '2'\nvolume_api_version: 3.0")}),
    "names of before for volumes": dict(files={"clouds.yaml": cloud(USER, "volume_endpoint_override: http://cinder\nvolumev3_region_name: RV")}),
    "the official name of volumes": dict(files={"clouds.yaml": cloud(USER, "block_storage_endpoint_override: http://cinder\nvolumev3_endpoint_override: http://other")}),
    "regions as a list": dict(files={"clouds.yaml": cloud(USER, "regions: [R1, R2]")}),
    "the second region": dict(files={"clouds.yaml": cloud(USER, "regions: [R1, R2]")}, region="R2"),
    "a region that is not in the list": dict(files={"clouds.yaml": cloud(USER, "regions: [R1, R2]")}, region="r2"),
    "a region where one is set": dict(files={"clouds.yaml": cloud(USER, "region_name: R1")}, region="R2"),
    "a region where none is set": dict(files={"clouds.yaml": cloud(USER)}, region="R2"),
    "regions with values": dict(files={"clouds.yaml": cloud(USER, "regions:\n- name: R1\n  values:\n    auth:\n      auth_url: https://r1\n    compute_interface: internal\n- R2")}, region="R1"),
    "regions divided by commas": dict(files={"clouds.yaml": cloud(USER, "region_name: R1,R2")}),
    "a region that is no region": dict(files={"clouds.yaml": cloud(USER, "regions:\n- called: R1")}),
    "the region in the address": dict(files={"clouds.yaml": "clouds:\n  one:\n    region_name: north\n    auth:\n      auth_url: https://{region_name}.example/v3\n      username: u\n      user_domain_id: d\n      password: p\n"}),
    "a user without a domain": dict(files={"clouds.yaml": cloud("username: u\npassword: p")}),
    "the region in an endpoint": dict(files={"clouds.yaml": cloud(USER, "region_name: north\ncompute_endpoint_override: https://{region_name}/v2.1")}),
    "braces of something that is not there": dict(files={"clouds.yaml": cloud(USER, "compute_endpoint_override: https://{colour}/v2.1")}),
    "a CA below the home": dict(files={"clouds.yaml": cloud(USER, "cacert: ~/ca.pem")}),
    "verify off": dict(files={"clouds.yaml": cloud(USER, "verify: false\ncacert: /etc/ca.pem")}),
    "verify off, in YAML's old words": dict(files={"clouds.yaml": cloud(USER, "verify: no")}),
    "insecure": dict(files={"clouds.yaml": cloud(USER, "insecure: true")}),
    "a client's certificate": dict(files={"clouds.yaml": cloud(USER, "cert: ~/c.pem\nkey: ~/k.pem")}),
    "a client's certificate with its key": dict(files={"clouds.yaml": cloud(USER, "cert: /c.pem")}),
    "a time limit": dict(files={"clouds.yaml": cloud(USER, "api_timeout: 30")}),
    "a profile of a file": dict(files={"clouds.yaml": cloud(USER, "profile: ours").replace("auth_url: https://k:5000", "auth_url: https://own"), "clouds-public.yaml": "public-clouds:\n  ours:\n    region_name: RP\n    auth:\n      auth_url: https://profile\n      project_domain_name: pd\n"}),
    "a profile of a file, by the old word": dict(files={"clouds.yaml": "clouds:\n  one:\n    cloud: ours\n    auth:\n      username: u\n      password: p\n      user_domain_id: d\n      project_id: x\n", "clouds-public.yaml": "public-clouds:\n  ours:\n    interface: internal\n    auth:\n      auth_url: https://profile\n"}),
    "a profile that nobody has": dict(files={"clouds.yaml": cloud(USER, "profile: nobody-has-this")}),
    "v2password": dict(files={"clouds.yaml": cloud("username: u\npassword: p\ntenant_name: t", "auth_type: v2password")}),
}
