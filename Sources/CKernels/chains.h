#pragma once

#include "embedding.h"
#include "vector.h"

/// The summed gradient of touched row t, read through its chain.
ZOO_INLINE void zoo_chain_sum(const zoo_touched *touched, ptrdiff_t t, int32_t width, float *sum) {
    int32_t o = touched->head[t];
    const float *g = touched->gradient[o];
    float scale = touched->scale[o];
    for (int32_t i = 0; i < width; i++) sum[i] = g[i] * scale;
    for (o = touched->next[o]; o >= 0; o = touched->next[o]) {
        g = touched->gradient[o];
        scale = touched->scale[o];
        for (int32_t i = 0; i < width; i++) sum[i] = sum[i] + g[i] * scale;
    }
}

// Runs CALL(width) with the width a constant where it is a usual one, so that a row stays in registers.
#define EACH_WIDTH(width, CALL)                                                                                        \
    switch (width) {                                                                                                   \
    case 4: CALL(4); break;                                                                                            \
    case 8: CALL(8); break;                                                                                            \
    case 16: CALL(16); break;                                                                                          \
    case 32: CALL(32); break;                                                                                          \
    case 64: CALL(64); break;                                                                                          \
    default: CALL(width); break;                                                                                       \
    }

enum { zoo_widest_embedding = 1024 };
