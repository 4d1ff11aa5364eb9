#pragma once

#include <stdint.h>

/// Starts counting the process's heap allocations, on all threads, from zero.
void allocation_counter_start(void);
/// Stops and returns how many calls of malloc, calloc, realloc, aligned_alloc, memalign or posix_memalign were made.
int64_t allocation_counter_stop(void);
