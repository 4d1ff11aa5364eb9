"""How long a command takes from its start to its end: `startup.py zoo PROGRAM STORE` or `startup.py peers STORE`.

STORE is a store of 10,000 tags, made where it is missing: one trained model, 10,000 manifests that differ in an
annotation, each with a tag.
"""

import hashlib
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent / "peers"))
from common import QUICK, note, report  # noqa: E402

TAGS = 10_000
REFERENCE = "org.opencontainers.image.ref.name"
RUNS = 5 if QUICK else 40


def milliseconds(command, environment=None):
    """Median over the runs, output thrown away, after three runs to warm the page cache."""
    times = []
    with open(os.devnull, "wb") as nothing:
        actions = [(os.POSIX_SPAWN_DUP2, nothing.fileno(), 1), (os.POSIX_SPAWN_DUP2, nothing.fileno(), 2)]
        program = shutil.which(command[0])
        for _ in range(RUNS + 3):
            started = time.perf_counter()
            child = os.posix_spawn(program, command, environment or os.environ, file_actions=actions)
            _, status = os.waitpid(child, 0)
            times.append(time.perf_counter() - started)
            if status != 0:
                sys.exit(f"{' '.join(command)} failed")
    return statistics.median(times[3:]) * 1e3


def make_store(zoo, store):
    """Publishes a model and writes an index of 10,000 tags, which zoo then writes again in its own way."""
    with tempfile.TemporaryDirectory() as scratch:
        environment = dict(os.environ, ZOO_HOME=f"{scratch}/home", ZOO_BUNDLED="")

        def run(*arguments):
            subprocess.run([zoo, *arguments], cwd=scratch, env=environment, check=True, stdout=subprocess.DEVNULL)

        recipe = pathlib.Path(__file__).parent.parent / "zoo" / "shop-mmoe" / "recipe.yaml"
        run("data", "simulate", "--out", "shop", "--users", "200", "--items", "100", "--events", "5000")
        run("pretrain", "--schema", "shop/schema.yaml", "--data", "shop/train.csv", "--recipe", str(recipe),
            "--epochs", "1", "--publish", "shop:1.0.0", "-q")
        home = pathlib.Path(scratch) / "home"
        index = json.loads((home / "index.json").read_text())
        # Beside the model there is what is attached to it, which has no tag.
        entry = next(e for e in index["manifests"] if REFERENCE in e.get("annotations", {}))
        blobs = home / "blobs" / "sha256"
        manifest = json.loads((blobs / entry["digest"].removeprefix("sha256:")).read_text())
        for number in range(TAGS - 2):
            manifest.setdefault("annotations", {})["dev.zoo.benchmark"] = str(number)
            text = json.dumps(manifest, sort_keys=True, separators=(",", ":")).encode()
            digest = hashlib.sha256(text).hexdigest()
            (blobs / digest).write_bytes(text)
            annotations = dict(entry["annotations"])
            annotations[REFERENCE] = f"model-{number % 100}:{number}"
            copy = dict(entry, digest=f"sha256:{digest}", size=len(text), annotations=annotations)
            index["manifests"].append(copy)
        (home / "index.json").write_text(json.dumps(index))
        run("tag", "shop:1.0.0", "shop:latest")
        shutil.copytree(home, store)


def main():
    side, store = sys.argv[1], pathlib.Path(sys.argv[-1])
    if side == "zoo":
        zoo = sys.argv[2]
        if not store.exists():
            note(f"making a store of {TAGS} tags in {store}")
            make_store(zoo, store)
        with tempfile.TemporaryDirectory() as empty:
            environment = dict(os.environ, ZOO_HOME=empty)
            report("start: zoo --help", "zoo", milliseconds([zoo, "--help"], environment), "ms")
            report("start: zoo list", "zoo", milliseconds([zoo, "list"], environment), "ms")
        environment = dict(os.environ, ZOO_HOME=str(store))
        report("zoo list of 10,000 tags", "zoo", milliseconds([zoo, "list"], environment), "ms")
        return
    for peer in ("skopeo", "umoci"):
        if shutil.which(peer):
            report("start: zoo --help", f"{peer} --version", milliseconds([peer, "--version"]), "ms")
    if shutil.which("umoci"):
        listing = milliseconds(["umoci", "ls", "--layout", str(store)])
        report("zoo list of 10,000 tags", "umoci ls", listing, "ms")


if __name__ == "__main__":
    main()
