#pragma once

#include <stdbool.h>
#include <stddef.h>

typedef enum { zoo_add = 0, zoo_subtract = 1, zoo_multiply = 2, zoo_divide = 3 } zoo_operation;

/// out[i] = a[i * a_step] op b[i * b_step]; a step is 0 (one value for all) or 1.
void zoo_binary(
    zoo_operation operation, float *out, const float *a, ptrdiff_t a_step, const float *b, ptrdiff_t b_step,
    ptrdiff_t count);
/// Adds the gradient of zoo_binary for its first (`right` false) or second argument to target[i * target_step].
void zoo_binary_gradient(
    zoo_operation operation, bool right, float *target, ptrdiff_t target_step, const float *gradient, const float *a,
    ptrdiff_t a_step, const float *b, ptrdiff_t b_step, ptrdiff_t count);

/// out[o, i] = scale * sum over m of in[o, m, i].
void zoo_sum_axis(float *out, const float *in, ptrdiff_t outer, ptrdiff_t middle, ptrdiff_t inner, float scale);
/// target[o, m, i] (+)= scale * gradient[o, i].
void zoo_spread_axis(
    float *target, const float *gradient, ptrdiff_t outer, ptrdiff_t middle, ptrdiff_t inner, float scale,
    bool accumulate);

/// Copies `rows` rows of `width` floats between strides; adds instead where asked.
void zoo_copy_rows(
    float *to, ptrdiff_t to_stride, const float *from, ptrdiff_t from_stride, ptrdiff_t rows, ptrdiff_t width,
    bool accumulate);
