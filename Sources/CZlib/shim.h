#pragma once

#include <zlib.h>

// inflateInit2 is a macro. 16 + 15: gzip members only, the largest window.
static inline int zoo_inflate_init_gzip(z_stream *stream) { return inflateInit2(stream, 16 + MAX_WBITS); }
