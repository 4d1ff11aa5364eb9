#pragma once

#include "gemm.h"

// Which instruction set the matrix products run on. They differ from the other kernels: their multiply-adds are fused.

typedef enum { zoo_unknown, zoo_generic, zoo_avx2, zoo_avx512 } zoo_level;

/// What this machine has, or what zoo_gemm_limit lowered it to.
zoo_level zoo_current_level(void);
/// The level of that name, at most what this machine has.
zoo_level zoo_named_level(const char *instructions);

#if defined(__x86_64__)
// Not "x86-64-v4": its tuning splits 64-byte vectors in two.
#define ZOO_AVX512 __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma")))
#define ZOO_AVX2 __attribute__((target("avx2,fma")))
#endif

/// Whether the generic level fuses multiply-adds, as all levels above it do.
#if defined(__aarch64__)
enum { zoo_generic_fuses = true };
#else
enum { zoo_generic_fuses = false };
#endif

/// Defines `static void name(const call *)`, which calls body(fused, argument) compiled for the current level.
#if defined(__x86_64__)
#define ZOO_ON_CURRENT_LEVEL(name, body)                                                                               \
    ZOO_AVX512 static void name##_avx512(const call *c) { body(true, c); }                                             \
    ZOO_AVX2 static void name##_avx2(const call *c) { body(true, c); }                                                 \
    static void name(const call *c) {                                                                                  \
        switch (zoo_current_level()) {                                                                                 \
        case zoo_avx512: name##_avx512(c); break;                                                                      \
        case zoo_avx2: name##_avx2(c); break;                                                                          \
        default: body(zoo_generic_fuses, c); break;                                                                    \
        }                                                                                                              \
    }
#else
#define ZOO_ON_CURRENT_LEVEL(name, body)                                                                               \
    static void name(const call *c) { body(zoo_generic_fuses, c); }
#endif
