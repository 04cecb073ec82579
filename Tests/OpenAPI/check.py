# Holds a running gateway to the description of its API: one good and every bad answer, then chance.

import argparse
import contextlib
import json
import os
import sqlite3
import subprocess
import sys
import tempfile

from description import Api

CHECKS = ("not_a_server_error", "status_code_conformance", "content_type_conformance",
          "response_schema_conformance", "response_headers_conformance", "ignored_auth")
ROUTE = "/api/v1/routes/{route}"
SHADOW = ROUTE + "/shadows/{shadow}/pairs"
QUESTION = {"method": "POST", "host": "a.example", "target": "/v1/chat/completions",
            "fields": [{"name": "x-user-id", "value": "ann"}]}


def good(api):
    """Every operation answers as it should."""
    for path in ("healthz", "readyz", "metrics"):
        api.ask(path, 200, "GET", f"/{path}")
    api.ask("openapi", 200, "GET", "/api/v1/openapi.json")
    assert api.ask("me", 200, "GET", "/api/v1/me")["role"] == "operator"
    api.ask("routes", 200, "GET", "/api/v1/routes")
    api.ask("alerts", 200, "GET", "/api/v1/alerts", query="?limit=2")
    for route in ("chat", "sentiment"):
        known = {"route": route}
        api.ask("route", 200, "GET", ROUTE, known)
        api.ask("comparison", 200, "GET", ROUTE + "/comparison", known)
        api.ask("comparison", 200, "GET", ROUTE + "/comparison", known, "?window=24h")
        api.ask("history", 200, "GET", ROUTE + "/history", known, "?since=10m&step=5s")
        api.ask("history", 200, "GET", ROUTE + "/history", known, "?since=7d&step=1h")
        api.ask("history", 200, "GET", ROUTE + "/history", known, "?since=999999999999&step=1s")
        api.ask("shadows", 200, "GET", ROUTE + "/shadows", known)
        api.ask("shadows", 200, "GET", ROUTE + "/shadows", known, "?window=10m")
    told = api.ask("explain", 200, "POST", "/api/v1/explain", body=QUESTION)
    assert told["route"] == "chat" and told["shadows"], told
    known = {"route": "chat", "shadow": "v2"}
    pairs = api.ask("pairs", 200, "GET", SHADOW, known, "?limit=3")["pairs"]
    assert len(pairs) == 3, pairs
    group = pairs[0]["groups"][0]
    of_group = api.ask("pairs", 200, "GET", SHADOW, known, f"?group={group}&before={pairs[0]['id']}")
    assert all(group in pair["groups"] for pair in of_group["pairs"])
    pair = api.ask("pair", 200, "GET", SHADOW + "/{id}", {**known, "id": pairs[0]["id"]})
    assert pair["differences"] and pair["primary"]["body"], pair
    known = {"route": "sentiment"}
    for verb in ("pause", "resume", "promote", "abort", "retry"):
        said = {"actor": "ann", "reason": "a test"}
        api.ask(verb, 200, "POST", f"{ROUTE}/{verb}", known, body=said if verb != "abort" else None)
    decisions = api.ask("decisions", 200, "GET", "/api/v1/decisions", query="?route=sentiment")
    assert len(decisions["decisions"]) >= 6, decisions
    for decision in decisions["decisions"]:
        api.ask("decision", 200, "GET", "/api/v1/decisions/{id}", {"id": decision["id"]})
    stream(api)


def stream(api):
    """A snapshot of the live stream, and a decision that was missed."""
    connection, response = api.open("GET", "/api/v1/stream", headers={"last-event-id": "0"})
    assert response.status == 200 and response.headers["content-type"] == "text/event-stream"
    wanted = {"snapshot": "Snapshot", "decision": "Decision"}
    name = None
    while wanted:
        line = response.readline().decode().rstrip("\n")
        if line.startswith("event: "):
            name = line[7:]
        elif line.startswith("data: "):
            schema = {"$ref": f"#/components/schemas/{name.capitalize()}"}
            faults = api.check(schema, json.loads(line[6:]))
            assert not faults, f"{name}: {faults}"
            wanted.pop(name, None)
    connection.sock.close()
    connection.close()
    api.seen.setdefault("stream", set()).add(200)


