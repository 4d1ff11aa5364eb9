#pragma once

#include "dictionary.h"

// The inside of a dictionary: an open hash table of codes beside the values one after the other.

/// Values up to this length are compared at once; so many bytes can be read from the start of each cell and value.
enum { ZOO_KEY_BYTES = 32 };

/// In an empty slot both are 0; in others the hash is not.
typedef struct {
    uint32_t hash;
    int32_t code;
} zoo_slot;

struct zoo_dictionary {
    zoo_slot *slots;
    size_t mask;
    size_t count;
    int64_t *offsets;
    size_t offsets_capacity;
    uint8_t *bytes;
    size_t byte_count;
    size_t bytes_capacity;
};

/// The code of a value with this hash, which is inserted if it is new; then everything may move.
int32_t zoo_dictionary_find(zoo_dictionary *dictionary, uint32_t hash, const uint8_t *cell, uint32_t length);
