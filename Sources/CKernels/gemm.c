#include "gemm.h"

#include "gemm_tiles.h"
#include "levels.h"
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
ZOO_AVX512 static void gemm_avx512(const zoo_product *p, float *scratch) {
    product(12, 2, true, p, scratch);
}

ZOO_AVX2 static void gemm_avx2(const zoo_product *p, float *scratch) {
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

static _Thread_local float *thread_scratch;
enum { scratch_bytes = sizeof(float) * gemm_block * gemm_depth };

void zoo_gemm_release_scratch(void) {
    if (thread_scratch) zoo_release(thread_scratch, scratch_bytes);
    thread_scratch = NULL;
}

static void run(zoo_level instructions, const zoo_product *p) {
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
    case zoo_avx512: gemm_avx512(p, scratch); break;
    case zoo_avx2: gemm_avx2(p, scratch); break;
#endif
    default: gemm_generic(p, scratch); break;
    }
}

void zoo_gemm(
    ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, const float *a, ptrdiff_t a_row, ptrdiff_t a_column, const float *b,
    ptrdiff_t b_row, ptrdiff_t b_column, float *c, ptrdiff_t c_row, bool accumulate) {
    const zoo_product p = {m, n, k, a, a_row, a_column, b, b_row, b_column, c, c_row, accumulate};
    run(zoo_current_level(), &p);
}

void zoo_gemm_on(
    const char *instructions, ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, const float *a, ptrdiff_t a_row,
    ptrdiff_t a_column, const float *b, ptrdiff_t b_row, ptrdiff_t b_column, float *c, ptrdiff_t c_row,
    bool accumulate) {
    const zoo_product p = {m, n, k, a, a_row, a_column, b, b_row, b_column, c, c_row, accumulate};
    run(zoo_named_level(instructions), &p);
}
