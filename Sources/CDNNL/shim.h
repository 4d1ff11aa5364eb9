#pragma once

#include <oneapi/dnnl/dnnl.h>

/// OpenMP's per-thread limit: oneDNN runs single-threaded inside each worker of ours.
void omp_set_num_threads(int threads);
