#!/usr/bin/env python3
"""Writes the golden tensors that the engine's tests compare with, computed by PyTorch.

usage: python scripts/golden/make_golden.py        (needs torch; writes Tests/*/Golden/*.json)

Each case holds its inputs (in0, in1, …), the gradient that arrives (upstream), PyTorch's result (out) and the
gradient of each input (grad0, grad1, …).
"""
import json
from pathlib import Path

import torch
import torch.nn.functional as F

torch.manual_seed(20240607)
root = Path(__file__).resolve().parents[2]


def pack(tensor):
    values = tensor.detach().reshape(-1).tolist()
    return {"shape": list(tensor.shape), "values": [None if v != v else float(f"{v:.9g}") for v in values]}


def case(function, *inputs, extra=None):
    leaves = [t.clone().requires_grad_(True) for t in inputs]
    out = function(*leaves)
    upstream = torch.randn_like(out)
    out.backward(upstream)
    result = {f"in{i}": pack(t) for i, t in enumerate(inputs)}
    result |= {f"grad{i}": pack(t.grad) for i, t in enumerate(leaves)}
    result |= {"out": pack(out), "upstream": pack(upstream)}
    return result | {name: pack(t) for name, t in (extra or {}).items()}


def weighted(loss, weights, present):
    return (torch.where(present, loss, torch.zeros_like(loss)) * weights).sum() * 0.25


def operations():
    r = torch.randn
    x, w, b = r(3, 21), r(7, 21), r(7)
    yield "linear", case(lambda x, w, b: F.linear(x, w, b), x, w, b)
    for name, f in [("relu", F.relu), ("gelu", F.gelu), ("sigmoid", torch.sigmoid), ("tanh", torch.tanh)]:
        yield f"linear_{name}", case(lambda x, w, b, f=f: f(F.linear(x, w, b)), x, w, b)
        yield name, case(f, r(3, 21) * 3)
    yield "matmul", case(torch.matmul, r(7, 18), r(18, 5))
    yield "matmul_tn", case(lambda a, b: a.T @ b, r(18, 7), r(18, 5))
    yield "matmul_nt", case(lambda a, b: a @ b.T, r(7, 18), r(5, 18))
    yield "matmul_tt", case(lambda a, b: a.T @ b.T, r(18, 7), r(5, 18))
    yield "matmul_batched", case(torch.matmul, r(3, 4, 6), r(3, 6, 17))
    yield "matmul_batched_nt", case(lambda a, b: a @ b.transpose(1, 2), r(3, 4, 6), r(3, 17, 6))
    yield "matmul_shared", case(torch.matmul, r(3, 4, 6), r(6, 5))
    for name, f in [("add", torch.add), ("subtract", torch.sub), ("multiply", torch.mul), ("divide", torch.div)]:
        yield f"{name}_row", case(f, r(4, 1, 19), r(3, 19).abs() + 0.5)
        yield f"{name}_column", case(f, r(6, 19), r(6, 1).abs() + 0.5)
    yield "softmax", case(lambda x: F.softmax(x, -1), r(4, 19) * 2)
    yield "log_softmax", case(lambda x: F.log_softmax(x, -1), r(4, 19) * 2)
    yield "layer_norm", case(lambda x, s, b: F.layer_norm(x, (19,), s, b), r(5, 19), r(19), r(19))
    mean, variance = torch.zeros(19), torch.ones(19)
    batch_norm = case(lambda x, s, b: F.batch_norm(x, mean, variance, s, b, True, 0.1), r(9, 19), r(19), r(19))
    yield "batch_norm", batch_norm | {"running_mean": pack(mean), "running_variance": pack(variance)}
    yield "concat", case(lambda a, b, c: torch.cat([a, b, c], 1), r(4, 3), r(4, 17), r(4, 1))
    yield "slice", case(lambda x: x[:, 2:19], r(4, 23))
    index = torch.tensor([3, 0, 3, 5, 1])
    yield "gather", case(lambda x: x[index], r(6, 9), extra={"index": index})
    yield "sum_axis", case(lambda x: x.sum(1), r(3, 5, 7))
    yield "mean_last", case(lambda x: x.mean(-1), r(3, 5, 21))
    yield "mean_all", case(lambda x: x.mean(), r(3, 5, 7))
    yield "grouped_linear", case(
        lambda x, w, b: F.relu(torch.einsum("rgi,goi->rgo", x.view(6, 3, 11), w) + b).reshape(6, 15),
        r(6, 33), r(3, 5, 11), r(3, 5))
    yield "mixed", case(
        lambda x, g: (F.softmax(g, -1).unsqueeze(-1) * x.view(6, 4, 19)).sum(1), r(6, 76), r(6, 4))
    rows = torch.tensor([4, 2, 4, 0])
    offsets, ids = torch.tensor([0, 3, 3, 5, 6]), torch.tensor([1, 1, 2, 0, 4, 3])
    yield "embedding", case(lambda t: F.embedding(rows, t), r(5, 6), extra={"ids": rows})
    for mode in ["sum", "mean"]:
        yield f"bag_{mode}", case(
            lambda t, mode=mode: F.embedding_bag(ids, t, offsets, mode=mode, include_last_offset=True), r(5, 6),
            extra={"ids": ids, "offsets": offsets})
    yield from losses()


