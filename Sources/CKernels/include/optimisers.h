#pragma once

#include "embedding.h"

#include <stddef.h>
#include <stdint.h>

typedef enum {
    zoo_sgd = 0,
    zoo_adam = 1,
    zoo_adagrad = 2,
} zoo_rule;

/// One step's numbers. `clip` scales the gradient; `decay` is added to it as decay * weight (L2), `shrink` is the
/// decoupled decay: weight *= 1 - shrink (AdamW).
typedef struct {
    float rate, clip, decay, shrink;
    float beta1, beta2, epsilon;
    float correction1, correction2;  // 1 - beta1^t, and 1 / sqrt(1 - beta2^t)
} zoo_update;

/// weight, first, second: `count` floats each (`second` unused by sgd and adagrad, `first` by sgd without momentum).
/// The gradient is the sum of `shards` buffers, in their order.
void zoo_update_dense(
    zoo_rule rule, const zoo_update *update, float *weight, float *first, float *second, const float *const *gradients,
    ptrdiff_t shards, ptrdiff_t offset, ptrdiff_t count);
/// The sum of squares of the shards' summed gradients.
double zoo_dense_square(const float *const *gradients, ptrdiff_t shards, ptrdiff_t offset, ptrdiff_t count);

/// The same rules on the touched rows only; the others keep their weights and their state.
void zoo_update_rows(
    zoo_rule rule, const zoo_update *update, float *weight, float *first, float *second, int32_t width,
    const zoo_touched *touched);
