"""The networks of the benchmarks in PyTorch, in the spellings people use and in the fastest ones that we could find."""

import torch
import torch.nn.functional as F
from torch import nn


class Embeddings(nn.Module):
    """One table a field, looked up one by one and concatenated: the usual spelling."""

    def __init__(self, cardinalities, width, sparse=False):
        super().__init__()
        self.tables = nn.ModuleList(nn.Embedding(rows, width, sparse=sparse) for rows in cardinalities)
        for table in self.tables:
            nn.init.normal_(table.weight, std=0.05)

    def forward(self, ids):
        return torch.cat([table(ids[:, i]) for i, table in enumerate(self.tables)], dim=1)


class FusedEmbeddings(nn.Module):
    """All fields in one table with offsets: one lookup a batch."""

    def __init__(self, cardinalities, width, sparse=False):
        super().__init__()
        self.table = nn.Embedding(sum(cardinalities), width, sparse=sparse)
        nn.init.normal_(self.table.weight, std=0.05)
        starts = [0]
        for rows in cardinalities[:-1]:
            starts.append(starts[-1] + rows)
        self.register_buffer("starts", torch.tensor(starts))

    def forward(self, ids):
        return self.table(ids + self.starts).flatten(1)


def mlp(widths, dropout=0.0):
    layers = []
    for before, after in zip(widths, widths[1:]):
        layers += [nn.Linear(before, after), nn.ReLU()]
        if dropout:
            layers.append(nn.Dropout(dropout))
    return nn.Sequential(*layers)


class SharedBottom(nn.Module):
    def __init__(self, width, hidden, tasks, tower, dropout=0.0):
        super().__init__()
        self.trunk = mlp([width, *hidden], dropout)
        self.towers = nn.ModuleList(nn.Sequential(mlp([hidden[-1], tower]), nn.Linear(tower, 1)) for _ in range(tasks))

    def representations(self, x):
        shared = self.trunk(x)
        return [shared] * len(self.towers)

    def forward(self, x):
        return torch.cat([tower(h) for tower, h in zip(self.towers, self.representations(x))], dim=1)


class MMoE(nn.Module):
    """Multi-gate mixture of experts, experts and gates as a list of modules: the usual spelling."""

    def __init__(self, width, hidden, tasks, tower, experts=8, dropout=0.0):
        super().__init__()
        self.experts = nn.ModuleList(mlp([width, *hidden], dropout) for _ in range(experts))
        self.gates = nn.ModuleList(nn.Linear(width, experts) for _ in range(tasks))
        self.towers = nn.ModuleList(nn.Sequential(mlp([hidden[-1], tower]), nn.Linear(tower, 1)) for _ in range(tasks))

    def representations(self, x):
        outputs = torch.stack([expert(x) for expert in self.experts], dim=1)
        return [(F.softmax(gate(x), dim=1).unsqueeze(2) * outputs).sum(dim=1) for gate in self.gates]

    def forward(self, x):
        return torch.cat([tower(h) for tower, h in zip(self.towers, self.representations(x))], dim=1)


class StackedMMoE(nn.Module):
    """The same mixture with the experts' first layers as one wide product, and batched products after it."""

    def __init__(self, width, hidden, tasks, tower, experts=8, dropout=0.0):
        super().__init__()
        self.count, self.dropout = experts, dropout
        self.first = nn.Linear(width, experts * hidden[0])
        self.later = nn.ParameterList()
        self.biases = nn.ParameterList()
        for before, after in zip(hidden, hidden[1:]):
            bound = before**-0.5
            self.later.append(nn.Parameter(torch.empty(experts, before, after).uniform_(-bound, bound)))
            self.biases.append(nn.Parameter(torch.empty(experts, 1, after).uniform_(-bound, bound)))
        self.gates = nn.Linear(width, experts * tasks)
        self.towers = nn.ModuleList(nn.Sequential(mlp([hidden[-1], tower]), nn.Linear(tower, 1)) for _ in range(tasks))

    def representations(self, x):
        h = F.dropout(F.relu(self.first(x)), self.dropout, self.training)
        h = h.view(len(x), self.count, -1).transpose(0, 1)
        for weight, bias in zip(self.later, self.biases):
            h = F.dropout(F.relu(torch.baddbmm(bias, h, weight)), self.dropout, self.training)
        gates = F.softmax(self.gates(x).view(len(x), -1, self.count), dim=2)
        return torch.bmm(gates, h.transpose(0, 1)).unbind(dim=1)

    def forward(self, x):
        return torch.cat([tower(h) for tower, h in zip(self.towers, self.representations(x))], dim=1)


class Model(nn.Module):
    """Embeddings beside the dense columns and the means of bags' embeddings, then a network on top."""

    def __init__(self, embeddings, network, bags=()):
        super().__init__()
        self.embeddings, self.network = embeddings, network
        self.bags = nn.ModuleList(nn.EmbeddingBag(rows, width, mode="mean", padding_idx=0) for rows, width in bags)
        for table in self.bags:
            nn.init.normal_(table.weight, std=0.05)

    def inputs(self, ids, dense, *bags):
        means = [table(bag) for table, bag in zip(self.bags, bags)]
        return torch.cat([self.embeddings(ids), dense, *means], dim=1)

    def forward(self, ids, dense, *bags):
        return self.network(self.inputs(ids, dense, *bags))
