#pragma once

#include <stddef.h>
#include <stdint.h>

/// One categorical column of the input: `ids[row * stride + source]` selects a row of `table`.
typedef struct {
    const float *table;
    int32_t rows, width;
    int32_t source, column;
} zoo_slot;

/// Writes each slot's embedding at its column of `out`, and the dense columns at `dense_column`.
/// An id outside its table is read as row 0 and counted; the count is returned.
int64_t zoo_embed(
    float *out, ptrdiff_t out_stride, ptrdiff_t rows, const zoo_slot *slots, ptrdiff_t slot_count, const int32_t *ids,
    ptrdiff_t id_stride, const float *dense, ptrdiff_t dense_stride, ptrdiff_t dense_width, ptrdiff_t dense_column);

/// out[row] = sum or mean of the table's rows ids[offsets[row]..<offsets[row + 1]]; zero for an empty bag.
int64_t zoo_embed_bag(
    float *out, ptrdiff_t out_stride, ptrdiff_t rows, const float *table, int32_t table_rows, int32_t width,
    const int32_t *offsets, const int32_t *ids, int mean);

/// Where one use of a table left its gradients: row r's starts at gradient + r * stride.
/// Single ids: offsets is NULL and ids[r * id_stride]. Bags: ids[offsets[r]..<offsets[r + 1]].
typedef struct {
    const int32_t *ids, *offsets;
    const float *gradient;
    ptrdiff_t id_stride, stride;
    int32_t rows, mean;
} zoo_embedding_use;

/// The touched rows of one field and, for each, the chain of gradients that reached it, in (use, row) order.
typedef struct {
    int32_t *slot;            // one for each row of the field: its place in `touched`, checked against it
    int32_t *touched, *head;  // `capacity` each
    int32_t *next;            // one for each occurrence
    const float **gradient;
    float *scale;
    ptrdiff_t capacity, count;
} zoo_touched;

/// How many ids the uses hold: the capacity that zoo_touch needs.
ptrdiff_t zoo_occurrences(const zoo_embedding_use *uses, ptrdiff_t use_count);
/// Chains every occurrence to its row. Ids outside 0..<rows count as row 0, as they do in the forward pass.
void zoo_touch(zoo_touched *touched, const zoo_embedding_use *uses, ptrdiff_t use_count, int32_t rows);
/// The sum of squares of the summed gradients of all touched rows.
double zoo_touched_square(const zoo_touched *touched, int32_t width);
/// Adds the summed gradients into a dense [rows, width] matrix: for tests and for inspection.
void zoo_touched_dense(const zoo_touched *touched, int32_t width, float *out);
