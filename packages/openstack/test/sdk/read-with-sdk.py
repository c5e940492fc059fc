#!/usr/bin/python3
"""What openstacksdk makes of the cases, as JSON: read-with-sdk.py >golden/openstacksdk.json. One process a case: the SDK works
out its folders when it is imported."""
import json, os, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)


def one(case, root):
    """Runs with the case's folder and environment; prints what the SDK says."""
    import warnings

    warnings.simplefilter("ignore")
    import logging

    logging.disable(logging.CRITICAL)
    import openstack.config

    region = openstack.config.OpenStackConfig().get_one(cloud=case.get("cloud"), **({"region_name": case["region"]} if "region" in case else {}))
    verify, cert = region.get_requests_verify_args()
    plain = lambda value: value.replace(root, "") if isinstance(value, str) else value
    service = lambda name: {
        "endpoint": region.get_endpoint(name),
        "interface": region.get_interface(name),
        "region": region.get_region_name(name),
        "microversion": region.get_default_microversion(name),
        "api_version": region.get_api_version(name),
    }
    return {
        "name": region.name,
        "auth_type": region.config["auth_type"],
        "auth": {key: value for key, value in region.config["auth"].items() if value is not None},
        "region": region.get_region_name(),
        "interface": region.get_interface(),
        "verify": plain(verify),
        "cert": [plain(part) for part in cert] if isinstance(cert, tuple) else plain(cert),
        "timeout": region.config.get("api_timeout"),
        "compute": service("compute"),
        "placement": service("placement"),
        "block-storage": service("block-storage"),
    }


def main():
    from cases import CASES

    if len(sys.argv) > 1:
        case = CASES[sys.argv[1]]
        try:
            print(json.dumps(one(case, sys.argv[2])))
        except Exception as error:  # whatever it is, the SDK does not take it
            print(json.dumps({"error": type(error).__name__}))
        return
    import openstack.version

    answers = []
    for name, case in CASES.items():
        with tempfile.TemporaryDirectory() as root:
            home, cwd = root + "/home", root + "/cwd"
            os.makedirs(home)
            os.makedirs(cwd)
            for path, text in case.get("files", {}).items():
                full = path.replace("~", home) if path.startswith("~") else os.path.join(cwd, path)
                os.makedirs(os.path.dirname(full), exist_ok=True)
                open(full, "w").write(text)
            env = {key: value.replace("~", home) for key, value in case.get("env", {}).items()}
            command = [sys.executable, "-I", os.path.abspath(__file__), name, root]
            run = subprocess.run(command, cwd=cwd, env={"HOME": home, "PATH": os.environ["PATH"], **env}, capture_output=True, text=True)
            assert run.returncode == 0, run.stderr
            answers.append({"name": name, **case, "sdk": json.loads(run.stdout)})
    print(json.dumps({"openstacksdk": openstack.version.__version__, "cases": answers}, indent=2))


if __name__ == "__main__":
    main()
