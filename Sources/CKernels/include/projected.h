#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Outputs that lie side by side in a table of projected embeddings.
enum { zoo_projected_block = 64 };

/// out[rows, outputs] (+)= the sum of the table's rows at `place` [rows, places] and of its last `dense_count` rows
/// times `dense` [rows, dense_count]; then `bias` [outputs] is added (none: NULL) and, with `relu`, what is negative is 0.
///
/// `table` is [⌈outputs / block⌉, table_rows, block]. Every row is summed in the same order whatever stands beside it.
void zoo_sum_projected(
    float *out, ptrdiff_t outputs, ptrdiff_t rows, const float *table, ptrdiff_t table_rows, const int32_t *place,
    ptrdiff_t places, const float *dense, ptrdiff_t dense_row, ptrdiff_t dense_count, bool accumulate,
    const float *bias, bool relu);
