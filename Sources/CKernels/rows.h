#pragma once

#include "functions.h"

#include <stdbool.h>

// Walks a row of any width in vectors: FULL for whole ones at c, PART for the last n elements at c.
#define EACH_LANES(width, FULL, PART)                                                                                  \
    do {                                                                                                               \
        ptrdiff_t c = 0;                                                                                               \
        for (; c + ZOO_LANES <= (width); c += ZOO_LANES) { FULL; }                                                     \
        if (c < (width)) { ptrdiff_t n = (width) - c; PART; }                                                          \
    } while (0)

ZOO_INLINE float zoo_dot(const float *a, const float *b, ptrdiff_t width) {
    zoo_v sum = zoo_splat(0);
    EACH_LANES(
        width, sum = sum + zoo_load(a + c) * zoo_load(b + c),
        sum = sum + zoo_load_part(a + c, n) * zoo_load_part(b + c, n));
    return zoo_sum(sum);
}

ZOO_INLINE float zoo_row_sum(const float *a, ptrdiff_t width) {
    zoo_v sum = zoo_splat(0);
    EACH_LANES(width, sum = sum + zoo_load(a + c), sum = sum + zoo_load_part(a + c, n));
    return zoo_sum(sum);
}

ZOO_INLINE void zoo_put(float *to, zoo_v value, bool accumulate) {
    zoo_store(to, accumulate ? zoo_load(to) + value : value);
}
ZOO_INLINE void zoo_put_part(float *to, zoo_v value, ptrdiff_t n, bool accumulate) {
    zoo_store_part(to, accumulate ? zoo_load_part(to, n) + value : value, n);
}

/// As zoo_load_part, the missing lanes at minus infinity.
ZOO_INLINE zoo_v zoo_load_low(const float *p, ptrdiff_t n) {
    float lanes[ZOO_LANES];
    for (ptrdiff_t l = 0; l < ZOO_LANES; l++) lanes[l] = l < n ? p[l] : -__builtin_inff();
    return zoo_load(lanes);
}

/// One row's softmax (or its logarithm) of any width.
ZOO_INLINE void zoo_softmax_row(float *out, const float *in, ptrdiff_t width, bool logarithm) {
    zoo_v top = zoo_splat(-__builtin_inff()), sum = zoo_splat(0);
    EACH_LANES(width, top = zoo_max(zoo_load(in + c), top), top = zoo_max(zoo_load_low(in + c, n), top));
    float highest = zoo_maximum(top);
    EACH_LANES(
        width, sum = sum + zoo_exp(zoo_load(in + c) - highest), sum = sum + zoo_exp(zoo_load_low(in + c, n) - highest));
    float total = zoo_sum(sum);
    if (logarithm) {
        float log_total[ZOO_LANES];
        zoo_store(log_total, zoo_log(zoo_splat(total)));
        float offset = highest + log_total[0];
        EACH_LANES(width, zoo_store(out + c, zoo_load(in + c) - offset),
                   zoo_store_part(out + c, zoo_load_part(in + c, n) - offset, n));
    } else {
        EACH_LANES(width, zoo_store(out + c, zoo_exp(zoo_load(in + c) - highest) / total),
                   zoo_store_part(out + c, zoo_exp(zoo_load_part(in + c, n) - highest) / total, n));
    }
}

/// target (+)= the softmax's gradient of one row.
ZOO_INLINE void zoo_softmax_row_gradient(
    float *target, const float *gradient, const float *out, ptrdiff_t width, bool accumulate) {
    float dot = zoo_dot(gradient, out, width);
    EACH_LANES(width, zoo_put(target + c, zoo_load(out + c) * (zoo_load(gradient + c) - dot), accumulate),
               zoo_put_part(target + c, zoo_load_part(out + c, n) * (zoo_load_part(gradient + c, n) - dot), n,
                            accumulate));
}
