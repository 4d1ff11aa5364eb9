#pragma once

#include <stddef.h>
#include <stdint.h>

/// libFuzzer's driver (llvm/lib/fuzzer): runs `callback` on mutated inputs until told to stop.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*callback)(const uint8_t *data, size_t size));
