#include "factored.h"

#include "gemm_tiles.h"
#include "levels.h"

// Outputs are done in blocks of four vectors: a block of every distinct row then fits the second-level cache, and two
// rows' sums, or three distinct rows' products, stay in registers.
enum { vectors = 4, block = vectors * ZOO_LANES };

ptrdiff_t zoo_number_ids(
    int32_t *place, int32_t first, int32_t *distinct, int32_t *seen, const int32_t *ids, ptrdiff_t id_stride,
    ptrdiff_t rows, int32_t limit) {
    int32_t count = 0;
    for (ptrdiff_t r = 0; r < rows; r++) {
        int32_t id = ids[r * id_stride];
        if ((uint32_t)id >= (uint32_t)limit) id = 0;
        int32_t known = seen[id];
        if (known < 0) {
            known = count++;
            seen[id] = known;
            distinct[known] = id;
        }
        place[r] = first + known;
    }
    for (int32_t i = 0; i < count; i++) seen[distinct[i]] = -1;
    return count;
}

/// Where the parts of the scratch memory begin, in floats: the table first, then a block of the weight or its gradient.
typedef struct {
    ptrdiff_t weight, end;
} layout;

ZOO_INLINE layout lay_out(const zoo_factor *factors, ptrdiff_t count) {
    ptrdiff_t distinct = 0, columns = 0;
    for (ptrdiff_t f = 0; f < count; f++) {
        distinct += factors[f].count;
        columns += factors[f].width;
    }
    return (layout){distinct * block, (distinct + columns) * block};
}

ptrdiff_t zoo_factored_scratch(const zoo_factor *factors, ptrdiff_t count) { return lay_out(factors, count).end; }

/// The end of the run of factors that begins at `first` and whose columns lie side by side.
ZOO_INLINE ptrdiff_t run_end(const zoo_factor *factors, ptrdiff_t count, ptrdiff_t first) {
    ptrdiff_t end = first + 1;
    while (end < count && factors[end].column == factors[end - 1].column + factors[end - 1].width) end++;
    return end;
}

/// to[columns, block] = from[outputs, columns]ᵀ, zeros beside.
ZOO_INLINE void transpose_in(
    float *to, const float *from, ptrdiff_t from_row, ptrdiff_t outputs, ptrdiff_t columns) {
    if (outputs < block) memset(to, 0, sizeof(float) * (size_t)(columns * block));
    for (ptrdiff_t j = 0; j < outputs; j += ZOO_LANES) {
        ptrdiff_t k = 0;
        for (; outputs - j >= ZOO_LANES && k + ZOO_LANES <= columns; k += ZOO_LANES) {
            zoo_v rows[ZOO_LANES];
            for (int i = 0; i < ZOO_LANES; i++) rows[i] = zoo_load(from + (j + i) * from_row + k);
            gemm_transpose(rows, to + k * block + j, block);
        }
        ptrdiff_t end = outputs - j < ZOO_LANES ? outputs : j + ZOO_LANES;
        for (; k < columns; k++)
            for (ptrdiff_t i = j; i < end; i++) to[k * block + i] = from[i * from_row + k];
    }
}

/// A square of transpose_out at its place: `height` rows of `width` columns, both at most sixteen.
ZOO_INLINE void transpose_square(
    float *to, ptrdiff_t to_row, const float *from, ptrdiff_t height, ptrdiff_t width, bool accumulate) {
    float square[ZOO_LANES * ZOO_LANES];
    zoo_v rows[ZOO_LANES];
    for (ptrdiff_t i = 0; i < ZOO_LANES; i++) rows[i] = i < width ? zoo_load(from + i * block) : zoo_splat(0);
    gemm_transpose(rows, square, ZOO_LANES);
    for (ptrdiff_t i = 0; i < height; i++) {
        float *row = to + i * to_row;
        zoo_v value = zoo_load(square + i * ZOO_LANES);
        if (width == ZOO_LANES)
            zoo_store(row, accumulate ? zoo_load(row) + value : value);
        else
            zoo_store_part(row, accumulate ? zoo_load_part(row, width) + value : value, width);
    }
}

/// to[outputs, columns] (+)= from[columns, block]ᵀ.
ZOO_INLINE void transpose_out(
    float *to, ptrdiff_t to_row, const float *from, ptrdiff_t outputs, ptrdiff_t columns, bool accumulate) {
    for (ptrdiff_t k = 0; k < columns; k += ZOO_LANES)
        for (ptrdiff_t j = 0; j < outputs; j += ZOO_LANES) {
            const ptrdiff_t width = columns - k < ZOO_LANES ? columns - k : ZOO_LANES;
            const ptrdiff_t height = outputs - j < ZOO_LANES ? outputs - j : ZOO_LANES;
            float *corner = to + j * to_row + k;
            // Constants let a whole square go through registers.
            if (width == ZOO_LANES && height == ZOO_LANES && !accumulate)
                transpose_square(corner, to_row, from + k * block + j, ZOO_LANES, ZOO_LANES, false);
            else
                transpose_square(corner, to_row, from + k * block + j, height, width, accumulate);
        }
}

