"""The frozen fine-tune as it is usually written: the encoder in eval mode under no_grad, run for every batch of every
epoch, a new head on top. Ten epochs on Census-Income's train rows; the new task is `associates degree or above`."""

import sys
import time

from common import configure_torch, report

torch = configure_torch()
import torch.nn.functional as F  # noqa: E402
from torch.utils.data import DataLoader, TensorDataset  # noqa: E402

import census_data  # noqa: E402
from networks import Embeddings, FusedEmbeddings, MMoE, Model, StackedMMoE, mlp  # noqa: E402

BATCH, WIDTH, EPOCHS = 1024, 8, 10
train = census_data.read(f"{sys.argv[1]}/train.csv")
encode = census_data.Encoder(train, drop=["education"])
ids, dense = (torch.from_numpy(a) for a in encode(train))
labels = torch.from_numpy(census_data.degree(train))
width = WIDTH * len(encode.cardinalities) + dense.shape[1]


def batches(loader):
    """A DataLoader as in every tutorial, or a shuffled index over the tensors, which is faster."""
    if loader:
        yield from DataLoader(TensorDataset(ids, dense, labels), batch_size=BATCH, shuffle=True)
    else:
        for rows in torch.randperm(len(ids)).split(BATCH):
            yield ids[rows], dense[rows], labels[rows]


def run(embeddings, network, loader):
    base = Model(embeddings(encode.cardinalities, WIDTH), network(width, [128, 64], 2, 32)).eval()
    for parameter in base.parameters():
        parameter.requires_grad_(False)
    head = torch.nn.Sequential(mlp([64, 32]), torch.nn.Linear(32, 1))
    optimiser = torch.optim.Adam(head.parameters(), fused=True)
    started = time.perf_counter()
    for _ in range(EPOCHS):
        for i, d, y in batches(loader):
            with torch.no_grad():
                h = base.network.representations(base.inputs(i, d))[0]
            optimiser.zero_grad(set_to_none=True)
            F.binary_cross_entropy_with_logits(head(h).squeeze(1), y).backward()
            optimiser.step()
    return time.perf_counter() - started


VARIANTS = {
    "as usually written": (Embeddings, MMoE, True),
    "tensor index instead of DataLoader": (Embeddings, MMoE, False),
    "tensor index, fused table, stacked experts": (FusedEmbeddings, StackedMMoE, False),
}
for name in sys.argv[2:] or VARIANTS:
    report("frozen fine-tune, 10 epochs", name, run(*VARIANTS[name]), "s")
