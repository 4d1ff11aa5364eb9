#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    zoo_identity = 0,
    zoo_relu = 1,
    zoo_gelu = 2,
    zoo_sigmoid = 3,
    zoo_tanh = 4,
} zoo_activation;

/// Drops element i (counted from the start of the tensor) where hash(i, keys) < threshold; scales the rest.
/// A threshold of 0 drops nothing.
typedef struct {
    uint32_t key0, key1, threshold;
    float scale;
} zoo_dropout;

/// out = dropout(activation(out + bias)) in place; `before` (or NULL) receives out + bias.
void zoo_bias_activate(
    zoo_activation activation, float *out, float *before, const float *bias, ptrdiff_t rows, ptrdiff_t width,
    const zoo_dropout *dropout);
/// Turns the gradient of zoo_bias_activate's result into that of its argument, in place, and adds its column sums
/// to `bias_gradient` (or NULL). `saved` is `before` for gelu and the result for all others.
void zoo_bias_activate_gradient(
    zoo_activation activation, float *gradient, const float *saved, float *bias_gradient, ptrdiff_t rows,
    ptrdiff_t width, const zoo_dropout *dropout);

void zoo_activate(zoo_activation activation, float *out, const float *in, ptrdiff_t count);
/// target (+)= gradient * slope; `saved` is the input for gelu and the result for all others.
void zoo_activate_gradient(
    zoo_activation activation, float *target, const float *gradient, const float *saved, ptrdiff_t count,
    bool accumulate);

/// out = dropout(in); the gradient's pass is the same function on the gradient.
void zoo_drop(float *out, const float *in, ptrdiff_t count, const zoo_dropout *dropout, bool accumulate);

/// target (+)= source * scale
void zoo_scale(float *target, const float *source, ptrdiff_t count, float scale, bool accumulate);
