#!/usr/bin/env python3
"""/openapi.json is true: each operation in it is asked as it says, each answer is of its
schema, with no field that it does not name; and the lines of docs/service.md do what they say.

usage: test_openapi.py NUMERAL
"""
import base64
import json
import os
import re
import shutil
import subprocess

import service
from service import Service, form, harness

KINDS = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int,
         "number": (int, float)}


def faults(api, schema, value, at="answer"):
    """What of the value is not as the schema says; the part of JSON Schema that is used."""
    if "$ref" in schema:
        return faults(api, api["components"]["schemas"][schema["$ref"].split("/")[-1]], value, at)
    if "oneOf" in schema:
        tries = [faults(api, one, value, at) for one in schema["oneOf"]]
        return [] if tries.count([]) == 1 else sum(tries, [f"{at}: {tries.count([])} of oneOf"])
    if value is None and schema.get("nullable"):
        return []
    kind = schema.get("type")
    if kind and (not isinstance(value, KINDS[kind]) or (
            isinstance(value, bool) and kind != "boolean")):
        return [f"{at}: {value!r} is no {kind}"]
    out = []
    if "enum" in schema and value not in schema["enum"]:
        out.append(f"{at}: {value!r} is none of {schema['enum']}")
    for key, wrong in (("minimum", lambda x: value < x), ("maximum", lambda x: value > x),
                       ("minItems", lambda x: len(value) < x),
                       ("maxItems", lambda x: len(value) > x)):
        if key in schema and wrong(schema[key]):
            out.append(f"{at}: {value!r} breaks {key}")
    if kind == "array":
        for i, one in enumerate(value):
            out += faults(api, schema["items"], one, f"{at}[{i}]")
    if kind == "object" and "properties" in schema:
        out += [f"{at}: has no {key}" for key in schema.get("required", ()) if key not in value]
        for key, one in value.items():
            out += (faults(api, schema["properties"][key], one, f"{at}.{key}")
                    if key in schema["properties"] else [f"{at}: {key} is not in the schema"])
    return out


def bodies(api, operation, picture):
    """A body for each content type that the operation takes."""
    text = base64.b64encode(picture).decode()
    lesson = operation["operationId"] == "teach"
    for kind in operation["requestBody"]["content"]:
        if kind == "application/json" and operation["operationId"] == "teach":
            yield kind, json.dumps({"image": text, "label": "7", "source": "openapi"})
        elif kind == "application/json":
            yield kind, json.dumps({"image": text})
            yield kind, json.dumps({"images": [text, "AAAA"]})
        elif kind == "multipart/form-data":
            parts = [("image", "a.png", picture)]
            body, kind = form(parts + ([("label", None, b"7")] if lesson else []))
            yield kind, body
        else:
            yield kind.replace("*", "png"), picture


def ask(t, s, api, method, path, operation, picture, taught):
    url = path.replace("{id}", str(taught))
    optional = [p for p in operation.get("parameters", ()) if p["in"] == "query"]
    urls = [url] + [f"{url}?{p['name']}={max(1, p['schema']['minimum'])}" for p in optional]
    given = list(bodies(api, operation, picture)) if "requestBody" in operation else [(None, None)]
    for url in urls:
        for kind, body in given:
            check(t, api, operation, s.ask(method.upper(), url, body, kind), f"{method} {url} {kind}")
    for p in optional:  # a wrong number is refused as it says
        check(t, api, operation, s.ask(method.upper(), f"{url}?{p['name']}=x", *given[0][::-1]),
              f"{method} {url}, {p['name']} wrong", "400")
    if "requestBody" in operation:
        for status, kind, body in (("400", "application/json", "{"), ("415", "text/x", "x"),
                                   ("400", "image/png", "")):
            check(t, api, operation, s.ask(method.upper(), path, body, kind),
                  f"{method} {path} {kind}", status)


def check(t, api, operation, got, what, status="200"):
    t.check(str(got.status) == status, f"{what}: {got.status}, expected {status}")
    told = operation["responses"].get(str(got.status))
    t.check(told, f"{what}: {got.status} is not told of")
    if told and "application/json" in told["content"]:
        wrong = faults(api, told["content"]["application/json"]["schema"], got.json())
        t.check(not wrong, f"{what}: {wrong[:3]}")


def check_documentation(t, s):
    """Each curl line of docs/service.md succeeds, but those that need a proxy or a token."""
    with open(os.path.join(os.path.dirname(__file__), "../../docs/service.md"),
              encoding="utf-8") as file:
        lines = re.findall(r"^curl .*", file.read(), re.M)
    t.check(len(lines) >= 8, "docs/service.md: its lines of curl")
    t.write("token", "a-token-that-nobody-asks-for\n")
    for line in lines:
        taught = s.get("/v1/taught").json()["taught"]
        line = line.replace("8080", str(s.port)).replace("/taught/1", "/taught/%d" % (
            taught[0]["id"] if taught else 0))
        done = subprocess.run(["sh", "-c", line.replace("curl -s", "curl -sf")], cwd=t.folder,
                              capture_output=True, timeout=60)
        t.check(done.returncode == 0 and "error" not in json.loads(done.stdout or b'{"error":0}'),
                f"{line}: {done.returncode} {done.stdout[:200]}")


def test(t):
    t.good("train", "pen:train[0:300]", "--preset", "accurate", "-o", "m.model", "-q")
    picture = service.pen_pictures(t, 1)[0][1]
    t.write("seven.png", picture)
    s = Service(t, "m.model", "--teach", "taught.db")
    api = s.get("/openapi.json").json()
    n = 0
    for path, methods in api["paths"].items():
        for method, operation in methods.items():
            taught = s.teach(picture, "7").json()["id"]
            ask(t, s, api, method, path, operation, picture, taught)
            n += 1
    t.check(n == 11, f"{n} operations")
    if shutil.which("curl"):
        check_documentation(t, s)
    s.end()


if __name__ == "__main__":
    harness.main(test)
