"""A buf plugin: Python's messages, their types and their stubs, by the generators inside grpcio-tools.

They import each other as `backstitch.v1`; in the SDK that is `backstitch.gen.v1`, out of the way of its own modules.
"""

import re
import sys
import tempfile
from pathlib import Path

from google.protobuf.compiler import plugin_pb2
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from grpc_tools import protoc

WIRE_PACKAGE = "backstitch"
SDK_PACKAGE = "backstitch.gen"


def main() -> None:
    request = plugin_pb2.CodeGeneratorRequest.FromString(sys.stdin.buffer.read())
    response = plugin_pb2.CodeGeneratorResponse(
        supported_features=plugin_pb2.CodeGeneratorResponse.FEATURE_PROTO3_OPTIONAL
    )
    with tempfile.TemporaryDirectory() as folder:
        generate(request, Path(folder))
        packages = set[Path]()
        for path in sorted(Path(folder, "out").rglob("*.py*")):
            name = path.relative_to(Path(folder, "out", WIRE_PACKAGE))
            packages.update(name.parents)
            response.file.add(name=str(name), content=in_the_sdk(path.read_text()))
        for package in sorted(packages):
            response.file.add(name=str(package / "__init__.py"), content="")
    sys.stdout.buffer.write(response.SerializeToString())


def generate(request: plugin_pb2.CodeGeneratorRequest, folder: Path) -> None:
    descriptors = folder / "descriptors"
    descriptors.write_bytes(FileDescriptorSet(file=request.proto_file).SerializeToString())
    out = folder / "out"
    out.mkdir()
    outputs = [f"--{kind}_out={out}" for kind in ("python", "pyi", "grpc_python")]
    arguments = ["protoc", f"--descriptor_set_in={descriptors}", *outputs, *request.file_to_generate]
    if protoc.main(arguments) != 0:
        sys.exit("protoc failed")


def in_the_sdk(code: str) -> str:
    return re.sub(rf"^from {WIRE_PACKAGE}(?=\.)", f"from {SDK_PACKAGE}", code, flags=re.MULTILINE)


main()