/// to[count, block] = rows[count, width] · weight[width, block].
ZOO_INLINE void expand(
    const bool fused, float *to, const float *rows, ptrdiff_t count, ptrdiff_t width, const float *weight) {
    ptrdiff_t p = 0;
#define EXPAND(N)                                                                                                      \
    for (; p + N <= count; p += N) {                                                                                   \
        zoo_v sums[N][vectors];                                                                                        \
        for (int i = 0; i < N; i++)                                                                                    \
            for (int v = 0; v < vectors; v++) sums[i][v] = zoo_splat(0);                                               \
        for (ptrdiff_t k = 0; k < width; k++)                                                                          \
            for (int v = 0; v < vectors; v++) {                                                                        \
                zoo_v w = zoo_load(weight + k * block + v * ZOO_LANES);                                                \
                for (int i = 0; i < N; i++) sums[i][v] = gemm_step(sums[i][v], rows[(p + i) * width + k], w, fused);   \
            }                                                                                                          \
        for (int i = 0; i < N; i++)                                                                                    \
            for (int v = 0; v < vectors; v++) zoo_store(to + (p + i) * block + v * ZOO_LANES, sums[i][v]);             \
    }
    EXPAND(3)
    EXPAND(1)
#undef EXPAND
}

/// to[width, block] = rows[count, width]ᵀ · sums[count, block].
ZOO_INLINE void contract(
    const bool fused, float *to, const float *rows, ptrdiff_t count, ptrdiff_t width, const float *sums) {
    ptrdiff_t k = 0;
#define CONTRACT(N)                                                                                                    \
    for (; k + N <= width; k += N) {                                                                                   \
        zoo_v part[N][vectors];                                                                                        \
        for (int i = 0; i < N; i++)                                                                                    \
            for (int v = 0; v < vectors; v++) part[i][v] = zoo_splat(0);                                               \
        for (ptrdiff_t p = 0; p < count; p++)                                                                          \
            for (int v = 0; v < vectors; v++) {                                                                        \
                zoo_v s = zoo_load(sums + p * block + v * ZOO_LANES);                                                  \
                for (int i = 0; i < N; i++) part[i][v] = gemm_step(part[i][v], rows[p * width + k + i], s, fused);     \
            }                                                                                                          \
        for (int i = 0; i < N; i++)                                                                                    \
            for (int v = 0; v < vectors; v++) zoo_store(to + (k + i) * block + v * ZOO_LANES, part[i][v]);             \
    }
    CONTRACT(4)
    CONTRACT(1)
#undef CONTRACT
}

/// gradient[count, width] += sums[count, block] · weight[outputs, width], of a weight whose rows have `left` floats more.
ZOO_INLINE void project(
    const bool fused, float *gradient, const float *sums, ptrdiff_t count, ptrdiff_t width, const float *weight,
    ptrdiff_t weight_row, ptrdiff_t outputs, ptrdiff_t left) {
    typedef float half __attribute__((vector_size(32), aligned(4)));
    for (ptrdiff_t k = 0; k < width; k += ZOO_LANES) {
        const ptrdiff_t columns = width - k < ZOO_LANES ? width - k : ZOO_LANES;
        // Lanes beyond the columns hold other weights: their sums are not stored.
        const bool whole = columns == ZOO_LANES || left - k >= ZOO_LANES;
        ptrdiff_t p = 0;
#define PROJECT(N, LOAD)                                                                                               \
    for (; p + N <= count; p += N) {                                                                                   \
        zoo_v total[N];                                                                                                \
        for (int i = 0; i < N; i++) total[i] = zoo_splat(0);                                                           \
        for (ptrdiff_t j = 0; j < outputs; j++) {                                                                      \
            zoo_v w = LOAD(weight + j * weight_row + k);                                                               \
            for (int i = 0; i < N; i++) total[i] = gemm_step(total[i], sums[(p + i) * block + j], w, fused);           \
        }                                                                                                              \
        for (int i = 0; i < N; i++) {                                                                                  \
            float *to = gradient + (p + i) * width + k;                                                                \
            if (columns == ZOO_LANES)                                                                                  \
                zoo_store(to, zoo_load(to) + total[i]);                                                                \
            else if (columns == 8)                                                                                     \
                *(half *)to = *(half *)to + __builtin_shufflevector(total[i], total[i], 0, 1, 2, 3, 4, 5, 6, 7);       \
            else                                                                                                       \
                zoo_store_part(to, zoo_load_part(to, columns) + total[i], columns);                                    \
        }                                                                                                              \
    }
#define PART(from) zoo_load_part(from, columns)
        if (whole) {
            PROJECT(8, zoo_load)
            PROJECT(3, zoo_load)
            PROJECT(1, zoo_load)
        } else {
            PROJECT(8, PART)
            PROJECT(1, PART)
        }
#undef PART
#undef PROJECT
    }
}

