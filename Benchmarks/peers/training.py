"""Training loops of the quality and transfer peers, in plain PyTorch."""

import copy

import numpy as np
import torch
import torch.nn.functional as F

from networks import FusedEmbeddings, Model

TOWER = 32


class Rows:
    """A table as tensors, with its tasks' labels [rows, tasks]; a regression's by the train rows' mean and deviation."""

    def __init__(self, dataset, encode, frame, tasks, scales=None):
        self.inputs = [torch.from_numpy(a) for a in (*encode(frame), *encode.bags(frame))]
        labels = [task.labels(frame) for task in tasks]
        self.scales = scales or [
            (np.nanmean(y), np.nanstd(y)) if task.kind == "regression" else (0.0, 1.0) for task, y in zip(tasks, labels)
        ]
        labels = [(y - mean) / deviation for y, (mean, deviation) in zip(labels, self.scales)]
        self.labels = torch.from_numpy(np.stack(labels, axis=1).astype(np.float32))

    def __len__(self):
        return len(self.labels)

    def batch(self, rows):
        return [tensor[rows] for tensor in self.inputs]


def network(dataset, encode, kind):
    """Embeddings of every field beside the dense columns, and `kind` (SharedBottom, StackedMMoE) on top."""
    width = dataset.width * (len(encode.cardinalities) + len(encode.bag_cardinalities)) + len(encode.numeric)
    return Model(
        FusedEmbeddings(encode.cardinalities, dataset.width),
        kind(width, dataset.hidden, len(dataset.tasks), TOWER, dropout=dataset.dropout),
        bags=[(rows, dataset.width) for rows in encode.bag_cardinalities],
    )


def loss(tasks, logits, labels):
    """The sum over tasks of the mean loss of the rows that have a label."""
    total = 0
    for k, task in enumerate(tasks):
        there = ~torch.isnan(labels[:, k])
        if there.any():
            function = F.mse_loss if task.kind == "regression" else F.binary_cross_entropy_with_logits
            total = total + function(logits[there, k], labels[there, k])
    return total


@torch.inference_mode()
def scores(forward, rows, chosen=None):
    chosen = torch.arange(len(rows)) if chosen is None else chosen
    return torch.cat([forward(*rows.batch(part)) for part in chosen.split(8192)])


def split(count, share, seed):
    """Row numbers to train on and to hold out."""
    order = torch.randperm(count, generator=torch.Generator().manual_seed(seed))
    held = int(count * share)
    return order[held:], order[:held]


def fit(module, forward, groups, tasks, rows, chosen, batch, epochs, validate=None, patience=None, weight_decay=0.0):
    """Adam over `groups`; where `validate` gives a score after an epoch, the best epoch's weights stay."""
    optimiser = torch.optim.AdamW(groups, weight_decay=weight_decay, fused=True)
    best, best_epoch, state = -float("inf"), 0, None
    for epoch in range(epochs):
        module.train()
        for part in chosen[torch.randperm(len(chosen))].split(batch):
            optimiser.zero_grad(set_to_none=True)
            loss(tasks, forward(*rows.batch(part)), rows.labels[part]).backward()
            optimiser.step()
        module.eval()
        if validate:
            score = validate()
            if score > best:
                best, best_epoch, state = score, epoch, copy.deepcopy(module.state_dict())
            elif patience and epoch - best_epoch >= patience:
                break
    if state:
        module.load_state_dict(state)
    module.eval()
