#include "support.h"

#include <sys/mman.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum { page = 4096, huge_page = 2 << 20 };

void *zoo_allocate(size_t bytes) {
    size_t whole = (bytes + page - 1) / page * page;
    if (whole < bytes || whole == 0) whole = page;
    void *memory = mmap(NULL, whole, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return NULL;
#if defined(MADV_HUGEPAGE)
    if (whole >= huge_page) madvise(memory, whole, MADV_HUGEPAGE);
#endif
    return memory;
}

void zoo_release(void *memory, size_t bytes) {
    size_t whole = (bytes + page - 1) / page * page;
    munmap(memory, whole ? whole : page);
}

void zoo_populate(void *memory, size_t bytes) {
#if defined(MADV_POPULATE_WRITE)
    uintptr_t first = ((uintptr_t)memory + page - 1) / page * page;
    uintptr_t end = ((uintptr_t)memory + bytes) / page * page;
    if (first < end) madvise((void *)first, end - first, MADV_POPULATE_WRITE);
#else
    (void)memory, (void)bytes;
#endif
}

uint32_t zoo_flush_denormals(void) {
#if defined(__x86_64__)
    uint32_t control = _mm_getcsr();
    _mm_setcsr(control | 0x8040);
    return control;
#else
    return 0;
#endif
}

void zoo_restore_denormals(uint32_t control) {
#if defined(__x86_64__)
    _mm_setcsr(control);
#endif
}
