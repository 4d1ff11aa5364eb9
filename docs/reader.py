"""Scores rows with a model that `zoo pull REF --into DIR` unpacked, by numpy and safetensors alone.

    python docs/reader.py DIR rows.csv [MISSING...]   # prints what `zoo predict DIR --data rows.csv` prints

It shows what docs/weights.md says, for CSV with a header, and is not fast. MISSING are the values that the schema lists as
missing.
"""
import csv, datetime, json, math, os, re, sys
import numpy as np
from safetensors.numpy import load_file

MASK = (1 << 64) - 1


def murmur(data, seed=0x5A6F6F21):
    """MurmurHash64A."""
    m = 0xC6A4A7935BD1E995
    h = (seed ^ (len(data) * m)) & MASK
    whole = len(data) // 8 * 8
    for i in range(0, whole, 8):
        k = int.from_bytes(data[i : i + 8], "little") * m & MASK
        h = (h ^ ((k ^ (k >> 47)) * m)) * m & MASK
    if data[whole:]:
        h = (h ^ int.from_bytes(data[whole:], "little")) * m & MASK
    h = (h ^ (h >> 47)) * m & MASK
    return h ^ (h >> 47)


def bucket(data, buckets, seed=0x5A6F6F21):
    return 2 + (murmur(data, seed) * buckets >> 64)


def grams(text, words, characters):
    """The n-grams of a text with the seeds that they are hashed with."""
    parts = [p.lower() for p in re.findall(rb"[A-Za-z0-9\x80-\xff]+", text)]
    split = re.compile("([\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff])")
    parts = [p.encode() for part in parts for p in split.split(part.decode()) if p]
    for start in range(len(parts)):
        for n in words:
            if start + n <= len(parts):
                yield b" ".join(parts[start : start + n]), 0x776F7264
    for part in parts:
        marked = f"^{part.decode()}$"
        for start in range(len(marked)):
            for n in characters:
                if start + n <= len(marked):
                    yield marked[start : start + n].encode(), 0x63686172


def moment(text, form):
    if form in ("unix", "unix_ms"):
        seconds = float(text) / (1000 if form == "unix_ms" else 1)
        return datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=math.floor(seconds))
    if form != "iso8601":
        return datetime.datetime.strptime(text, form)
    time = datetime.datetime.fromisoformat(text)
    return time.astimezone(datetime.timezone.utc).replace(tzinfo=None) if time.tzinfo else time


PARTS = {
    "hour": lambda t: t.hour,
    "weekday": lambda t: t.weekday(),
    "day": lambda t: t.day - 1,
    "month": lambda t: t.month - 1,
    "quarter": lambda t: (t.month - 1) // 3,
    "daypart": lambda t: t.hour // 6 + (4 if t.weekday() >= 5 else 0),
}


class Inputs:
    """What a module's features.json, vocabularies and embeddings make of a row."""

    def __init__(self, directory, tensors):
        self.features = json.load(open(f"{directory}/features.json"))["features"]
        self.tensors = tensors
        stored = load_file(f"{directory}/vocabularies.safetensors")
        self.vocabularies = {}
        for name in (f["name"] for f in self.features if f"{f['name']}.offsets" in stored):
            data, offsets = stored[f"{name}.bytes"].tobytes(), stored[f"{name}.offsets"]
            values = [data[a:b] for a, b in zip(offsets, offsets[1:])]
            self.vocabularies[name] = {value: row + 2 for row, value in enumerate(values)}

    def row(self, feature, value):
        """The embedding row of one value."""
        if "hash_buckets" in feature:
            return bucket(value, feature["hash_buckets"])
        return self.vocabularies[feature["name"]].get(value, 1)

    def embedded(self, name, rows, pool="mean"):
        table = self.tensors[f"embedding.{name}.weight"]
        return table[rows].sum(0) if pool == "sum" else table[rows].mean(0)

    def __call__(self, record, missing):
        slots, bags, dense = [], [], []
        for f in self.features:
            name, text = f["name"], record[f.get("column", f["name"])]
            text = None if text == "" or text in missing else text
            if f["kind"] == "categorical":
                slots.append(self.embedded(name, [0 if text is None else self.row(f, text.encode())]))
            elif f["kind"] == "numeric":
                fitted, value = f["fitted"], None if text is None else float(np.float32(text))
                if "buckets" in f:
                    row = 0 if value is None else 2 + int(np.searchsorted(np.float32(fitted["edges"]), np.float32(value)))
                    slots.append(self.embedded(name, [row]))
                number = 0
                if value is not None:
                    number = math.copysign(math.log1p(abs(value)), value) if f["normalise"] == "log" else value
                    number = min(max((number - fitted["mean"]) / fitted["deviation"], -1000), 1000)
                dense.append([number])
                if f.get("missing_flag"):
                    dense.append([value is None])
            elif f["kind"] == "timestamp":
                time = None if text is None else moment(text, f["format"])
                for part in f["parts"]:
                    slots.append(self.embedded(f"{name}.{part}", [0 if time is None else 2 + PARTS[part](time)]))
            else:
                if f["kind"] == "text":
                    lengths = [range(f[k][0], f[k][1] + 1) if f[k] != "none" else [] for k in ("words", "characters")]
                    found = grams((text or "").encode(), *lengths)
                    rows = [bucket(gram, f["hash_buckets"], seed) for gram, seed in found][: f["max_length"]]
                else:
                    values = [v for v in (text or "").split(f["separator"]) if v and v not in missing]
                    kept = values[-f["max_length"] :] if f["kind"] == "sequence" else values[: f["max_length"]]
                    rows = [self.row(f, v.encode()) for v in kept]
                bags.append(self.embedded(name, rows or [0], f["pool"]))
        return np.concatenate(slots + bags + dense).astype(np.float32)


