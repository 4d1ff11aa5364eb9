#include "levels.h"

#include <string.h>

static zoo_level chosen = zoo_unknown;

static zoo_level supported(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("fma"))
        return zoo_avx512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return zoo_avx2;
#endif
    return zoo_generic;
}

zoo_level zoo_current_level(void) {
    zoo_level known = __atomic_load_n(&chosen, __ATOMIC_RELAXED);
    if (known != zoo_unknown) return known;
    known = supported();
    __atomic_store_n(&chosen, known, __ATOMIC_RELAXED);
    return known;
}

zoo_level zoo_named_level(const char *instructions) {
    zoo_level best = supported();
    zoo_level wanted = strcmp(instructions, "generic") == 0 ? zoo_generic
        : strcmp(instructions, "avx2") == 0                 ? zoo_avx2
                                                            : zoo_avx512;
    return wanted < best ? wanted : best;
}

void zoo_gemm_limit(const char *instructions) {
    __atomic_store_n(&chosen, zoo_named_level(instructions), __ATOMIC_RELAXED);
}

const char *zoo_gemm_instructions(void) {
    switch (zoo_current_level()) {
    case zoo_avx512: return "avx512";
    case zoo_avx2: return "avx2";
    default: break;
    }
#if defined(__aarch64__)
    return "neon";
#else
    return "generic";
#endif
}
