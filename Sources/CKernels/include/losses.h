#pragma once

#include <stddef.h>
#include <stdint.h>

// Each loss returns scale * sum over rows of weight * loss, and (where `gradient` is not NULL) writes the gradient
// of that value. A missing label (NaN, or a class below 0) contributes nothing. `weights` may be NULL: all one.

/// Binary cross-entropy with logits: max(x, 0) - x y + log(1 + e^-|x|); y in [0, 1].
double zoo_binary_cross_entropy(
    float *gradient, const float *logits, const float *labels, const float *weights, ptrdiff_t rows, float scale);
/// (x - y)^2
double zoo_squared_error(
    float *gradient, const float *values, const float *labels, const float *weights, ptrdiff_t rows, float scale);
/// Half the square within `delta`, delta * (|x - y| - delta / 2) outside.
double zoo_huber(
    float *gradient, const float *values, const float *labels, const float *weights, ptrdiff_t rows, float delta,
    float scale);
/// -log softmax(x)[class]
double zoo_softmax_cross_entropy(
    float *gradient, const float *logits, const int32_t *classes, const float *weights, ptrdiff_t rows,
    ptrdiff_t class_count, float scale);
