#pragma once

#include "vector.h"

#include <stdbool.h>

// The parts of a matrix product that are inlined once for each instruction set. A tile of c is `rows` x 16 * `vectors`
// and stays in registers while k runs; b's columns are packed beforehand into panels that fit the first-level cache.

enum { gemm_depth = 384, gemm_widest = 32, gemm_tallest = 12, gemm_block = 504 };

/// A product's arguments, as zoo_gemm takes them.
typedef struct {
    ptrdiff_t m, n, k;
    const float *a;
    ptrdiff_t a_row, a_column;
    const float *b;
    ptrdiff_t b_row, b_column;
    float *c;
    ptrdiff_t c_row;
    bool accumulate;
} zoo_product;

ZOO_INLINE zoo_v gemm_multiply_add(zoo_v sum, zoo_v a, zoo_v b, bool fused) {
    return fused ? __builtin_elementwise_fma(a, b, sum) : sum + a * b;
}
ZOO_INLINE zoo_v gemm_step(zoo_v sum, float a, zoo_v b, bool fused) {
    return gemm_multiply_add(sum, zoo_splat(a), b, fused);
}

/// One tile: c[rows, 16 * vectors] (+)= a[rows, depth] · panel[depth, 16 * vectors]; `width` columns of c exist.
/// a is row-major, or (`packed`) depth rows of `rows` floats.
ZOO_INLINE void gemm_tile(
    const int rows, const int vectors, const bool fused, const bool packed, ptrdiff_t depth, const float *a,
    ptrdiff_t a_row, const float *panel, float *c, ptrdiff_t c_row, ptrdiff_t width, bool accumulate) {
    zoo_v sums[gemm_tallest][2];
    const bool whole = width == vectors * ZOO_LANES;
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; v++) {
            if (!accumulate)
                sums[r][v] = zoo_splat(0);
            else if (whole || (v + 1) * ZOO_LANES <= width)
                sums[r][v] = zoo_load(c + r * c_row + v * ZOO_LANES);
            else
                sums[r][v] = zoo_load_part(c + r * c_row + v * ZOO_LANES, width - v * ZOO_LANES);
        }
    // Every third row has a pointer: the two after it are a scaled index away.
    const float *a0 = a, *a3 = a + 3 * a_row, *a6 = a + 6 * a_row, *a9 = a + 9 * a_row;
    for (ptrdiff_t d = 0; d < depth; d++) {
        zoo_v b0 = zoo_load(panel), b1 = vectors == 2 ? zoo_load(panel + ZOO_LANES) : b0;
        panel += vectors * ZOO_LANES;
#pragma clang loop unroll(full)
        for (int r = 0; r < rows; r++) {
            const float *third = r < 3 ? a0 : r < 6 ? a3 : r < 9 ? a6 : a9;
            float x = packed ? a0[r] : third[(r % 3) * a_row];
            sums[r][0] = gemm_step(sums[r][0], x, b0, fused);
            if (vectors == 2) sums[r][1] = gemm_step(sums[r][1], x, b1, fused);
        }
        a0 += packed ? rows : 1, a3++, a6++, a9++;
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; v++) {
            if (whole || (v + 1) * ZOO_LANES <= width)
                zoo_store(c + r * c_row + v * ZOO_LANES, sums[r][v]);
            else
                zoo_store_part(c + r * c_row + v * ZOO_LANES, sums[r][v], width - v * ZOO_LANES);
        }
}

