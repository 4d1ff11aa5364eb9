#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// A linear layer on embeddings, through the distinct rows of each embedding.
//
// Where a column of ids takes few values in a batch, its part of x·Wᵀ is computed once a value and summed up by row;
// backwards, the gradients of a value's rows are summed first. The same sums as the product of the whole matrices, in
// another order, at a fraction of the multiplications. The order is fixed, so results do not depend on threads.

/// One embedding's columns of the layer's input.
typedef struct {
    ptrdiff_t first, count;  // its distinct rows among those of all factors
    ptrdiff_t width, column; // its columns of the input
    const float *rows;       // [count, width]: their embeddings
    float *gradient;         // [count, width]: where their gradients are added; NULL if nobody wants them
} zoo_factor;

/// Numbers the distinct ids of a column in the order of their first row; ids outside 0..<limit count as 0.
/// `place[r]` = first + number; `distinct` gets the ids. `seen` has `limit` entries, all -1 before and
/// after. Returns how many there are.
ptrdiff_t zoo_number_ids(
    int32_t *place, int32_t first, int32_t *distinct, int32_t *seen, const int32_t *ids, ptrdiff_t id_stride,
    ptrdiff_t rows, int32_t limit);

/// Floats of scratch that the two functions below need.
ptrdiff_t zoo_factored_scratch(const zoo_factor *factors, ptrdiff_t count);

/// out[rows, outputs] (+)= the factors' part of x·Wᵀ. `place` is [rows, count]; `weight` is [outputs, weight_row].
void zoo_factored(
    float *out, ptrdiff_t outputs, ptrdiff_t rows, const float *weight, ptrdiff_t weight_row, const zoo_factor *factors,
    ptrdiff_t count, const int32_t *place, float *scratch, bool accumulate);

/// Gradients of the factors' embeddings (added) and, unless `weight_gradient` is NULL, of the factors' columns of the
/// weight (added if `accumulate`, else overwritten), from the gradient [rows, outputs] of the result.
void zoo_factored_gradient(
    float *weight_gradient, bool accumulate, const float *gradient, ptrdiff_t outputs, ptrdiff_t rows,
    const float *weight, ptrdiff_t weight_row, const zoo_factor *factors, ptrdiff_t count, const int32_t *place,
    float *scratch);
