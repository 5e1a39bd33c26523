"""The examples of the README that concern the client run as they stand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from scripted_orchestrator import Received, Script, scripted_orchestrator

from backstitch.gen.v1 import definition_service_pb2, saga_pb2
from backstitch.gen.v1 import saga_service_pb2 as pb

README = Path(__file__).parents[1] / "README.md"
ADDRESS = "127.0.0.1:7070"


def examples(heading: str) -> list[str]:
    """The code of a section."""
    section = re.search(rf"^## {heading}$(.*?)(?=^## |\Z)", README.read_text(), re.MULTILINE | re.DOTALL)
    assert section is not None
    return re.findall(r"```python\n(.*?)```", section[1], re.DOTALL)


def test_the_examples_run(capsys: pytest.CaptureFixture[str]) -> None:
    started: list[pb.StartSagaRequest] = []
    registered: list[str] = []
    step = saga_pb2.SagaStep(name="reserve", status="STEP_STATUS_DONE")
    done = saga_pb2.Saga(saga_id="order-1", status="SAGA_STATUS_COMPLETED", revision=5, steps=[step])

    def start(received: Received) -> pb.StartSagaResponse:
        started.append(received.request)
        return pb.StartSagaResponse(saga=done, started=True)

    def register(received: Received) -> definition_service_pb2.RegisterDefinitionResponse:
        registered.append(received.request.definition.name)
        return definition_service_pb2.RegisterDefinitionResponse(version={}, created=True)

    script: Script = {
        "StartSaga": start,
        "WatchSaga": lambda _: [pb.WatchSagaResponse(saga=done)],
        "RegisterDefinition": register,
    }
    with scripted_orchestrator(script) as address:
        for code in examples("The client") + examples("The definition builder"):
            assert ADDRESS in code
            exec(compile(code.replace(ADDRESS, address), "README.md", "exec"), {"__name__": "__main__"})
    assert [request.saga_id for request in started] == ["order-1", ""]
    assert registered == ["stay"]
    assert capsys.readouterr().out.splitlines() == ["COMPLETED ['reserve DONE']", "5 COMPLETED"]
