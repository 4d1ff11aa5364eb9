#pragma once

#include <stddef.h>
#include <stdint.h>

/// Page-aligned zeroed memory, on huge pages when large and the system offers them; NULL when there is none.
void *zoo_allocate(size_t bytes);
void zoo_release(void *memory, size_t bytes);
/// Brings the whole pages among some bytes that are about to be written into memory, at a time rather than one by one;
/// does nothing where the system cannot.
void zoo_populate(void *memory, size_t bytes);

/// Sets flush-to-zero and denormals-are-zero on this thread and returns the control word it replaced.
uint32_t zoo_flush_denormals(void);
void zoo_restore_denormals(uint32_t control);

/// A batch of numbered work items shared by a fixed set of threads. Opaque to Swift.
typedef struct zoo_pool zoo_pool;
typedef void (*zoo_work)(void *context, int32_t item, int32_t worker);

/// Starts `threads - 1` threads (the caller of zoo_pool_run is worker 0). `start` runs once on each new thread.
zoo_pool *zoo_pool_create(int32_t threads, void (*start)(void));
void zoo_pool_destroy(zoo_pool *pool);
/// Runs work(context, item, worker) for every item in 0..<items and returns when all are done.
void zoo_pool_run(zoo_pool *pool, int32_t items, zoo_work work, void *context);
