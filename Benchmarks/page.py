#!/usr/bin/env python3
"""How fast `zoo serve` answers over many models: makes a store, serves it, prints times.

    Benchmarks/page.py [--models 10000] [--tags 100000] [--zoo .build/release/zoo]

The store's models are small variants of the first one of zoo/layout, each with a name, tasks and a card of its own;
every tenth is followed by heads that are built on it, and each tag has a line in the log. Times are of whole requests on
fresh connections: first while the search index is being made, then 200 of each kind, then 50 lists that each follow a
change of a tag.
"""

import argparse
import hashlib
import json
import pathlib
import shutil
import statistics
import subprocess
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
    moment = "2026-01-01T00:00:00.000Z"
    with open(layout.path / "tags.log", "wb") as log:
        for entry in entries:
            name = entry["annotations"]["org.opencontainers.image.ref.name"]
            move = {"digest": entry["digest"], "generation": 1, "name": name, "time": moment}
            log.write(canonical(move) + b"\n")
    (layout.path / "index.json").write_bytes(canonical(index))
    return len(entries)


def fetch(url):
    start = time.perf_counter()
    with urllib.request.urlopen(url) as answer:
        body = answer.read()
    return body, (time.perf_counter() - start) * 1000


def report(what, times):
    times = sorted(times)
    p99 = times[min(len(times) - 1, int(len(times) * 0.99))]
    print(f"{what:34} {len(times):5} requests   p50 {statistics.median(times):7.1f} ms   p99 {p99:7.1f} ms")


def measure(url, arguments, store):
    start, times = time.perf_counter(), []
    while True:
        body, took = fetch(url + "/search?n=1")
        times.append(took)
        found = json.loads(body)
        if found["complete"]:
            break
    print(f"{found['total']} models in the index after {time.perf_counter() - start:.1f} s")
    report("while it was being made", times)
    name = found["models"][0]["name"]
    base = json.loads(fetch(url + "/search?kind=encoder&n=1")[0])["models"][0]["name"]
    paths = ["/", "/?page=300", "/?q=shop", "/?q=shop+click", "/?q=s", "/?q=zzz", "/?task=buy", "/?q=film&task=buy"]
    for path in paths + [f"/models/{name}", f"/models/{base}", "/search?q=music&n=30"]:
        fetch(url + path)
        report(path, [fetch(url + path)[1] for _ in range(200)])
    times = []
    for number in range(50):
        tag = [arguments.zoo, "tag", f"{name}:1.0", f"{name}:new-{number}", "-q", "--home", str(store)]
        subprocess.run(tag, check=True, stdout=subprocess.DEVNULL)
        times.append(fetch(url + "/")[1])
    report("/ after a tag was set", times)


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
            print(f"{count} tags of {arguments.models} models")
            measure(f"http://{server.host}", arguments, layout.path)
            print(f"memory at most {server.peak_memory >> 20} MiB")
        finally:
            server.stop()


if __name__ == "__main__":
    main()
