#pragma once

#include <archive.h>
#include <archive_entry.h>

// Swift cannot import the file-type macros: they are casts.
static inline unsigned int zoo_archive_regular_file(void) { return AE_IFREG; }
static inline unsigned int zoo_archive_directory(void) { return AE_IFDIR; }
