#pragma once

// Vocabulary of the kernels: sixteen-lane vectors, tails, reductions in a fixed order.

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

#if defined(__clang__)
// Vectors cross only always-inlined functions, so no calling convention is involved.
#pragma clang diagnostic ignored "-Wpsabi"
#endif

#if defined(__x86_64__) && defined(__clang__) && __has_attribute(target_clones) && !defined(ZOO_NO_CLONES)
#define ZOO_KERNEL __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define ZOO_KERNEL
#endif
#define ZOO_INLINE static inline __attribute__((always_inline))

#define ZOO_LANES 16
typedef float zoo_v __attribute__((vector_size(64)));
typedef int32_t zoo_i __attribute__((vector_size(64)));
typedef uint32_t zoo_u __attribute__((vector_size(64)));
typedef float zoo_v_unaligned __attribute__((vector_size(64), aligned(4)));

ZOO_INLINE zoo_v zoo_load(const float *p) { return *(const zoo_v_unaligned *)p; }
ZOO_INLINE void zoo_store(float *p, zoo_v v) { *(zoo_v_unaligned *)p = v; }
ZOO_INLINE zoo_v zoo_splat(float x) { return (zoo_v){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x}; }

ZOO_INLINE zoo_v zoo_load_part(const float *p, ptrdiff_t n) {
    float lanes[ZOO_LANES] = {0};
    for (ptrdiff_t i = 0; i < n; i++) lanes[i] = p[i];
    return zoo_load(lanes);
}
ZOO_INLINE void zoo_store_part(float *p, zoo_v v, ptrdiff_t n) {
    float lanes[ZOO_LANES];
    zoo_store(lanes, v);
    for (ptrdiff_t i = 0; i < n; i++) p[i] = lanes[i];
}

/// mask ? a : b, lane by lane (mask is all ones or all zeros).
ZOO_INLINE zoo_v zoo_select(zoo_i mask, zoo_v a, zoo_v b) {
    return (zoo_v)((mask & (zoo_i)a) | (~mask & (zoo_i)b));
}
ZOO_INLINE zoo_v zoo_max(zoo_v a, zoo_v b) { return zoo_select(a > b, a, b); }
ZOO_INLINE zoo_v zoo_min(zoo_v a, zoo_v b) { return zoo_select(a < b, a, b); }
ZOO_INLINE zoo_v zoo_abs(zoo_v a) { return (zoo_v)((zoo_i)a & 0x7fffffff); }

/// The sum of the lanes, pairwise in a fixed order.
ZOO_INLINE float zoo_sum(zoo_v v) {
#define HALVES(a, ...) (a + __builtin_shufflevector(a, a, __VA_ARGS__))
    v = HALVES(v, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15);
    v = HALVES(v, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7);
    v = HALVES(v, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3);
    v = HALVES(v, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1);
#undef HALVES
    return v[0];
}
ZOO_INLINE float zoo_maximum(zoo_v v) {
    float s[ZOO_LANES];
    zoo_store(s, v);
    for (int width = 8; width > 0; width /= 2)
        for (int i = 0; i < width; i++) s[i] = s[i] > s[i + width] ? s[i] : s[i + width];
    return s[0];
}
