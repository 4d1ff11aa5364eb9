"""Training throughput on the wide workload of docs/benchmarks.md: 20 categorical fields x 16, 16 dense columns,
336-256-128-64 shared bottom, three towers, batch 1,024, Adam."""

import sys

from common import QUICK, configure_torch, note, rate, report

torch = configure_torch()
import torch.nn.functional as F  # noqa: E402

from networks import Embeddings, FusedEmbeddings, Model, SharedBottom  # noqa: E402

CARDINALITIES = [100_000, 50_000, 20_000, 10_000, 10_000, 5_000, 5_000, 2_000, 2_000, 1_000,
                 1_000, 500, 500, 200, 200, 100, 100, 50, 50, 20]  # fmt: skip
BATCH, BATCHES = 1024, 64


def model(embeddings, sparse):
    return Model(embeddings(CARDINALITIES, 16, sparse), SharedBottom(336, [256, 128, 64], 3, 32))


def data():
    rows = BATCH * BATCHES
    ids = torch.stack([torch.randint(0, n, (rows,)) for n in CARDINALITIES], dim=1)
    return ids, torch.randn(rows, 16), (torch.rand(rows, 3) < 0.2).float()


def stepper(net, sparse, compiled):
    ids, dense, labels = data()
    forward = torch.compile(net) if compiled else net
    tables = list(net.embeddings.parameters())
    rest = list(net.network.parameters())
    if sparse:
        optimisers = [torch.optim.SparseAdam(tables), torch.optim.Adam(rest, fused=True)]
    else:
        optimisers = [torch.optim.Adam(tables + rest, fused=True)]
    position = 0

    def step():
        nonlocal position
        rows = slice(position * BATCH, (position + 1) * BATCH)
        position = (position + 1) % BATCHES
        for optimiser in optimisers:
            optimiser.zero_grad(set_to_none=True)
        loss = F.binary_cross_entropy_with_logits(forward(ids[rows], dense[rows]), labels[rows]) * 3
        loss.backward()
        for optimiser in optimisers:
            optimiser.step()

    return step


VARIANTS = {
    "eager": (Embeddings, False, False),
    "torch.compile": (Embeddings, False, True),
    "sparse gradients": (Embeddings, True, False),
    "sparse gradients, fused table": (FusedEmbeddings, True, False),
}

for name in sys.argv[1:] or VARIANTS:
    embeddings, sparse, compiled = VARIANTS[name]
    try:
        speed = rate(stepper(model(embeddings, sparse), sparse, compiled), BATCH, 4)
    except Exception as error:  # a variant that this PyTorch cannot run is no peer
        note(f"wide: {name}: {error}")
        continue
    report("train wide", name, speed, "rows/s")