/// out[rows, used vectors] (+)= the sum of each row's entries of the table; the last vector has `tail` columns.
ZOO_INLINE void sum_rows(
    const int used, ptrdiff_t tail, float *out, ptrdiff_t out_row, ptrdiff_t rows, const float *table,
    const int32_t *place, ptrdiff_t factors, bool accumulate) {
    ptrdiff_t r = 0;
#define SUM_ROWS(N)                                                                                                    \
    for (; r + N <= rows; r += N) {                                                                                    \
        zoo_v sums[N][vectors];                                                                                        \
        for (int i = 0; i < N; i++)                                                                                    \
            for (int v = 0; v < used; v++) {                                                                           \
                const float *from = out + (r + i) * out_row + v * ZOO_LANES;                                           \
                sums[i][v] = !accumulate ? zoo_splat(0) : v + 1 < used ? zoo_load(from) : zoo_load_part(from, tail);   \
            }                                                                                                          \
        for (ptrdiff_t f = 0; f < factors; f++)                                                                        \
            for (int i = 0; i < N; i++) {                                                                              \
                const float *entry = table + (ptrdiff_t)place[(r + i) * factors + f] * block;                          \
                for (int v = 0; v < used; v++) sums[i][v] = sums[i][v] + zoo_load(entry + v * ZOO_LANES);              \
            }                                                                                                          \
        for (int i = 0; i < N; i++)                                                                                    \
            for (int v = 0; v < used; v++) {                                                                           \
                float *to = out + (r + i) * out_row + v * ZOO_LANES;                                                   \
                if (v + 1 < used || tail == ZOO_LANES)                                                                 \
                    zoo_store(to, sums[i][v]);                                                                         \
                else                                                                                                   \
                    zoo_store_part(to, sums[i][v], tail);                                                              \
            }                                                                                                          \
    }
    SUM_ROWS(2)
    SUM_ROWS(1)
#undef SUM_ROWS
}

/// Adds each row's gradient to its entries of the table.
ZOO_INLINE void scatter_rows(
    const int used, ptrdiff_t tail, float *table, const float *gradient, ptrdiff_t gradient_row, ptrdiff_t rows,
    const int32_t *place, ptrdiff_t factors) {
    for (ptrdiff_t r = 0; r < rows; r++) {
        zoo_v g[vectors];
        for (int v = 0; v < used; v++) {
            const float *from = gradient + r * gradient_row + v * ZOO_LANES;
            g[v] = v + 1 < used || tail == ZOO_LANES ? zoo_load(from) : zoo_load_part(from, tail);
        }
        for (ptrdiff_t f = 0; f < factors; f++) {
            float *entry = table + (ptrdiff_t)place[r * factors + f] * block;
            for (int v = 0; v < used; v++) zoo_store(entry + v * ZOO_LANES, zoo_load(entry + v * ZOO_LANES) + g[v]);
        }
    }
}

// Runs CALL(used, tail) with the number of vectors a constant.
#define EACH_BLOCK_WIDTH(columns, CALL)                                                                                \
    do {                                                                                                               \
        const ptrdiff_t tail = (columns) % ZOO_LANES ? (columns) % ZOO_LANES : ZOO_LANES;                              \
        switch (((columns) + ZOO_LANES - 1) / ZOO_LANES) {                                                             \
        case 1: CALL(1, tail); break;                                                                                  \
        case 2: CALL(2, tail); break;                                                                                  \
        case 3: CALL(3, tail); break;                                                                                  \
        default: CALL(4, tail); break;                                                                                 \
        }                                                                                                              \
    } while (0)

/// A block of the factors' columns of the weight, transposed: the columns of all factors one after another.
ZOO_INLINE void transpose_factors(
    float *to, const float *weight, ptrdiff_t weight_row, ptrdiff_t outputs, const zoo_factor *factors,
    ptrdiff_t count) {
    for (ptrdiff_t f = 0; f < count;) {
        const ptrdiff_t end = run_end(factors, count, f), column = factors[f].column;
        const ptrdiff_t columns = factors[end - 1].column + factors[end - 1].width - column;
        transpose_in(to, weight + column, weight_row, outputs, columns);
        to += columns * block;
        f = end;
    }
}

