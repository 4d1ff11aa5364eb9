"""Model directories of random weights, for the programs beside this file."""

import json
import os
import struct


def write_weights(path, floats):
    """A safetensors file with one tensor of random bytes."""
    header = json.dumps({"w": {"dtype": "F32", "shape": [floats], "data_offsets": [0, floats * 4]}}).encode()
    header += b" " * (-(8 + len(header)) % 64)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(header)) + header)
        left = floats * 4
        while left:
            count = min(left, 1 << 24)
            file.write(os.urandom(count))
            left -= count


def make_model(directory, floats):
    """A model directory with an encoder and heads h1, h2, … of so many weights each."""
    modules = []
    for index, count in enumerate(floats):
        path = "encoder" if index == 0 else f"heads/h{index}"
        (directory / path).mkdir(parents=True)
        (directory / path / ("model.json" if index == 0 else "head.json")).write_text("{}")
        write_weights(directory / path / "weights.safetensors", count)
        kind = "encoder" if index == 0 else "head"
        modules.append({"path": path, "kind": kind, "tensors": 1, "parameters": count})
    document = {
        "schemaVersion": 1,
        "kind": "encoder",
        "name": directory.name,
        "encoder": {"type": "shared-bottom", "parameters": floats[0], "outputWidth": 1},
        "features": [],
        "tasks": [{"name": f"h{index}", "kind": "binary", "metrics": {}} for index in range(1, len(floats))],
        "modules": modules,
        "training": {"mode": "pretrain", "recipe": {}, "seed": 1, "epochs": 1, "data": [], "metrics": {}},
        "tool": {"version": "0", "instructionSet": "none"},
    }
    (directory / "zoo.json").write_text(json.dumps(document))
