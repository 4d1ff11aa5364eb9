#include "gemm.h"

#include "gemm_tiles.h"
#include "support.h"

// Few rows, or few columns: dot products beat tiles. A function of the shape only.
ZOO_INLINE void product(const int rows, const int vectors, const bool fused, const zoo_product *p, float *scratch) {
    if (p->a_column == 1 && p->b_row == 1 && p->m < 4) {
        gemm_dots(fused, p, p->c_row, 1);
    } else if (p->a_column == 1 && p->b_row == 1 && p->n < 4) {
        const zoo_product mirrored = {
            p->n, p->m, p->k, p->b, p->b_column, 1, p->a, 1, p->a_row, p->c, 0, p->accumulate};
        gemm_dots(fused, &mirrored, 1, p->c_row);
    } else {
        gemm_all(rows, vectors, fused, p, scratch);
    }
}

#if defined(__x86_64__)
// Not "x86-64-v4": its tuning splits 64-byte vectors in two.
__attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma")))
static void gemm_avx512(const zoo_product *p, float *scratch) {
    product(12, 2, true, p, scratch);
}

__attribute__((target("avx2,fma")))
static void gemm_avx2(const zoo_product *p, float *scratch) {
    product(6, 1, true, p, scratch);
}
#endif

static void gemm_generic(const zoo_product *p, float *scratch) {
#if defined(__aarch64__)
    product(6, 1, true, p, scratch);
#else
    product(2, 1, false, p, scratch);
#endif
}

typedef enum { unknown, generic, avx2, avx512 } level;
static level chosen = unknown;
static _Thread_local float *thread_scratch;
enum { scratch_bytes = sizeof(float) * gemm_block * gemm_depth };

static level supported(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("fma"))
        return avx512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return avx2;
#endif
    return generic;
}

static level current(void) {
    level known = __atomic_load_n(&chosen, __ATOMIC_RELAXED);
    if (known != unknown) return known;
    known = supported();
    __atomic_store_n(&chosen, known, __ATOMIC_RELAXED);
    return known;
}

static level named(const char *instructions) {
    level best = supported();
    level wanted = strcmp(instructions, "generic") == 0 ? generic : strcmp(instructions, "avx2") == 0 ? avx2 : avx512;
    return wanted < best ? wanted : best;
}

void zoo_gemm_limit(const char *instructions) { __atomic_store_n(&chosen, named(instructions), __ATOMIC_RELAXED); }

const char *zoo_gemm_instructions(void) {
    switch (current()) {
    case avx512: return "avx512";
    case avx2: return "avx2";
    default: break;
    }
#if defined(__aarch64__)
    return "neon";
#else
    return "generic";
#endif
}

void zoo_gemm_release_scratch(void) {
    if (thread_scratch) zoo_release(thread_scratch, scratch_bytes);
    thread_scratch = NULL;
}

static void run(level instructions, const zoo_product *p) {
    if (p->m <= 0 || p->n <= 0) return;
    if (p->k <= 0) {
        for (ptrdiff_t r = 0; r < p->m && !p->accumulate; r++)
            memset(p->c + r * p->c_row, 0, sizeof(float) * (size_t)p->n);
        return;
    }
    float *scratch = NULL;
    if (p->a_column != 1 && p->m > 1) {
        // Once for each thread, and not from the heap: a training step allocates nothing.
        if (!thread_scratch) thread_scratch = zoo_allocate(scratch_bytes);
        scratch = thread_scratch;
    }
    switch (instructions) {
#if defined(__x86_64__)
    case avx512: gemm_avx512(p, scratch); break;
    case avx2: gemm_avx2(p, scratch); break;
#endif
    default: gemm_generic(p, scratch); break;
    }
}

void zoo_gemm(
    ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, const float *a, ptrdiff_t a_row, ptrdiff_t a_column, const float *b,
    ptrdiff_t b_row, ptrdiff_t b_column, float *c, ptrdiff_t c_row, bool accumulate) {
    const zoo_product p = {m, n, k, a, a_row, a_column, b, b_row, b_column, c, c_row, accumulate};
    run(current(), &p);
}

void zoo_gemm_on(
    const char *instructions, ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, const float *a, ptrdiff_t a_row,
    ptrdiff_t a_column, const float *b, ptrdiff_t b_row, ptrdiff_t b_column, float *c, ptrdiff_t c_row,
    bool accumulate) {
    const zoo_product p = {m, n, k, a, a_row, a_column, b, b_row, b_column, c, c_row, accumulate};
    run(named(instructions), &p);
}