/// The arguments of zoo_factored and zoo_factored_gradient.
typedef struct {
    float *out;
    const float *gradient;
    ptrdiff_t outputs, rows;
    const float *weight;
    ptrdiff_t weight_row;
    float *weight_gradient;
    const zoo_factor *factors;
    ptrdiff_t count;
    const int32_t *place;
    float *scratch;
    bool accumulate;
} call;

ZOO_INLINE void forward(const bool fused, const call *c) {
    const layout l = lay_out(c->factors, c->count);
    float *table = c->scratch, *weight = c->scratch + l.weight;
    for (ptrdiff_t j = 0; j < c->outputs; j += block) {
        const ptrdiff_t outputs = c->outputs - j < block ? c->outputs - j : block;
        transpose_factors(weight, c->weight + j * c->weight_row, c->weight_row, outputs, c->factors, c->count);
        const float *own = weight;
        for (ptrdiff_t f = 0; f < c->count; f++) {
            const zoo_factor *factor = &c->factors[f];
            expand(fused, table + factor->first * block, factor->rows, factor->count, factor->width, own);
            own += factor->width * block;
        }
#define SUM(USED, TAIL)                                                                                                \
    sum_rows(USED, TAIL, c->out + j, c->outputs, c->rows, table, c->place, c->count, c->accumulate)
        EACH_BLOCK_WIDTH(outputs, SUM);
#undef SUM
    }
}

ZOO_INLINE void backward(const bool fused, const call *c) {
    const layout l = lay_out(c->factors, c->count);
    float *table = c->scratch, *weight_gradient = c->scratch + l.weight;
    for (ptrdiff_t j = 0; j < c->outputs; j += block) {
        const ptrdiff_t outputs = c->outputs - j < block ? c->outputs - j : block;
        memset(table, 0, sizeof(float) * (size_t)l.weight);
#define SCATTER(USED, TAIL)                                                                                            \
    scatter_rows(USED, TAIL, table, c->gradient + j, c->outputs, c->rows, c->place, c->count)
        EACH_BLOCK_WIDTH(outputs, SCATTER);
#undef SCATTER
        for (ptrdiff_t f = 0; f < c->count; f++) {
            const zoo_factor *factor = &c->factors[f];
            if (!factor->gradient) continue;
            project(
                fused, factor->gradient, table + factor->first * block, factor->count, factor->width,
                c->weight + j * c->weight_row + factor->column, c->weight_row, outputs,
                c->weight_row - factor->column);
        }
        if (!c->weight_gradient) continue;
        for (ptrdiff_t f = 0; f < c->count;) {
            const ptrdiff_t end = run_end(c->factors, c->count, f), first = c->factors[f].column;
            for (ptrdiff_t g = f; g < end; g++) {
                const zoo_factor *factor = &c->factors[g];
                contract(
                    fused, weight_gradient + (factor->column - first) * block, factor->rows, factor->count,
                    factor->width, table + factor->first * block);
            }
            float *to = c->weight_gradient + j * c->weight_row + first;
            const ptrdiff_t columns = c->factors[end - 1].column + c->factors[end - 1].width - first;
            transpose_out(to, c->weight_row, weight_gradient, outputs, columns, c->accumulate);
            f = end;
        }
    }
}

ZOO_ON_CURRENT_LEVEL(run_forward, forward)
ZOO_ON_CURRENT_LEVEL(run_backward, backward)

void zoo_factored(
    float *out, ptrdiff_t outputs, ptrdiff_t rows, const float *weight, ptrdiff_t weight_row, const zoo_factor *factors,
    ptrdiff_t count, const int32_t *place, float *scratch, bool accumulate) {
    const call c = {
        .out = out, .outputs = outputs, .rows = rows, .weight = weight, .weight_row = weight_row, .factors = factors,
        .count = count, .place = place, .scratch = scratch, .accumulate = accumulate};
    run_forward(&c);
}

void zoo_factored_gradient(
    float *weight_gradient, bool accumulate, const float *gradient, ptrdiff_t outputs, ptrdiff_t rows,
    const float *weight, ptrdiff_t weight_row, const zoo_factor *factors, ptrdiff_t count, const int32_t *place,
    float *scratch) {
    const call c = {
        .gradient = gradient, .outputs = outputs, .rows = rows, .weight = weight, .weight_row = weight_row,
        .weight_gradient = weight_gradient, .factors = factors, .count = count, .place = place, .scratch = scratch,
        .accumulate = accumulate};
    run_backward(&c);
}
