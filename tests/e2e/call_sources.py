"""Which AWS operations a function's sources can send, found without deploy/calls.json. The operations are the words of
botocore's models that stand in common/aws as whole texts ("PutRecords"). A function can send one whose place can be
reached from the function's own files: what defines a name that a reached place calls is reached too, in any file that
the function includes. Names are not told apart by their class, so this is a little too much rather than too little."""

import functools
import gzip
import json
import pathlib
import re

import botocore

TOP = pathlib.Path(__file__).resolve().parents[2]
# The services that common/aws/client_settings.h names, and their models.
MODELS = {
    "dynamodb": "2012-08-10",
    "firehose": "2015-08-04",
    "glue": "2017-03-31",
    "kinesis": "2013-12-02",
    "s3": "2006-03-01",
    "secretsmanager": "2017-10-17",
    "sqs": "2012-11-05",
    "sts": "2011-06-15",
}
# A definition at the left edge, with what is indented below it.
CHUNK = re.compile(r"^[A-Za-z\[][^\n]*(?:\n(?![A-Za-z\[#]|\n)[^\n]*|\n(?=\n))*", re.M)
CALLED = re.compile(r"(\w+)(?:<[^<>()]*>)?[({]")
METHOD = re.compile(r"^    [^ \n][^\n]*?(\w+)\(", re.M)
# Within a class: a method without its body, or a member.
DECLARATION = re.compile(r"^    (?! )[^{};]*;", re.M)


@functools.cache
def service_of(operation):
    """The service whose model has the operation; None where none has."""
    folder = pathlib.Path(botocore.__file__).parent / "data"
    found = [
        service
        for service, version in MODELS.items()
        if operation in model_operations(folder / service / version / "service-2.json.gz")
    ]
    assert len(found) < 2, f"{operation} is an operation of {found}"
    return found[0] if found else None


@functools.cache
def model_operations(path):
    with gzip.open(path, "rt", encoding="utf-8") as model:
        return frozenset(json.load(model)["operations"])


@functools.cache
def read(path):
    return re.sub(r"//[^\n]*", "", (TOP / path).read_text(encoding="utf-8"))


@functools.cache
def chunks_of(path):
    """(names that it defines, names that it calls, operations that it names) of each definition."""
    chunks = []
    for found in CHUNK.finditer(read(path)):
        text = found.group()
        head = text.split("{")[0]
        if re.match(r"(class|struct) ", text):
            defined = set(METHOD.findall(text)) | set(re.findall(r"\w+", head.split(":")[0]))
            text = DECLARATION.sub("", text)
        else:
            defined = set(re.findall(r"(\w+)\(", head)[:1])
        chunks.append((defined, set(CALLED.findall(text)), operations_in(path, text)))
    return chunks


def operations_in(path, text):
    if not path.startswith("common/aws/"):
        return set()
    return {word for word in re.findall(r'"([A-Z][A-Za-z0-9]+)"', text) if service_of(word)}


def included(path):
    """The project's own files that a file includes, each header with its source."""
    for name in re.findall(r'^#include "([^"]+)"', read(path), re.M):
        for one in (name, str(pathlib.PurePath(name).with_suffix(".cc"))):
            if (TOP / one).exists():
                yield one


def files_below(folder):
    return {str(path.relative_to(TOP)) for path in (TOP / folder).rglob("*") if path.suffix in (".cc", ".h")}


def operations_of(own):
    """{(service, operation)} that what stands in these files can send."""
    known, todo = set(own), list(own)
    while todo:
        new = set(included(todo.pop())) - known
        known |= new
        todo += new
    reached = [chunk for path in own for chunk in chunks_of(path)]
    left = [chunk for path in known - set(own) for chunk in chunks_of(path)]
    called, operations = set(), set()
    while reached:
        for _, calls, named in reached:
            called |= calls
            operations |= named
        reached = [chunk for chunk in left if chunk[0] & called]
        left = [chunk for chunk in left if not chunk[0] & called]
    return {(service_of(operation), operation) for operation in operations}
