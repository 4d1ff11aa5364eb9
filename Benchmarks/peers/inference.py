"""Inference on Census-Income with the MMoE encoder and two towers: rows a second at batch 4,096, and the time of one row.
The rows are encoded beforehand, so the peers pay for the network only."""

import sys
import time

from common import QUICK, configure_torch, note, rate, report

torch = configure_torch()
import census_data  # noqa: E402
from networks import Embeddings, FusedEmbeddings, MMoE, Model, StackedMMoE  # noqa: E402

BATCH, WIDTH = 4096, 8
train = census_data.read(f"{sys.argv[1]}/train.csv")[: 32 * BATCH]
encode = census_data.Encoder(train)
ids, dense = (torch.from_numpy(a) for a in encode(train))
width = WIDTH * len(encode.cardinalities) + dense.shape[1]


def model(embeddings, network):
    return Model(embeddings(encode.cardinalities, WIDTH), network(width, [128, 64], 2, 32)).eval()


def traced(net):
    return torch.jit.freeze(torch.jit.trace(net, (ids[:BATCH], dense[:BATCH])))


VARIANTS = {
    "eager": lambda: model(Embeddings, MMoE),
    "eager, stacked experts, fused table": lambda: model(FusedEmbeddings, StackedMMoE),
    "torch.jit, fused table": lambda: traced(model(FusedEmbeddings, MMoE)),
    "torch.compile, fused table": lambda: torch.compile(model(FusedEmbeddings, MMoE), dynamic=False),
    "torch.compile, stacked experts, fused table": lambda: torch.compile(
        model(FusedEmbeddings, StackedMMoE), dynamic=False
    ),
}


def latency(net):
    rows = [(ids[i : i + 1], dense[i : i + 1]) for i in range(256)]
    times = []
    for n in range(20 if QUICK else 2000):
        row = rows[n % len(rows)]
        started = time.perf_counter()
        torch.sigmoid(net(*row))
        times.append(time.perf_counter() - started)
    return sorted(times)[len(times) // 2] * 1e6


for name in sys.argv[2:] or VARIANTS:
    with torch.inference_mode():
        try:
            net = VARIANTS[name]()
            position = 0

            def step():
                global position
                rows = slice(position * BATCH, (position + 1) * BATCH)
                position = (position + 1) % (len(ids) // BATCH)
                torch.sigmoid(net(ids[rows], dense[rows]))

            report("predict, batch 4096", name, rate(step, BATCH, 3), "rows/s")
            for _ in range(50):
                net(ids[:1], dense[:1])
            report("predict, one row", name, latency(net), "us")
        except Exception as error:  # a variant that this PyTorch cannot run is no peer
            note(f"inference: {name}: {error}")
