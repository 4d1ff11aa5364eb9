"""Transfer by the peers: an encoder pretrained on a data set's tasks, then a new task with few labels.

    transfer.py DATASET PRETRAIN TEST FEW LABELS SEEDS...

FEW names the few labelled rows, with {labels} and {seed} in it; LABELS lists what stands for {labels}, with commas.
PRETRAIN and TEST may hold {seed}, too. Modes as in `zoo finetune`: full trains the encoder slower than the head, frozen
trains the head alone, scratch starts from first values.
"""

import copy
import sys

from common import QUICK, configure_torch, note, report

torch = configure_torch()
import numpy as np  # noqa: E402
from scipy.sparse import csr_matrix, hstack  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402
from sklearn.metrics import log_loss, roc_auc_score  # noqa: E402

import datasets  # noqa: E402
from networks import SharedBottom, mlp  # noqa: E402
from training import Rows, fit, network, scores, split  # noqa: E402

name, pretrain_file, test_file, few_file, sizes, *seeds = sys.argv[1:]
data = datasets.named(name)
if name.startswith("movielens"):
    data.tasks = data.tasks[:1]
is_census = name.startswith("census")
# Found well on Census-Income; the other data sets hold a fifth of the few rows out and stop early.
CENSUS_EPOCHS = {"0.25": 30, "1": 15, "5": 6}
PRETRAIN_EPOCHS = 1 if QUICK else 4 if is_census else 8


def pretrain(train, seed):
    torch.manual_seed(seed)
    net = network(data, encode, SharedBottom)
    chosen, held = (torch.arange(len(train)), None) if is_census else split(len(train), 0.1, seed)

    def validate():
        found, labels = scores(net, train, held), train.labels[held]
        return -sum(task_loss(task, found[:, k], labels[:, k]) for k, task in enumerate(data.tasks))

    groups = [{"params": net.parameters(), "lr": 1e-3}]
    fit(net, net, groups, data.tasks, train, chosen, data.batch, PRETRAIN_EPOCHS, None if is_census else validate,
        weight_decay=data.weight_decay)  # fmt: skip
    return net


def task_loss(task, found, labels):
    from training import loss

    return float(loss([task], found.unsqueeze(1), labels.unsqueeze(1)))


def finetune(base, few, size, seed, rates):
    """`rates` are the learning rates of the encoder and of the head; an encoder's rate of 0 freezes it."""
    torch.manual_seed(seed)
    net = copy.deepcopy(base)
    head = torch.nn.Sequential(mlp([data.hidden[-1], 32]), torch.nn.Linear(32, 1))
    both = torch.nn.ModuleList([net, head])
    encoder = [*net.embeddings.parameters(), *net.bags.parameters(), *net.network.trunk.parameters()]
    groups = [{"params": head.parameters(), "lr": rates[1]}]
    if rates[0]:
        groups.append({"params": encoder, "lr": rates[0]})

    def forward(*inputs):
        with torch.set_grad_enabled(rates[0] > 0 and both.training):
            net.train(rates[0] > 0 and both.training)
            h = net.network.trunk(net.inputs(*inputs))
        return head(h)

    chosen, held = (torch.arange(len(few)), None) if is_census else split(len(few), 0.2, seed)
    epochs = 1 if QUICK else CENSUS_EPOCHS[size] if is_census else 40
    validate = None if is_census else lambda: -task_loss(data.new_task, scores(forward, few, held)[:, 0], few.labels[held, 0])
    fit(both, forward, groups, [data.new_task], few, chosen, 64, epochs, validate, patience=8)
    return scores(forward, test)[:, 0].numpy()


def logistic_regression(few):
    def one_hot(ids, total):
        rows = np.repeat(np.arange(len(ids)), ids.shape[1])
        return csr_matrix((np.ones(rows.size), (rows, ids.ravel())), shape=(len(ids), total))

    def design(rows):
        ids, dense, *bags = (tensor.numpy() for tensor in rows.inputs)
        offsets = np.cumsum([0, *encode.cardinalities[:-1]])
        parts = [one_hot(ids + offsets, sum(encode.cardinalities)), csr_matrix(dense)]
        parts += [one_hot(bag, n)[:, 1:] for bag, n in zip(bags, encode.bag_cardinalities)]
        return hstack(parts).tocsr()

    model = LogisticRegression(C=0.1, max_iter=500)
    model.fit(design(few), few.labels[:, 0].numpy())
    return model.decision_function(design(test))


for seed in seeds:
    frame = data.read(pretrain_file.format(seed=seed))
    encode = data.encoder(frame)
    test = Rows(data, encode, data.read(test_file.format(seed=seed)), [data.new_task])
    truth = test.labels[:, 0].numpy()
    base = pretrain(Rows(data, encode, frame, data.tasks), int(seed))
    torch.manual_seed(1000 + int(seed))
    blank = network(data, encode, SharedBottom)
    for size in sizes.split(","):
        few = Rows(data, encode, data.read(few_file.format(labels=size, seed=seed)), [data.new_task])
        found = {
            "frozen": finetune(base, few, size, int(seed), (0, 3e-3)),
            "full": finetune(base, few, size, int(seed), (3e-4, 1e-3)),
            "scratch": finetune(blank, few, size, int(seed), (1e-3, 1e-3)),
            "logistic regression": logistic_regression(few),
        }
        for mode, logits in found.items():
            probability = 1 / (1 + np.exp(-logits.astype(np.float64)))
            auc, cost = roc_auc_score(truth, probability), log_loss(truth, probability)
            note(f"{name}, seed {seed}, {size} labels, {mode}: AUC {auc:.4f}, log loss {cost:.4f}")
            report(f"{name}, {size}", f"reference {mode}", float(auc), "AUC")
            report(f"{name}, {size}", f"reference {mode}", float(cost), "log loss")
