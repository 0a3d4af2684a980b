"""The description of the API is what programs are made from: it is valid, and clients are made from it that work."""

from __future__ import annotations

import compileall
import importlib
import json
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from api_rig import BY_ID, CALLS, System, system
from django.test import Client
from office_cast import Cast
from openapi_spec_validator import OpenAPIV31SpecValidator
from screens_rig import World

from development import api_description
from keiki.office.api.description import OPERATIONS
from keiki.office.contracts.models import ServiceContract

CASE = "apply_renewable"


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast)


@pytest.fixture
def caller(world: World) -> System:
    return system(world)


@pytest.fixture
def described(db: None) -> dict[str, Any]:
    found: dict[str, Any] = Client().get("/api/v1/openapi.json").json()
    return found


def test_the_description_is_valid(described: dict[str, Any]) -> None:
    assert described["openapi"].startswith("3.1")
    assert [
        f"{list(each.absolute_path)}: {each.message}" for each in OpenAPIV31SpecValidator(described).iter_errors()
    ] == []


def test_what_is_served_is_what_is_committed(described: dict[str, Any]) -> None:
    committed = api_description.PAGE.read_text(encoding="utf-8")
    changed = api_description.difference(committed, api_description.as_committed(described))
    assert not changed, f"callers rely on it; if it is meant: ./keiki api-description\n{changed}"


def test_every_operation_names_its_problems(described: dict[str, Any]) -> None:
    for path in described["paths"].values():
        for operation in path.values():
            assert {"401", "404", "409", "422", "503"} <= set(operation["responses"])


@pytest.mark.slow
def test_a_client_with_a_function_for_every_operation_is_made_and_calls(
    described: dict[str, Any], world: World, caller: System, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "openapi.json").write_text(json.dumps(described))
    run("openapi_python_generator", "openapi.json", "keiki_client", folder=tmp_path)
    assert compileall.compile_dir(tmp_path / "keiki_client", quiet=2)
    monkeypatch.syspath_prepend(tmp_path)
    services = {path.stem for path in (tmp_path / "keiki_client" / "services").glob("[A-Z]*.py")}
    made = {name: importlib.import_module(f"keiki_client.services.{name}") for name in services}
    assert all(any(hasattr(each, operation.id) for each in made.values()) for operation in OPERATIONS)

    class Connection(nullcontext["Connection"]):
        """Carries the client's requests to the office of this test."""

        def __init__(self, **_: Any) -> None:
            super().__init__(self)

        def request(self, method: str, url: object, *, headers: dict[str, str], params: dict[str, str]) -> Any:
            return caller.client.generic(method.upper(), str(url), headers=headers, query_params=params)

    contracts = made["Contracts_service"]
    monkeypatch.setattr(contracts.httpx, "Client", Connection)
    config = contracts.APIConfig(base_path="http://testserver", access_token=caller.text)
    number = CALLS["get_contract"](world).values["number"]
    assert contracts.get_contract(config, number=number).id == number


@pytest.mark.slow
def test_types_of_every_answer_are_made_and_read_a_real_one(
    described: dict[str, Any], world: World, caller: System, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "openapi.json").write_text(json.dumps(described))
    options = (
        "--input-file-type",
        "openapi",
        "--output-model-type",
        "pydantic_v2.BaseModel",
        "--formatters",
        "builtin",
    )
    run("datamodel_code_generator", "--input", "openapi.json", "--output", "keiki_types.py", *options, folder=tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    types = importlib.import_module("keiki_types")
    answer = caller.call(BY_ID["get_contract"], CALLS["get_contract"](world)).json()  # type: ignore[attr-defined]
    assert types.Contract.model_validate(answer).id == answer["id"]
    problem = caller.get("contracts/B-999").json()
    assert types.Problem.model_validate(problem).code == "absent"


def run(module: str, *options: str, folder: Path) -> str:
    command = [sys.executable, "-m", module, *options]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=110, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("query", "at", "kind"),
    [
        ("stat=open", "stat", "extra_forbidden"),
        ("state=open&state=built", "state", "given_twice"),
        ("most=5&after=1&most=5", "most", "given_twice"),
        ("%E5%B1%B1%E7%94%B0=1", "?", "extra_forbidden"),
    ],
)
def test_an_unknown_or_doubled_parameter_is_refused(caller: System, query: str, at: str, kind: str) -> None:
    answer = caller.get(f"designs?{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert answer.json()["errors"] == [{"at": ["query", at], "kind": kind}]
    assert caller.get("designs?state=open&most=5").status_code == 200
    assert caller.post("contracts/B-1/decision?because=x").status_code == 422


def applied(world: World, caller: System, **more: Any) -> tuple[int, str, str, str | None]:
    place = world.cast.place(CASE)
    given = {"supply_point": place.supply_point, "applicant": place.customer.name, "medium": "wireless", **more}
    answer = caller.post("applications", given)
    said = answer.json()
    return answer.status_code, said.get("code", ""), said.get("again", ""), answer.headers.get("Retry-After")


def test_a_program_tells_never_from_later(world: World, caller: System) -> None:
    """A live contract, a place that nobody has and a silent owner are three answers; one of them may be repeated."""
    world.cast.servers["customer"].down()
    assert applied(world, caller) == (503, "office_unknown", "later", "60")
    world.cast.servers["customer"].up()
    assert applied(world, caller)[0] == 201
    assert applied(world, caller) == (409, "contract_live", "never", None)
    assert applied(world, caller, supply_point="0" * 22) == (404, "absent", "never", None)
    contract = f"contracts/{ServiceContract.objects.get().reference}"
    world.cast.servers["construction"].down()
    answer = caller.post(f"{contract}/decision")
    assert (answer.status_code, answer.json()["code"], answer.json()["again"]) == (503, "owner_silent", "later")
    assert {each["code"] for each in answer.json()["obstacles"]} == {"unavailable"}


@pytest.mark.parametrize("language", ["ja", "en"])
def test_an_unknown_address_speaks_of_no_service_office(db: None, language: str) -> None:
    answer = Client().get("/api/v1/nowhere", headers={"accept-language": language}).json()
    assert "service office" not in answer["detail"]
    assert "営業所" not in answer["detail"]
