# The description of the API as a running gateway gives it, and answers held to it.

import copy
import http.client
import json

import jsonschema_rs

METHODS = ("get", "post", "put", "patch", "delete")


def closed(description):
    """The same, with objects that have no members but those that are described: a test must see
    what the description has forgotten, although programs must bear what is added later."""
    description = copy.deepcopy(description)
    for schema in description["components"]["schemas"].values():
        if "properties" in schema:
            schema["additionalProperties"] = False
    return description


class Answer:
    """What came."""

    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.kind = (response.headers["content-type"] or "").split(";")[0]


class Api:
    """Asks the gateway, and holds every answer to what its operation says."""

    def __init__(self, place, token=None, description=None):
        self.place = place
        self.token = token
        self.seen = {}
        self.description = description or closed(self.fetch("GET", "/api/v1/openapi.json")[1])

    def open(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection(self.place, timeout=30)
        own = {"authorization": f"Bearer {self.token}"} if self.token else {}
        connection.request(method, path, body, {**own, **(headers or {})})
        return connection, connection.getresponse()

    def fetch(self, method, path, body=None, headers=None):
        connection, response = self.open(method, path, body, headers)
        answer = Answer(response)
        data = response.read()
        connection.close()
        if answer.kind.endswith("json"):
            return answer, json.loads(data)
        return answer, data.decode()

    def resolved(self, part):
        if "$ref" not in part:
            return part
        found = self.description
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        return found

    def check(self, schema, value):
        """What does not fit, in words."""
        whole = {**schema, "components": self.description["components"]}
        validator = jsonschema_rs.Draft202012Validator(whole)
        return [f"{error.message} at {list(error.instance_path)}" for error in validator.iter_errors(value)]

    def ask(self, operation, status, method, template, values=None, query="", body=None, headers=None):
        """One request that must be answered so, in the form that the operation gives."""
        path = template
        for name, value in (values or {}).items():
            path = path.replace("{" + name + "}", str(value))
        text = body if body is None or isinstance(body, (str, bytes)) else json.dumps(body)
        answer, value = self.fetch(method, path + query, text, headers)
        what = f"{method} {path}{query} answered {answer.status}: {str(value)[:300]}"
        assert answer.status == status, f"{what}, not {status}"
        described = self.description["paths"][template][method.lower()]
        assert described["operationId"] == operation, what
        answers = described["responses"]
        assert str(status) in answers, f"{operation} does not describe {status}"
        form = self.resolved(answers[str(status)])["content"]
        assert answer.kind in form, f"{what}: {answer.kind} is not described"
        faults = self.check(form[answer.kind]["schema"], value)
        assert not faults, f"{what}: {faults}"
        self.seen.setdefault(operation, set()).add(status)
        return value

    def operations(self):
        for path, methods in self.description["paths"].items():
            for method in METHODS:
                if method in methods:
                    yield path, method, methods[method]
