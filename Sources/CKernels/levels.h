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
