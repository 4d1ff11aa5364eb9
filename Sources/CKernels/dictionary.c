#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dictionary_table.h"

enum { FIRST_SLOTS = 256, FIRST_BYTES = 1024, SPARSE_SLOTS = 1 << 14 };

// There is nothing sensible to do without memory for a table's values.
static void *checked(void *memory) {
    if (!memory) {
        fputs("zoo: error: out of memory for a column's distinct values\n", stderr);
        exit(70);
    }
    return memory;
}

// Before there is a first value its length is one that no cell has: an empty slot's code is that of the first value.
static void forget_values(zoo_dictionary *dictionary) {
    dictionary->count = 0;
    dictionary->byte_count = 0;
    dictionary->offsets[1] = -1;
}

// Written rather than left to calloc, which compilers make of malloc and memset: memory that is read first is a shared
// page of zeros, and its first write stops the other threads.
static zoo_slot *make_slots(size_t count) {
    return memset(checked(aligned_alloc(64, count * sizeof(zoo_slot))), 0, count * sizeof(zoo_slot));
}

zoo_dictionary *zoo_dictionary_create(void) {
    zoo_dictionary *dictionary = checked(calloc(1, sizeof(zoo_dictionary)));
    dictionary->mask = FIRST_SLOTS - 1;
    dictionary->slots = make_slots(FIRST_SLOTS);
    dictionary->offsets_capacity = FIRST_SLOTS;
    dictionary->offsets = checked(calloc(dictionary->offsets_capacity, sizeof(int64_t)));
    dictionary->bytes_capacity = FIRST_BYTES;
    dictionary->bytes = checked(calloc(1, dictionary->bytes_capacity));
    forget_values(dictionary);
    return dictionary;
}

void zoo_dictionary_destroy(zoo_dictionary *dictionary) {
    if (!dictionary) return;
    free(dictionary->slots);
    free(dictionary->offsets);
    free(dictionary->bytes);
    free(dictionary);
}

void zoo_dictionary_clear(zoo_dictionary *dictionary) {
    memset(dictionary->slots, 0, (dictionary->mask + 1) * sizeof(zoo_slot));
    forget_values(dictionary);
}

size_t zoo_dictionary_count(const zoo_dictionary *dictionary) { return dictionary->count; }
size_t zoo_dictionary_byte_count(const zoo_dictionary *dictionary) { return dictionary->byte_count; }
const uint8_t *zoo_dictionary_bytes(const zoo_dictionary *dictionary) { return dictionary->bytes; }
const int64_t *zoo_dictionary_offsets(const zoo_dictionary *dictionary) { return dictionary->offsets; }

// Few values are looked up so often that their slots may be sparse, so that most lie where their hash says.
static int is_crowded(const zoo_dictionary *dictionary) {
    return dictionary->count * (dictionary->mask < SPARSE_SLOTS ? 4 : 2) > dictionary->mask;
}

static void grow_slots(zoo_dictionary *dictionary) {
    size_t mask = dictionary->mask * 4 + 3;
    zoo_slot *slots = make_slots(mask + 1);
    for (size_t i = 0; i <= dictionary->mask; i++) {
        zoo_slot slot = dictionary->slots[i];
        if (slot.hash == 0) continue;
        size_t index = slot.hash & mask;
        while (slots[index].hash != 0) index = (index + 1) & mask;
        slots[index] = slot;
    }
    free(dictionary->slots);
    dictionary->slots = slots;
    dictionary->mask = mask;
}

static int32_t insert(
    zoo_dictionary *dictionary, size_t index, uint32_t hash, const uint8_t *cell, uint32_t length) {
    if (dictionary->byte_count + length + ZOO_KEY_BYTES > dictionary->bytes_capacity) {
        dictionary->bytes_capacity = 2 * dictionary->bytes_capacity + length + ZOO_KEY_BYTES;
        dictionary->bytes = checked(realloc(dictionary->bytes, dictionary->bytes_capacity));
    }
    if (dictionary->count + 2 > dictionary->offsets_capacity) {
        dictionary->offsets_capacity *= 2;
        dictionary->offsets =
            checked(realloc(dictionary->offsets, dictionary->offsets_capacity * sizeof(int64_t)));
    }
    memcpy(dictionary->bytes + dictionary->byte_count, cell, length);
    dictionary->byte_count += length;
    int32_t code = (int32_t)dictionary->count++;
    dictionary->offsets[dictionary->count] = (int64_t)dictionary->byte_count;
    dictionary->slots[index] = (zoo_slot){.hash = hash, .code = code};
    if (is_crowded(dictionary)) grow_slots(dictionary);
    return code;
}

int32_t zoo_dictionary_find(zoo_dictionary *dictionary, uint32_t hash, const uint8_t *cell, uint32_t length) {
    size_t index = hash & dictionary->mask;
    while (dictionary->slots[index].hash != 0) {
        zoo_slot slot = dictionary->slots[index];
        const int64_t *offset = dictionary->offsets + slot.code;
        if (slot.hash == hash && offset[1] - offset[0] == length &&
            memcmp(dictionary->bytes + offset[0], cell, length) == 0)
            return slot.code;
        index = (index + 1) & dictionary->mask;
    }
    return insert(dictionary, index, hash, cell, length);
}
