#include "projected.h"

#include "gemm_tiles.h"
#include "levels.h"

enum { vectors = zoo_projected_block / ZOO_LANES };

/// The arguments of zoo_sum_projected.
typedef struct {
    float *out;
    ptrdiff_t outputs, rows;
    const float *table;
    ptrdiff_t table_rows;
    const int32_t *place;
    ptrdiff_t places;
    const float *dense;
    ptrdiff_t dense_row, dense_count;
    bool accumulate;
    const float *bias;
    bool relu;
} call;

/// What is stored for the sums of the n outputs from j on.
ZOO_INLINE zoo_v finish(const call *c, zoo_v sums, ptrdiff_t j, ptrdiff_t n) {
    if (c->bias) sums = sums + (n == ZOO_LANES ? zoo_load(c->bias + j) : zoo_load_part(c->bias + j, n));
    return c->relu ? zoo_max(sums, zoo_splat(0)) : sums;
}

/// Rows r..<r + N of the block of outputs that begins at j.
ZOO_INLINE void sum_block(const bool fused, const int N, const call *c, ptrdiff_t j, ptrdiff_t r) {
    const float *table = c->table + j * c->table_rows;
    const float *slopes = table + (c->table_rows - c->dense_count) * zoo_projected_block;
    const ptrdiff_t left = c->outputs - j;
    zoo_v sums[2][vectors];
    for (int i = 0; i < N; i++) {
        const float *from = c->out + (r + i) * c->outputs + j;
        for (int v = 0; v < vectors; v++) {
            const ptrdiff_t n = left - v * ZOO_LANES;
            sums[i][v] = !c->accumulate || n <= 0 ? zoo_splat(0)
                : n >= ZOO_LANES                  ? zoo_load(from + v * ZOO_LANES)
                                                  : zoo_load_part(from + v * ZOO_LANES, n);
        }
    }
    for (ptrdiff_t f = 0; f < c->places; f++)
        for (int i = 0; i < N; i++) {
            const float *entry = table + (ptrdiff_t)c->place[(r + i) * c->places + f] * zoo_projected_block;
            for (int v = 0; v < vectors; v++) sums[i][v] = sums[i][v] + zoo_load(entry + v * ZOO_LANES);
        }
    for (ptrdiff_t d = 0; d < c->dense_count; d++)
        for (int i = 0; i < N; i++) {
            const float x = c->dense[(r + i) * c->dense_row + d];
            const float *slope = slopes + d * zoo_projected_block;
            for (int v = 0; v < vectors; v++)
                sums[i][v] = gemm_step(sums[i][v], x, zoo_load(slope + v * ZOO_LANES), fused);
        }
    for (int i = 0; i < N; i++) {
        float *to = c->out + (r + i) * c->outputs + j;
        for (int v = 0; v < vectors; v++) {
            const ptrdiff_t n = left - v * ZOO_LANES;
            if (n >= ZOO_LANES)
                zoo_store(to + v * ZOO_LANES, finish(c, sums[i][v], j + v * ZOO_LANES, ZOO_LANES));
            else if (n > 0)
                zoo_store_part(to + v * ZOO_LANES, finish(c, sums[i][v], j + v * ZOO_LANES, n), n);
        }
    }
}

// A block of the whole table fits the second-level cache, so that all rows go through one block after another.
ZOO_INLINE void sum(const bool fused, const call *c) {
    for (ptrdiff_t j = 0; j < c->outputs; j += zoo_projected_block) {
        ptrdiff_t r = 0;
        for (; r + 2 <= c->rows; r += 2) sum_block(fused, 2, c, j, r);
        if (r < c->rows) sum_block(fused, 1, c, j, r);
    }
}

ZOO_ON_CURRENT_LEVEL(run_sum, sum)

void zoo_sum_projected(
    float *out, ptrdiff_t outputs, ptrdiff_t rows, const float *table, ptrdiff_t table_rows, const int32_t *place,
    ptrdiff_t places, const float *dense, ptrdiff_t dense_row, ptrdiff_t dense_count, bool accumulate,
    const float *bias, bool relu) {
    const call c = {
        .out = out, .outputs = outputs, .rows = rows, .table = table, .table_rows = table_rows, .place = place,
        .places = places, .dense = dense, .dense_row = dense_row, .dense_count = dense_count,
        .accumulate = accumulate, .bias = bias, .relu = relu};
    run_sum(&c);
}
