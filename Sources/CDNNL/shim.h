#pragma once

#include <oneapi/dnnl/dnnl.h>

/// OpenMP's limit for the calling thread, which oneDNN obeys.
void omp_set_num_threads(int threads);