ACTIVATIONS = {
    "identity": lambda x: x,
    "relu": lambda x: np.maximum(x, 0),
    "tanh": np.tanh,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "gelu": lambda x: x * 0.5 * (1 + np.vectorize(math.erf)(x / math.sqrt(2))),
}


def stack(tensors, prefix, x, config):
    """The layers of a trunk, a tower or all experts; x is [inputs], or [experts, inputs] behind the first layer."""
    for i in range(len(config["layers"])):
        weight, bias = tensors[f"{prefix}{i}.weight"], tensors[f"{prefix}{i}.bias"]
        x = np.einsum("...oi,...i->...o", weight, x) + bias
        norm = lambda name: tensors[f"{prefix}{i}.norm.{name}"].reshape(x.shape)
        if config["normalisation"] == "layer":
            x = (x - x.mean()) / np.sqrt(x.var() + 1e-5) * norm("scale") + norm("shift")
        elif config["normalisation"] == "batch":
            x = (x - norm("mean")) / np.sqrt(norm("variance") + 1e-5) * norm("scale") + norm("shift")
        x = ACTIVATIONS[config["activation"]](x)
    return x


class Model:
    def __init__(self, directory):
        self.document = json.load(open(f"{directory}/zoo.json"))
        self.config = json.load(open(f"{directory}/encoder/model.json"))["encoder"]
        self.tensors = load_file(f"{directory}/encoder/weights.safetensors")
        self.heads = []
        for module in self.document["modules"]:
            path = f"{directory}/{module['path']}"
            if module["kind"] == "delta":
                self.tensors.update(load_file(f"{path}/weights.safetensors"))
            elif module["kind"] == "head":
                tensors = load_file(f"{path}/weights.safetensors")
                own = Inputs(path, tensors) if os.path.exists(f"{path}/features.json") else None
                self.heads.append((os.path.basename(path), json.load(open(f"{path}/head.json")), tensors, own))
        self.inputs = Inputs(f"{directory}/encoder", self.tensors)
        self.kinds = {task["name"]: task["kind"] for task in self.document["tasks"]}

    def scores(self, record, missing=()):
        x = self.inputs(record, missing)
        trunk = stack(self.tensors, "encoder.", x, self.config)
        for name, document, tensors, own in self.heads:
            config, input, read = document["head"], x, trunk
            if config["standardise"]:
                read = (trunk.reshape(-1) - tensors["standard.trunk.mean"]) * tensors["standard.trunk.scale"]
                read = read.reshape(trunk.shape)
                if "standard.input.mean" in tensors:
                    input = (x - tensors["standard.input.mean"]) * tensors["standard.input.scale"]
            if "gate.weight" in tensors:
                weights = np.exp(tensors["gate.weight"] @ input + tensors["gate.bias"])
                read = weights / weights.sum() @ read
            parts = [read] + ([input] if config["input"] else []) + ([own(record, missing)] if own else [])
            y = stack(tensors, "tower.", np.concatenate(parts), config)
            y = tensors["output.weight"] @ y + tensors["output.bias"]
            if self.kinds[name] == "binary":
                y = 1 / (1 + np.exp(-y))
            elif self.kinds[name] == "multiclass":
                y = np.exp(y - y.max()) / np.exp(y - y.max()).sum()
            else:
                target = document.get("target", {"mean": 0, "deviation": 1})
                y = y * target["deviation"] + target["mean"]
            yield [name] if len(y) == 1 else [f"{name}.{c}" for c in document["classes"]], y


if __name__ == "__main__":
    model = Model(sys.argv[1])
    for index, record in enumerate(csv.DictReader(open(sys.argv[2], newline="", encoding="utf-8-sig"))):
        scores = list(model.scores(record, sys.argv[3:]))
        if index == 0:
            print(",".join(name for names, _ in scores for name in names))
        print(",".join(str(value) for _, values in scores for value in values))
