"""Training throughput on Census-Income: shared bottom and MMoE with 8 experts, with and without dropout."""

import sys

from common import configure_torch, note, rate, report

torch = configure_torch()
import torch.nn.functional as F  # noqa: E402

import census_data  # noqa: E402
from networks import Embeddings, FusedEmbeddings, MMoE, Model, SharedBottom, StackedMMoE  # noqa: E402

BATCH, WIDTH = 1024, 8
directory, architecture, dropout = sys.argv[1], sys.argv[2], float(sys.argv[3])

VARIANTS = {
    "shared-bottom": {
        "eager": (Embeddings, SharedBottom, False),
        "eager, fused table": (FusedEmbeddings, SharedBottom, False),
        "torch.compile, fused table": (FusedEmbeddings, SharedBottom, True),
    },
    "mmoe": {
        "eager": (Embeddings, MMoE, False),
        "eager, stacked experts, fused table": (FusedEmbeddings, StackedMMoE, False),
        "torch.compile, fused table": (FusedEmbeddings, MMoE, True),
        "torch.compile, stacked experts, fused table": (FusedEmbeddings, StackedMMoE, True),
    },
}[architecture]

train = census_data.read(f"{directory}/train.csv")
encode = census_data.Encoder(train)
ids, dense = (torch.from_numpy(a) for a in encode(train))
labels = torch.from_numpy(census_data.labels(train))
order = torch.randperm(len(ids))
ids, dense, labels = ids[order], dense[order], labels[order]
batches = len(ids) // BATCH

for name in sys.argv[4:] or VARIANTS:
    embeddings, network, compiled = VARIANTS[name]
    width = WIDTH * len(encode.cardinalities) + dense.shape[1]
    net = Model(embeddings(encode.cardinalities, WIDTH), network(width, [128, 64], 2, 32, dropout=dropout)).train()
    forward = torch.compile(net) if compiled else net
    optimiser = torch.optim.Adam(net.parameters(), fused=True)
    position = 0

    def step():
        global position
        rows = slice(position * BATCH, (position + 1) * BATCH)
        position = (position + 1) % batches
        optimiser.zero_grad(set_to_none=True)
        loss = F.binary_cross_entropy_with_logits(forward(ids[rows], dense[rows]), labels[rows]) * 2
        loss.backward()
        optimiser.step()

    try:
        speed = rate(step, BATCH, 4)
    except Exception as error:  # a variant that this PyTorch cannot run is no peer
        note(f"census {architecture}: {name}: {error}")
        continue
    report(f"train census {architecture} dropout {dropout:g}", name, speed, "rows/s")