/// Transposes a 16 x 16 block: out[j] holds element j of every row.
ZOO_INLINE void gemm_transpose(zoo_v rows[ZOO_LANES], float *out, ptrdiff_t out_row) {
    zoo_v t[ZOO_LANES];
#define LOW(a, b) __builtin_shufflevector(a, b, 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29)
#define HIGH(a, b) __builtin_shufflevector(a, b, 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31)
#define LOW2(a, b) __builtin_shufflevector(a, b, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29)
#define HIGH2(a, b) __builtin_shufflevector(a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31)
#define EVEN4(a, b) __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27)
#define ODD4(a, b) __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31)
    for (int i = 0; i < 16; i += 2) {
        t[i] = LOW(rows[i], rows[i + 1]);
        t[i + 1] = HIGH(rows[i], rows[i + 1]);
    }
    for (int i = 0; i < 16; i += 4) {
        rows[i] = LOW2(t[i], t[i + 2]);
        rows[i + 1] = HIGH2(t[i], t[i + 2]);
        rows[i + 2] = LOW2(t[i + 1], t[i + 3]);
        rows[i + 3] = HIGH2(t[i + 1], t[i + 3]);
    }
    // rows[4 g + j] now holds, in its 128-bit lane l, column 4 l + j of rows 4 g ..< 4 g + 4.
    for (int j = 0; j < 4; j++) {
        zoo_v even01 = EVEN4(rows[j], rows[4 + j]), odd01 = ODD4(rows[j], rows[4 + j]);
        zoo_v even23 = EVEN4(rows[8 + j], rows[12 + j]), odd23 = ODD4(rows[8 + j], rows[12 + j]);
        zoo_store(out + (0 + j) * out_row, EVEN4(even01, even23));
        zoo_store(out + (8 + j) * out_row, ODD4(even01, even23));
        zoo_store(out + (4 + j) * out_row, EVEN4(odd01, odd23));
        zoo_store(out + (12 + j) * out_row, ODD4(odd01, odd23));
    }
#undef LOW
#undef HIGH
#undef LOW2
#undef HIGH2
#undef EVEN4
#undef ODD4
}

/// panel[depth, 16 * vectors] = b[depth, width], zeros beside.
ZOO_INLINE void gemm_pack(
    const int vectors, float *panel, ptrdiff_t depth, const float *b, ptrdiff_t b_row, ptrdiff_t b_column,
    ptrdiff_t width) {
    const ptrdiff_t stride = vectors * ZOO_LANES;
    if (width < stride) memset(panel, 0, sizeof(float) * (size_t)(depth * stride));
    if (b_column == 1) {
        for (ptrdiff_t d = 0; d < depth; d++) {
            if (width == stride)
                for (int v = 0; v < vectors; v++)
                    zoo_store(panel + d * stride + v * ZOO_LANES, zoo_load(b + d * b_row + v * ZOO_LANES));
            else
                for (ptrdiff_t j = 0; j < width; j++) panel[d * stride + j] = b[d * b_row + j];
        }
        return;
    }
    for (ptrdiff_t j = 0; j < width; j += ZOO_LANES) {
        ptrdiff_t columns = width - j < ZOO_LANES ? width - j : ZOO_LANES;
        const float *from = b + j * b_column;
        ptrdiff_t d = 0;
        if (columns == ZOO_LANES && b_row == 1) {
            for (; d + ZOO_LANES <= depth; d += ZOO_LANES) {
                zoo_v rows[ZOO_LANES];
                for (int i = 0; i < ZOO_LANES; i++) rows[i] = zoo_load(from + i * b_column + d);
                gemm_transpose(rows, panel + d * stride + j, stride);
            }
        }
        for (; d < depth; d++)
            for (ptrdiff_t i = 0; i < columns; i++) panel[d * stride + j + i] = from[i * b_column + d * b_row];
    }
}

/// Tiles of aᵀ, each `depth` rows of as many floats as the tile has rows (the last tiles 4 or 1).
ZOO_INLINE void gemm_pack_transposed(
    const int rows, float *packed, ptrdiff_t m, ptrdiff_t depth, const float *a, ptrdiff_t a_column) {
    // A few rows of a at a time: they stay in the first-level cache while every tile takes its columns.
    enum { some = 16 };
    for (ptrdiff_t first = 0; first < depth; first += some) {
        const ptrdiff_t end = depth - first < some ? depth : first + some;
        ptrdiff_t i = 0;
#define PACK(R)                                                                                                        \
    for (; i + R <= m; i += R)                                                                                         \
        for (ptrdiff_t d = first; d < end; d++)                                                                        \
            memcpy(packed + i * depth + d * R, a + d * a_column + i, R * sizeof(float))
        PACK(rows);
        PACK(4);
        PACK(1);
#undef PACK
    }
}

/// All rows of one panel of columns.
ZOO_INLINE void gemm_panel(
    const int rows, const int vectors, const bool fused, const bool packed, ptrdiff_t m, ptrdiff_t depth,
    const float *a, ptrdiff_t a_row, const float *panel, float *c, ptrdiff_t c_row, ptrdiff_t width,
    bool accumulate) {
    ptrdiff_t i = 0;
#define TILES(R)                                                                                                       \
    for (; i + R <= m; i += R)                                                                                         \
        gemm_tile(                                                                                                     \
            R, vectors, fused, packed, depth, a + i * (packed ? depth : a_row), a_row, panel, c + i * c_row, c_row,    \
            width, accumulate)
    TILES(rows);
    TILES(4);
    TILES(1);
#undef TILES
}

