#pragma once

// What Swift's Glibc module leaves out.
#include <linux/fs.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <fcntl.h>
#include <unistd.h>

/// readahead(2), which waits until the pages are in memory.
static inline int zoo_readahead(int descriptor, long offset, unsigned long count) {
    return (int)syscall(SYS_readahead, descriptor, offset, count);
}

/// sync_file_range(2) that begins to write to the disk and does not wait for it.
static inline int zoo_begin_writing(int descriptor, long offset, long count) {
    return (int)syscall(SYS_sync_file_range, descriptor, offset, count, 2 /* SYNC_FILE_RANGE_WRITE */);
}

/// rename(2) that fails with EEXIST rather than replace.
static inline int zoo_rename_new(int from, const char *name, int to, const char *target) {
    return (int)syscall(SYS_renameat2, from, name, to, target, RENAME_NOREPLACE);
}

/// sync_file_range(2) that only begins to write: what a later fsync(2) would have to wait for.
static inline int zoo_begin_writeback(int file, off_t offset, off_t count) {
    return (int)syscall(SYS_sync_file_range, file, offset, count, 2 /* SYNC_FILE_RANGE_WRITE */);
}
