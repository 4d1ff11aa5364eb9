#!/usr/bin/env python3
"""How fast `zoo serve` answers over many models: makes a store, serves it, prints times.

    Benchmarks/page.py [--models 10000] [--tags 100000] [--zoo .build/release/zoo]

The store's models are small variants of the first one of zoo/layout, each with a name, tasks and a card of its own;
every tenth is followed by heads that are built on it. Times are of whole requests on fresh connections, medians of 21.
"""

import argparse
import hashlib
import json
import pathlib
import shutil
import statistics
import tempfile
import time
import urllib.request

from registries import zoo_serve

ROOT = pathlib.Path(__file__).resolve().parent.parent
TASKS = ["click", "cart", "buy", "return", "rating", "churn", "dwell", "share"]
WORDS = ["shop", "news", "music", "film", "travel", "food", "game", "book", "sport", "home"]


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


class Layout:
    """An OCI image layout that is being filled."""

    def __init__(self, path, source):
        self.blobs = path / "blobs" / "sha256"
        shutil.copytree(source, path)
        self.path = path

    def read(self, digest):
        return (self.blobs / digest.split(":")[1]).read_bytes()

    def put(self, data):
        name = hashlib.sha256(data).hexdigest()
        (self.blobs / name).write_bytes(data)
        return {"digest": f"sha256:{name}", "size": len(data)}


def fill(layout, models, tags):
    """Writes the models and the index."""
    index = json.loads((layout.path / "index.json").read_text())
    entry = next(e for e in index["manifests"] if e["annotations"].get("dev.zoo.kind") == "encoder")
    template = json.loads(layout.read(entry["digest"]))
    document = json.loads(layout.read(template["layers"][-2]["digest"]))
    config = json.loads(layout.read(template["config"]["digest"]))
    entries, base = [], None
    for number in range(models):
        name = f"{WORDS[number % 10]}-{WORDS[number // 10 % 10]}-{number}"
        document["name"] = name
        # The heads of the template keep their names in the modules; tasks are what the page filters by.
        for place, task in enumerate(document["tasks"]):
            task["name"] = TASKS[(number + place) % len(TASKS)]
        document.pop("base", None)
        document["kind"] = "encoder"
        if number % 10 and base:
            document["kind"], document["base"] = "head", {"reference": base[0], "digest": base[1]}
        card = f"# {name}\n\nPredicts {document['tasks'][0]['name']} number {number}.\n".encode()
        layers = template["layers"][:-2] + [
            template["layers"][-2] | layout.put(canonical(document)),
            template["layers"][-1] | layout.put(card),
        ]
        config["modelfs"]["diffIds"][-2:] = [layer["digest"] for layer in layers[-2:]]
        manifest = template | {"layers": layers, "config": template["config"] | layout.put(canonical(config))}
        if "base" in document:
            manifest["annotations"] = {"org.opencontainers.image.base.digest": base[1]}
        found = layout.put(canonical(manifest))
        if number % 10 == 0:
            base = (f"{name}:1.0", found["digest"])
        for version in range(max(1, tags // models)):
            entries.append(
                {key: template[key] for key in ("artifactType", "mediaType")}
                | found
                | {"annotations": {"org.opencontainers.image.ref.name": f"{name}:1.{version}"}}
            )
    index["manifests"] = entries
    (layout.path / "index.json").write_bytes(canonical(index))
    return len(entries)


def fetch(url):
    start = time.perf_counter()
    with urllib.request.urlopen(url) as answer:
        body = answer.read()
    return body, (time.perf_counter() - start) * 1000


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=int, default=10_000)
    parser.add_argument("--tags", type=int, default=100_000)
    parser.add_argument("--zoo", default=str(ROOT / ".build" / "release" / "zoo"))
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        layout = Layout(pathlib.Path(scratch) / "store", ROOT / "zoo" / "layout")
        count = fill(layout, arguments.models, arguments.tags)
        (layout.path / ".zoo").mkdir(exist_ok=True)
        server = zoo_serve(arguments.zoo, layout.path)
        try:
            url = f"http://{server.host}"
            body, first = fetch(url + "/search?n=1")
            found = json.loads(body)
            print(f"{found['total']} models, {count} tags; index made and first answer: {first:.0f} ms")
            name = found["models"][0]["name"]
            paths = ["/", "/?q=shop", "/?q=shop+click", "/?task=buy", "/?q=zzz", "/?page=300"]
            for path in paths + [f"/models/{name}", "/search?q=music&n=30"]:
                times = [fetch(url + path)[1] for _ in range(21)]
                print(f"{path:32} median {statistics.median(times):7.1f} ms   slowest {max(times):7.1f} ms")
        finally:
            server.stop()


if __name__ == "__main__":
    main()
