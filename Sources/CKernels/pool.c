#include "gemm.h"
#include "support.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// Spinning this long (about 100 microseconds) outlives the gap between two phases of a step, so that a busy
// pool never sleeps; longer pauses sleep on a condition variable.
enum { spin_limit = 2000, maximum_threads = 256 };

static inline void relax(void) {
#if defined(__x86_64__)
    _mm_pause();
#endif
}

typedef struct {
    _Alignas(64) atomic_int next;
    int end;
} share;

struct zoo_pool {
    _Alignas(64) atomic_uint generation;
    _Alignas(64) atomic_int active;
    _Alignas(64) pthread_mutex_t lock;
    pthread_mutex_t turn;
    pthread_cond_t wake, done;
    int32_t threads, spin;
    atomic_int sleeping_workers, caller_sleeps, stop;
    zoo_work work;
    void *context;
    void (*start)(void);
    share *shares;
    pthread_t *handles;
    atomic_int numbered;
};

static void work_through(zoo_pool *pool, int32_t worker) {
    // A worker takes its own block first (the same items every step: warm caches), then helps the others.
    for (int32_t turn = 0; turn < pool->threads; turn++) {
        share *from = &pool->shares[(worker + turn) % pool->threads];
        for (;;) {
            int item = atomic_fetch_add_explicit(&from->next, 1, memory_order_relaxed);
            if (item >= from->end) break;
            pool->work(pool->context, item, worker);
        }
    }
}

static void *worker_main(void *argument) {
    zoo_pool *pool = argument;
    int32_t worker = 1 + atomic_fetch_add(&pool->numbered, 1);
    if (pool->start) pool->start();
    unsigned seen = 0;
    for (;;) {
        for (int spin = 0; spin < pool->spin && atomic_load_explicit(&pool->generation, memory_order_acquire) == seen;
             spin++)
            relax();
        if (atomic_load_explicit(&pool->generation, memory_order_acquire) == seen) {
            pthread_mutex_lock(&pool->lock);
            atomic_fetch_add(&pool->sleeping_workers, 1);
            while (atomic_load(&pool->generation) == seen) pthread_cond_wait(&pool->wake, &pool->lock);
            atomic_fetch_sub(&pool->sleeping_workers, 1);
            pthread_mutex_unlock(&pool->lock);
        }
        seen++;
        if (atomic_load(&pool->stop)) {
            zoo_gemm_release_scratch();
            return NULL;
        }
        work_through(pool, worker);
        if (atomic_fetch_sub(&pool->active, 1) == 1 && atomic_load(&pool->caller_sleeps)) {
            pthread_mutex_lock(&pool->lock);
            pthread_cond_signal(&pool->done);
            pthread_mutex_unlock(&pool->lock);
        }
    }
}

static void announce(zoo_pool *pool) {
    atomic_fetch_add(&pool->generation, 1);
    if (atomic_load(&pool->sleeping_workers) > 0) {
        pthread_mutex_lock(&pool->lock);
        pthread_cond_broadcast(&pool->wake);
        pthread_mutex_unlock(&pool->lock);
    }
}

zoo_pool *zoo_pool_create(int32_t threads, void (*start)(void)) {
    if (threads < 1) threads = 1;
    if (threads > maximum_threads) threads = maximum_threads;
    zoo_pool *pool = aligned_alloc(64, (sizeof(zoo_pool) + 63) / 64 * 64);
    memset(pool, 0, sizeof *pool);
    pthread_mutex_init(&pool->lock, NULL);
    pthread_mutex_init(&pool->turn, NULL);
    pthread_cond_init(&pool->wake, NULL);
    pthread_cond_init(&pool->done, NULL);
    pool->start = start;
    // More threads than cores must give their core away at once, not spin on it.
    pool->spin = threads <= sysconf(_SC_NPROCESSORS_ONLN) ? spin_limit : 0;
    pool->shares = aligned_alloc(64, sizeof(share) * (size_t)threads);
    pool->handles = calloc((size_t)threads, sizeof(pthread_t));
    int32_t started = 1;
    for (; started < threads; started++)
        if (pthread_create(&pool->handles[started], NULL, worker_main, pool) != 0) break;
    pool->threads = started;
    return pool;
}

static void share_out(zoo_pool *pool, int32_t items, zoo_work work, void *context) {
    for (int32_t worker = 0; worker < pool->threads; worker++) {
        pool->shares[worker].end = (int)((int64_t)items * (worker + 1) / pool->threads);
        atomic_store_explicit(
            &pool->shares[worker].next, (int)((int64_t)items * worker / pool->threads), memory_order_relaxed);
    }
    pool->work = work;
    pool->context = context;
    atomic_store(&pool->active, pool->threads - 1);
    announce(pool);
    work_through(pool, 0);
    for (int spin = 0; spin < pool->spin * 16 && atomic_load_explicit(&pool->active, memory_order_acquire) > 0; spin++)
        relax();
    if (atomic_load(&pool->active) == 0) return;
    pthread_mutex_lock(&pool->lock);
    atomic_store(&pool->caller_sleeps, 1);
    while (atomic_load(&pool->active) > 0) pthread_cond_wait(&pool->done, &pool->lock);
    atomic_store(&pool->caller_sleeps, 0);
    pthread_mutex_unlock(&pool->lock);
}

void zoo_pool_run(zoo_pool *pool, int32_t items, zoo_work work, void *context) {
    if (pool->threads == 1 || items <= 1) {
        for (int32_t item = 0; item < items; item++) work(context, item, 0);
        return;
    }
    // Callers on several threads take turns.
    pthread_mutex_lock(&pool->turn);
    share_out(pool, items, work, context);
    pthread_mutex_unlock(&pool->turn);
}

void zoo_pool_destroy(zoo_pool *pool) {
    atomic_store(&pool->stop, 1);
    announce(pool);
    for (int32_t worker = 1; worker < pool->threads; worker++) pthread_join(pool->handles[worker], NULL);
    pthread_mutex_destroy(&pool->lock);
    pthread_mutex_destroy(&pool->turn);
    pthread_cond_destroy(&pool->wake);
    pthread_cond_destroy(&pool->done);
    free(pool->shares);
    free(pool->handles);
    free(pool);
}
