"""Holds what Cutover exports to the models of others: botocore's of the ECS API, cfn-lint's of CloudFormation.

Reads a file of cases, one JSON object a line, as tests/it/exports.rs writes them: `name`, `ecs` (with `shape`, which of the
API's shapes it is), `cli` (the shell's text) and `cloudformation` (the template). Prints what is wrong, a line each, and
ends with 1 if anything is.

botocore checks types, names and what is required; enumerations, ranges and lengths are in its model and checked here.
"""

import json
import re
import shlex
import sys
from decimal import Decimal

import botocore.session
import cfnlint.core
from botocore.validate import ParamValidator
from cfnlint.api import ManualArgs, lint

ECS = botocore.session.get_session().get_service_model("ecs")
INPUTS = {
    "create-service": ECS.operation_model("CreateService").input_shape,
    "update-service": ECS.operation_model("UpdateService").input_shape,
    "described": ECS.shape_for("Service"),
}
# The API's documentation bounds these; its model does not ("DeploymentConfiguration", "LinearConfiguration",
# "CanaryConfiguration", "CreateService").
DOCUMENTED = {
    "bakeTimeInMinutes": (0, 1440),
    "stepBakeTimeInMinutes": (0, 1440),
    "canaryBakeTimeInMinutes": (0, 1440),
    "stepPercent": (3, 100),
    "canaryPercent": (0.1, 100),
    "healthCheckGracePeriodSeconds": (0, 2147483647),
}


def beyond_the_model(shape, value, path):
    """Yields what botocore's validator lets pass: words outside an enumeration, numbers and lengths out of range."""
    if shape.type_name == "structure" and isinstance(value, dict):
        for name, inner in value.items():
            if name in shape.members:
                yield from beyond_the_model(shape.members[name], inner, f"{path}.{name}")
                least, most = DOCUMENTED.get(name, (None, None))
                if least is not None and isinstance(inner, (int, float)) and not least <= inner <= most:
                    yield f"{path}.{name}: {inner} is not from {least} to {most}"
    elif shape.type_name == "list" and isinstance(value, list):
        for place, inner in enumerate(value):
            yield from beyond_the_model(shape.member, inner, f"{path}[{place}]")
    elif getattr(shape, "enum", None) and value not in shape.enum:
        yield f"{path}: {value!r} is none of {', '.join(shape.enum)}"
    size = len(value) if isinstance(value, (str, list)) else value
    if isinstance(size, (int, float)):
        if size > shape.metadata.get("max", size):
            yield f"{path}: {size} is more than {shape.metadata['max']}"
        if size < shape.metadata.get("min", size):
            yield f"{path}: {size} is less than {shape.metadata['min']}"


def against(shape, value):
    report = ParamValidator().validate(value, shape)
    if report.has_errors():
        yield from report.generate_report().splitlines()
    yield from beyond_the_model(shape, value, "")


def calls(text):
    """The calls in a shell's text: operation and input. The shell's own rules of quoting take it apart."""
    words = shlex.split(text)
    while words:
        given = words.index("--cli-input-json")
        assert words[:2] == ["aws", "ecs"], words[:2]
        yield words[2], json.loads(words[given + 1])
        words = words[given + 2 :]


def problems(case, rules):
    if "ecs" in case:
        for service in case["ecs"].get("services", [case["ecs"]]):
            for line in against(INPUTS[case["shape"]], service):
                yield f"ecs: {line}"
    for operation, given in calls(case["cli"]):
        for line in against(INPUTS[operation], given):
            yield f"cli, {operation}: {line}"
    for match in lint(case["cloudformation"], rules, regions=["eu-central-1"]):
        # An opinion on style is no fault of the template, nor is what only binary fractions make of 33.3.
        if match.rule.severity != "informational" and not is_multiple_after_all(match.message):
            path = "/".join(str(part) for part in getattr(match, "path", None) or [])
            yield f"cloudformation: {match.rule.id} {path}: {match.message}"


def is_multiple_after_all(message):
    found = re.fullmatch(r"([0-9.]+) is not a multiple of ([0-9.]+)", message)
    return found is not None and Decimal(found[1]) % Decimal(found[2]) == 0


def main():
    # A check that lets everything pass would look the same: it has to find what is wrong in a service that is.
    wrong = {
        "serviceName": "ui",
        "desiredCount": "5",
        "deploymentConfiguration": {
            "strategy": "CANARYX",
            "canaryConfiguration": {"canaryPercent": 250.0},
            "lifecycleHooks": [{"lifecycleStages": ["NOPE"], "timeoutConfiguration": {"timeoutInMinutes": 30000}}],
        },
    }
    found = "\n".join(against(INPUTS["create-service"], wrong))
    for word in ["desiredCount", "CANARYX", "250", "NOPE", "30000"]:
        assert word in found, f"the check does not see {word}:\n{found}"

    rules = cfnlint.core.get_rules([], [], [], {}, False)
    template = {"Resources": {"S": {"Type": "AWS::ECS::Service", "Properties": {"DeploymentConfiguration": {"Strategy": "CANARYX"}}}}}
    assert any(match.rule.id == "E3030" for match in lint(json.dumps(template), rules, regions=["eu-central-1"]))

    count, wrong = 0, 0
    with open(sys.argv[1], encoding="utf-8") as cases:
        for case in map(json.loads, cases):
            count += 1
            for line in problems(case, rules):
                wrong += 1
                print(f"{case['name']}: {line}")
    print(f"{count} recordings held to botocore {botocore.__version__} and cfn-lint {cfnlint.version.__version__}: {wrong} problems")
    assert count > 0, "there are no cases"
    sys.exit(1 if wrong else 0)


main()