def bad(api, viewer, nobody):
    """What is wrong is said so, in the same form everywhere."""
    unknown = {"route": "none", "shadow": "v2", "id": 1}
    chat = {"route": "chat", "shadow": "v2", "id": 2**62}
    for path, method, operation in api.operations():
        if operation.get("security") == []:
            continue
        name, values = operation["operationId"], {"route": "chat", "shadow": "v2", "id": 1}
        nobody.ask(name, 401, method.upper(), path, values)
        nobody.ask(name, 401, method.upper(), path, values, headers={"authorization": "Bearer other"})
        api.ask(name, 421, method.upper(), path, values, headers={"host": "other.example"})
        api.ask(name, 403, method.upper(), path, values, headers={"origin": "http://other.example"})
        if "{route}" in path:
            api.ask(name, 404, method.upper(), path, unknown)
    for query in ("window=0", "window=2d", "window=", "window=99999999999999999999"):
        api.ask("comparison", 400, "GET", ROUTE + "/comparison", chat, f"?{query}")
        api.ask("shadows", 400, "GET", ROUTE + "/shadows", chat, f"?{query}")
    for query in ("since=x", "since=-1h", "step=0s", "since=99999999999999999999", "step=%00"):
        api.ask("history", 400, "GET", ROUTE + "/history", chat, f"?{query}")
    for query in ("limit=0", "limit=1001", "limit=x", "before=0", "before=9223372036854775808"):
        api.ask("decisions", 400, "GET", "/api/v1/decisions", query=f"?{query}")
        if query.startswith("limit"):
            api.ask("alerts", 400, "GET", "/api/v1/alerts", query=f"?{query}")
        api.ask("pairs", 400, "GET", SHADOW, chat, f"?{query}")
    api.ask("stream", 400, "GET", "/api/v1/stream", headers={"last-event-id": "x"})
    api.ask("stream", 404, "GET", "/api/v1/stream", query="?route=none")
    api.ask("decision", 404, "GET", "/api/v1/decisions/{id}", chat)
    api.ask("decision", 404, "GET", "/api/v1/decisions/{id}", {"id": "x"})
    api.ask("pair", 404, "GET", SHADOW + "/{id}", chat)
    api.ask("pairs", 404, "GET", SHADOW, {"route": "chat", "shadow": "v1"})
    api.ask("pairs", 404, "GET", SHADOW, {"route": "%ff", "shadow": "%00"})
    for body in ("", "{", "[]", "\x00", '{"method": 1}', {**QUESTION, "target": "no path"}):
        api.ask("explain", 400, "POST", "/api/v1/explain", body=body)
    api.ask("explain", 413, "POST", "/api/v1/explain", body="x" * 16_385)
    for verb in ("promote", "pause", "resume", "abort", "retry"):
        path, ramp = f"{ROUTE}/{verb}", {"route": "sentiment"}
        viewer.ask(verb, 403, "POST", path, ramp)
        api.ask(verb, 404, "POST", path, chat)
        for body in ("{", '{"actor": ""}', {"actor": "a" * 129}, {"reason": "\x07"}, {"actor": 1}):
            api.ask(verb, 400, "POST", path, ramp, body=body)
        api.ask(verb, 413, "POST", path, ramp, body="x" * 16_385)
    api.ask("resume", 409, "POST", f"{ROUTE}/resume", {"route": "sentiment"})


@contextlib.contextmanager
def damaged(journal, table):
    """The journal without a table, as after a repair that went wrong."""
    def rename(old, new):
        with contextlib.closing(sqlite3.connect(journal, timeout=30, isolation_level=None)) as base:
            base.execute(f"ALTER TABLE {old} RENAME TO {new}")
    rename(table, table + "_lost")
    try:
        yield
    finally:
        rename(table + "_lost", table)


def unwell(api, journal):
    """What the gateway cannot do for now is told as that, and goes on to be told."""
    chat, sentiment = {"route": "chat", "shadow": "v2", "id": 1}, {"route": "sentiment"}
    with damaged(journal, "decision"):
        api.ask("decisions", 503, "GET", "/api/v1/decisions")
        api.ask("decision", 503, "GET", "/api/v1/decisions/{id}", {"id": 1})
        api.ask("promote", 503, "POST", f"{ROUTE}/promote", sentiment)
    with damaged(journal, "pair"):
        api.ask("pairs", 503, "GET", SHADOW, chat)
        api.ask("pair", 503, "GET", SHADOW + "/{id}", chat)
    with damaged(journal, "history"):
        api.ask("history", 503, "GET", ROUTE + "/history", sentiment, "?since=7d&step=1h")
    with damaged(journal, "alert"):
        api.ask("alerts", 503, "GET", "/api/v1/alerts")
    for query in ("", "?route=sentiment"):
        api.ask("decisions", 200, "GET", "/api/v1/decisions", query=query)
    listening = [api.open("GET", "/api/v1/stream") for _ in range(64)]
    api.ask("stream", 503, "GET", "/api/v1/stream")
    for connection, _ in listening:
        connection.sock.close()
        connection.close()


def chance(api, folder):
    """Requests of chance by schemathesis: once with what the gateway has, once with anything."""
    known = json.loads(json.dumps(api.description))
    for name, value in (("route", ["chat", "sentiment"]), ("shadow", ["v2"])):
        known["components"]["parameters"][name]["schema"] = {"enum": value}
    known["components"]["parameters"]["id"]["schema"] = {"enum": [1, 2, 3]}
    for name, description in (("known", known), ("anything", api.description)):
        place = os.path.join(folder, f"{name}.json")
        with open(place, "w") as file:
            json.dump(description, file)
        program = os.path.join(os.path.dirname(sys.executable), "st")
        run = subprocess.run(
            [program, "run", place, "--url", f"http://{api.place}", "-H",
             f"Authorization: Bearer {api.token}", "--checks", ",".join(CHECKS), "--seed", "1",
             "--generation-deterministic", "--max-examples", "20",
             "--exclude-path", "/api/v1/stream", "--phases", "examples,coverage,fuzzing",
             "--request-timeout", "30", "--continue-on-failure", "--no-color", "--warnings", "off",
             "--suppress-health-check", "all", "--no-shrink"],
            cwd=folder, capture_output=True, text=True, timeout=400)
        print(run.stdout[-1500:])
        assert run.returncode == 0, f"{name}:\n{run.stdout[-8000:]}\n{run.stderr[-2000:]}"


def main():
    parser = argparse.ArgumentParser()
    for name in ("place", "operator", "viewer", "journal"):
        parser.add_argument(f"--{name}", required=True)
    options = parser.parse_args()
    api = Api(options.place, options.operator)
    viewer = Api(options.place, options.viewer)
    nobody = Api(options.place, None, viewer.description)
    good(api)
    bad(api, viewer, nobody)
    unwell(api, options.journal)
    missed = {operation["operationId"] for *_, operation in api.operations()} - {
        name for name, statuses in api.seen.items() if 200 in statuses}
    assert not missed, f"these have not answered 200: {missed}"
    with tempfile.TemporaryDirectory() as folder:
        chance(api, folder)
    print("all answers are as they are described")


if __name__ == "__main__":
    main()
