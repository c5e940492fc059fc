"""Answers, line by line, what oslo.config itself makes of files: a JSON object in, a JSON object out."""
import json
import os
import sys
import tempfile

from oslo_config import cfg, types


def option_of(spec):
    kind = spec["type"]["kind"]
    extra = {}
    old = spec.get("deprecatedNames") or []
    if old:
        extra["deprecated_opts"] = [cfg.DeprecatedOpt(o.get("name") or spec["name"], group=o.get("group")) for o in old]
    default = spec.get("defaultText")
    if kind == "integer":
        bounds = {k: v for k, v in spec["type"].items() if k in ("min", "max")}
        # As a text, so that $name in it is put in.
        return cfg.Opt(spec["name"], type=types.Integer(**bounds), default=default, **extra)
    if kind == "boolean":
        return cfg.Opt(spec["name"], type=types.Boolean(), default=default, **extra)
    if kind == "list":
        return cfg.Opt(spec["name"], type=types.List(), default=default, **extra)
    if kind == "multi-string":
        return cfg.MultiStrOpt(spec["name"], default=[default] if default is not None else None, **extra)
    return cfg.Opt(spec["name"], type=types.String(choices=spec["type"].get("choices")), default=default, **extra)


def origin_of(conf, spec, paths):
    """The file whose value counts, from oslo.config's own parsed layers (its LocationInfo names the last file that has
    the section, whoever set the value)."""
    group = spec["group"]
    variable = "OS_%s__%s" % (group.upper(), spec["name"].upper())
    if variable in os.environ:
        return variable
    names = [(group, spec["name"])]
    for old in spec.get("deprecatedNames") or []:
        names.append((old.get("group") or group, old.get("name") or spec["name"]))
    layers = conf._namespace._normalized
    for path, sections in zip(reversed(paths), layers):
        for section, name in names:
            section = section if section == "DEFAULT" else section.lower()
            if name in sections.get(section, {}):
                return path
    return None


def answer(case):
    for name in [n for n in os.environ if n.startswith("OS_")]:
        del os.environ[name]
    os.environ.update(case["environment"])
    with tempfile.TemporaryDirectory() as folder:
        arguments, paths = [], []
        for source in case["sources"]:
            path = os.path.join(folder, source["path"])
            with open(path, "w", encoding="utf-8", newline="") as f:
                f.write(source["text"])
            arguments += ["--config-file", path]
            paths.append(path)
        conf = cfg.ConfigOpts()
        try:
            for spec in case["options"]:
                conf.register_opt(option_of(spec), group=None if spec["group"] == "DEFAULT" else spec["group"])
            conf(arguments, project="nova", prog="nova-compute", default_config_files=[], default_config_dirs=[])
        except cfg.ConfigFileParseError as error:
            return {"parseError": str(error).replace(folder + "/", "")}
        except cfg.ConfigFileValueError as error:
            return {"startError": str(error).replace(folder + "/", "")}
        values = {}
        for spec in case["options"]:
            key = spec["group"] + "." + spec["name"]
            origin = origin_of(conf, spec, paths)
            origin = origin.replace(folder + "/", "") if origin else None
            try:
                holder = conf if spec["group"] == "DEFAULT" else getattr(conf, spec["group"])
                values[key] = {"value": getattr(holder, spec["name"]), "origin": origin}
            except RecursionError:
                values[key] = {"error": "RecursionError", "origin": origin}
            except Exception as error:
                values[key] = {"error": type(error).__name__, "origin": origin}
        return {"values": values}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
