#pragma once

#include <stdbool.h>
#include <stddef.h>

/// Each row's softmax, or its logarithm.
void zoo_softmax(float *out, const float *in, ptrdiff_t rows, ptrdiff_t width, bool logarithm);
/// target (+)= the gradient, from the results of zoo_softmax.
void zoo_softmax_gradient(
    float *target, const float *gradient, const float *out, ptrdiff_t rows, ptrdiff_t width, bool logarithm,
    bool accumulate);

/// out = (in - mean) / sqrt(variance + epsilon) * scale + shift over each row; keeps each row's mean and 1 / sqrt.
void zoo_layer_norm(
    float *out, float *mean, float *inverse, const float *in, const float *scale, const float *shift, ptrdiff_t rows,
    ptrdiff_t width, float epsilon);
/// Adds to scale_gradient and shift_gradient (or NULL); target (or NULL) (+)= the gradient of the input.
void zoo_layer_norm_gradient(
    float *target, float *scale_gradient, float *shift_gradient, const float *gradient, const float *in,
    const float *mean, const float *inverse, const float *scale, ptrdiff_t rows, ptrdiff_t width, bool accumulate);

/// Each column's mean and biased variance.
void zoo_column_statistics(float *mean, float *variance, const float *in, ptrdiff_t rows, ptrdiff_t width);
/// out = (in - mean) * inverse * scale + shift, column by column.
void zoo_batch_norm(
    float *out, const float *in, const float *mean, const float *inverse, const float *scale, const float *shift,
    ptrdiff_t rows, ptrdiff_t width);
/// As zoo_layer_norm_gradient, over columns. `sums` is scratch of 2 * width. With `fixed` the mean and the variance
/// are constants (running statistics).
void zoo_batch_norm_gradient(
    float *target, float *scale_gradient, float *shift_gradient, float *sums, const float *gradient, const float *in,
    const float *mean, const float *inverse, const float *scale, ptrdiff_t rows, ptrdiff_t width, bool fixed,
    bool accumulate);
/// out[i] = 1 / sqrt(variance[i] + epsilon)
void zoo_inverse_root(float *out, const float *variance, ptrdiff_t count, float epsilon);

/// out[r] = sum over e of softmax(gates[r])[e] * experts[r, e]; keeps the softmax in `shares`.
void zoo_mix(
    float *out, float *shares, const float *experts, const float *gates, ptrdiff_t rows, ptrdiff_t expert_count,
    ptrdiff_t width);
/// Either target may be NULL; each is overwritten or added to.
void zoo_mix_gradient(
    float *experts_target, bool experts_accumulate, float *gates_target, bool gates_accumulate, const float *gradient,
    const float *shares, const float *experts, ptrdiff_t rows, ptrdiff_t expert_count, ptrdiff_t width);
