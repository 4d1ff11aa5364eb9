#pragma once

#include <stdbool.h>
#include <stddef.h>

/// c (+)= a · b, single precision, where a is [m, k] with strides (a_row, a_column) and b [k, n] with (b_row,
/// b_column); one stride of each is 1. c is row-major.
///
/// Every element is a chain of fused multiply-adds in the order of k, cut at the same places whatever the instruction
/// set and the tile sizes: AVX2 and AVX-512 give the same bits. Allocates nothing.
void zoo_gemm(
    ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, const float *a, ptrdiff_t a_row, ptrdiff_t a_column, const float *b,
    ptrdiff_t b_row, ptrdiff_t b_column, float *c, ptrdiff_t c_row, bool accumulate);

/// The instruction set that zoo_gemm runs on: "avx512", "avx2", "neon" or "generic".
const char *zoo_gemm_instructions(void);
/// Lowers it for the whole process ("avx2", "generic"); call before any work.
void zoo_gemm_limit(const char *instructions);
/// One product on at most these instructions, to compare them.
void zoo_gemm_on(
    const char *instructions, ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, const float *a, ptrdiff_t a_row,
    ptrdiff_t a_column, const float *b, ptrdiff_t b_row, ptrdiff_t b_column, float *c, ptrdiff_t c_row,
    bool accumulate);
/// Gives back the calling thread's packing buffer; a thread that ends calls it.
void zoo_gemm_release_scratch(void);