/// The whole product on one instruction set; `scratch` holds gemm_block x gemm_depth floats where a is transposed.
ZOO_INLINE void gemm_all(
    const int rows, const int vectors, const bool fused, const zoo_product *p, float *scratch) {
    _Alignas(64) float panel[gemm_depth * gemm_widest];
    const bool packed = scratch != 0;
    const ptrdiff_t block = packed ? gemm_block : p->m;
    for (ptrdiff_t top = 0; top < p->m; top += block) {
        ptrdiff_t m = p->m - top < block ? p->m - top : block;
        for (ptrdiff_t start = 0; start < p->k; start += gemm_depth) {
            ptrdiff_t depth = p->k - start < gemm_depth ? p->k - start : gemm_depth;
            const float *a = p->a + top * p->a_row + start * p->a_column;
            const float *b = p->b + start * p->b_row;
            float *c = p->c + top * p->c_row;
            bool adds = p->accumulate || start > 0;
            if (packed) {
                gemm_pack_transposed(rows, scratch, m, depth, a, p->a_column);
                a = scratch;
            }
            for (ptrdiff_t j = 0; j < p->n;) {
                ptrdiff_t left = p->n - j, width = left < vectors * ZOO_LANES ? left : vectors * ZOO_LANES;
#define PANEL(V, PACKED)                                                                                               \
    gemm_pack(V, panel, depth, b + j * p->b_column, p->b_row, p->b_column, width);                                     \
    gemm_panel(rows, V, fused, PACKED, m, depth, a, p->a_row, panel, c + j, p->c_row, width, adds)
                if (width <= ZOO_LANES) {
                    if (packed) {
                        PANEL(1, true);
                    } else {
                        PANEL(1, false);
                    }
                } else {
                    if (packed) {
                        PANEL(vectors, true);
                    } else {
                        PANEL(vectors, false);
                    }
                }
#undef PANEL
                j += width;
            }
        }
    }
}

/// Sixteen-lane dot products, where tiles would be mostly empty: a's rows and b's columns are contiguous.
ZOO_INLINE void gemm_dots(const bool fused, const zoo_product *p, ptrdiff_t c_row, ptrdiff_t c_column) {
    typedef float half __attribute__((vector_size(32), aligned(4)));
    const half zero = {0};
    for (ptrdiff_t i = 0; i < p->m; i++) {
        const float *a = p->a + i * p->a_row;
        float *c = p->c + i * c_row;
        for (ptrdiff_t j = 0; j < p->n; j += 4) {
            const int count = p->n - j < 4 ? (int)(p->n - j) : 4;
            const float *b = p->b + j * p->b_column;
            // Missing columns repeat the first: their sums are not stored.
            const float *b1 = count > 1 ? b + p->b_column : b, *b2 = count > 2 ? b + 2 * p->b_column : b;
            const float *b3 = count > 3 ? b + 3 * p->b_column : b;
            zoo_v s0 = zoo_splat(0), s1 = s0, s2 = s0, s3 = s0;
            ptrdiff_t d = 0;
#define STEP(LOAD)                                                                                                     \
    do {                                                                                                               \
        zoo_v x = LOAD(a);                                                                                             \
        s0 = gemm_multiply_add(s0, x, LOAD(b), fused);                                                                 \
        s1 = gemm_multiply_add(s1, x, LOAD(b1), fused);                                                                \
        s2 = gemm_multiply_add(s2, x, LOAD(b2), fused);                                                                \
        s3 = gemm_multiply_add(s3, x, LOAD(b3), fused);                                                                \
    } while (0)
#define WHOLE(q) zoo_load(q + d)
#define HALF(q)                                                                                                        \
    __builtin_shufflevector(*(const half *)(q + d), zero, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
#define PART(q) zoo_load_part(q + d, p->k - d)
            for (; d + ZOO_LANES <= p->k; d += ZOO_LANES) STEP(WHOLE);
            if (p->k - d >= 8) {
                STEP(HALF);
                d += 8;
            }
            if (d < p->k) STEP(PART);
#undef STEP
#undef WHOLE
#undef HALF
#undef PART
            const float sums[4] = {zoo_sum(s0), zoo_sum(s1), zoo_sum(s2), zoo_sum(s3)};
            for (int x = 0; x < count; x++) {
                float *to = c + (j + x) * c_column;
                *to = p->accumulate ? *to + sums[x] : sums[x];
            }
        }
    }
}