def losses():
    n = 21
    weights = torch.rand(n) + 0.1
    present = torch.rand(n) > 0.3
    nan = torch.full((n,), float("nan"))
    binary = (torch.rand(n) > 0.5).float()
    target = torch.randn(n)
    extra = {"labels": torch.where(present, binary, nan), "weights": weights}
    bce = lambda x: weighted(F.binary_cross_entropy_with_logits(x, binary, reduction="none"), weights, present)
    yield "binary_cross_entropy", case(bce, torch.randn(n) * 4, extra=extra)
    extra = {"labels": torch.where(present, target, nan), "weights": weights}
    yield "squared_error", case(
        lambda x: weighted(F.mse_loss(x, target, reduction="none"), weights, present), torch.randn(n), extra=extra)
    yield "huber", case(
        lambda x: weighted(F.huber_loss(x, target, reduction="none", delta=0.7), weights, present),
        torch.randn(n) * 2, extra=extra)
    classes = torch.randint(0, 19, (n,))
    extra = {"labels": torch.where(present, classes, torch.full((n,), -1)), "weights": weights}
    yield "softmax_cross_entropy", case(
        lambda x: weighted(F.cross_entropy(x, classes, reduction="none"), weights, present), torch.randn(n, 19) * 2,
        extra=extra)


def optimisers():
    """Five steps on a weight and on an embedding, from gradients that are fixed numbers."""
    steps = 5
    dense, table = torch.randn(37), torch.randn(6, 5)
    gradients = [torch.randn(37) for _ in range(steps)]
    ids = [torch.randint(0, 6, (4,)) for _ in range(steps)]
    row_gradients = [torch.randn(4, 5) for _ in range(steps)]
    common = {"dense": pack(dense), "table": pack(table)}
    for i in range(steps):
        common |= {f"gradient{i}": pack(gradients[i]), f"ids{i}": pack(ids[i]), f"rows{i}": pack(row_gradients[i])}
    yield "inputs", common
    makers = {
        "sgd": lambda p: torch.optim.SGD(p, lr=0.1),
        "sgd_momentum": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.01),
        "adam": lambda p: torch.optim.Adam(p, lr=0.1, weight_decay=0.01),
        "adamw": lambda p: torch.optim.AdamW(p, lr=0.1, weight_decay=0.1),
        "adagrad": lambda p: torch.optim.Adagrad(p, lr=0.1, weight_decay=0.01),
    }
    for name, make in makers.items():
        weight = dense.clone().requires_grad_(True)
        optimiser = make([weight])
        for gradient in gradients:
            weight.grad = gradient.clone()
            optimiser.step()
        yield name, {"out": pack(weight)}
    clipped = dense.clone().requires_grad_(True)
    optimiser = torch.optim.SGD([clipped], lr=0.1)
    for gradient in gradients:
        clipped.grad = gradient.clone()
        torch.nn.utils.clip_grad_norm_([clipped], 1.5)
        optimiser.step()
    yield "clipped_sgd", {"out": pack(clipped)}
    for name, make in {
        "sparse_adam": lambda p: torch.optim.SparseAdam(p, lr=0.1),
        "sparse_adagrad": lambda p: torch.optim.Adagrad(p, lr=0.1),
        "sparse_sgd": lambda p: torch.optim.SGD(p, lr=0.1),
    }.items():
        embedding = torch.nn.Embedding.from_pretrained(table.clone(), freeze=False, sparse=True)
        optimiser = make(list(embedding.parameters()))
        for i in range(steps):
            optimiser.zero_grad()
            embedding(ids[i]).backward(row_gradients[i])
            optimiser.step()
        yield name, {"out": pack(embedding.weight)}


def write(path, cases):
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in cases]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    print(path.relative_to(root), path.stat().st_size)


write(root / "Tests/ZooTensorTests/Golden/operations.json", operations())
write(root / "Tests/ZooTrainingTests/Golden/optimisers.json", optimisers())
