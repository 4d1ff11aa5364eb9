#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scan.h"

// Up to 16 bytes a value is its own key, compared as two words; a longer one is its hash and its place.
enum { INLINE_BYTES = 16 };

typedef struct {
    uint64_t low, high;
    uint32_t length;
    // The code and 1; 0 for an empty slot.
    uint32_t code;
} slot;

struct zoo_dictionary {
    slot *slots;
    size_t mask;
    size_t count;
    int64_t *offsets;
    size_t offsets_capacity;
    uint8_t *bytes;
    size_t byte_count;
    size_t bytes_capacity;
};

// There is nothing sensible to do without memory for a table's values.
static void *checked(void *memory) {
    if (!memory) {
        fputs("zoo: error: out of memory for a column's distinct values\n", stderr);
        exit(70);
    }
    return memory;
}

zoo_dictionary *zoo_dictionary_create(void) {
    zoo_dictionary *dictionary = checked(calloc(1, sizeof(zoo_dictionary)));
    dictionary->mask = 63;
    dictionary->slots = checked(calloc(dictionary->mask + 1, sizeof(slot)));
    dictionary->offsets_capacity = 64;
    dictionary->offsets = checked(calloc(dictionary->offsets_capacity, sizeof(int64_t)));
    dictionary->bytes_capacity = 1024;
    dictionary->bytes = checked(malloc(dictionary->bytes_capacity));
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
    memset(dictionary->slots, 0, (dictionary->mask + 1) * sizeof(slot));
    dictionary->count = 0;
    dictionary->byte_count = 0;
}

size_t zoo_dictionary_count(const zoo_dictionary *dictionary) { return dictionary->count; }
size_t zoo_dictionary_byte_count(const zoo_dictionary *dictionary) { return dictionary->byte_count; }
const uint8_t *zoo_dictionary_bytes(const zoo_dictionary *dictionary) { return dictionary->bytes; }
const int64_t *zoo_dictionary_offsets(const zoo_dictionary *dictionary) { return dictionary->offsets; }

static inline uint64_t mix(uint64_t left, uint64_t right) {
    unsigned __int128 product = (unsigned __int128)left * right;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t load(const uint8_t *bytes) {
    uint64_t word;
    memcpy(&word, bytes, 8);
    return word;
}

static inline uint64_t spread(uint64_t low, uint64_t high, uint64_t length) {
    return mix(low ^ 0xa0761d6478bd642full, high ^ length ^ 0xe7037ed1a0b428dbull);
}

static uint64_t hash_long(const uint8_t *bytes, size_t length) {
    uint64_t hash = length;
    size_t position = 0;
    for (; position + 16 < length; position += 16) {
        hash = mix(load(bytes + position) ^ hash, load(bytes + position + 8) ^ 0x8ebc6af09c88c6e3ull);
    }
    return mix(load(bytes + length - 16) ^ hash, load(bytes + length - 8) ^ 0x589965cc75374cc3ull);
}

// The key of a cell; only `code` is not set.
static inline slot make_key(const uint8_t *cell, uint32_t length) {
    slot key = {.length = length};
    if (length <= INLINE_BYTES) {
        uint64_t low = load(cell), high = load(cell + 8);
        uint64_t low_bits = length >= 8 ? 64 : length * 8;
        uint64_t high_bits = length * 8 - low_bits;
        key.low = low_bits == 0 ? 0 : low & (~0ull >> (64 - low_bits));
        key.high = high_bits == 0 ? 0 : high & (~0ull >> (64 - high_bits));
    } else {
        key.low = hash_long(cell, length);
    }
    return key;
}

static void grow_slots(zoo_dictionary *dictionary) {
    size_t mask = dictionary->mask * 2 + 1;
    slot *slots = checked(calloc(mask + 1, sizeof(slot)));
    for (size_t i = 0; i <= dictionary->mask; i++) {
        slot entry = dictionary->slots[i];
        if (entry.code == 0) continue;
        uint64_t high = entry.length <= INLINE_BYTES ? entry.high : 0;
        size_t index = spread(entry.low, high, entry.length) & mask;
        while (slots[index].code != 0) index = (index + 1) & mask;
        slots[index] = entry;
    }
    free(dictionary->slots);
    dictionary->slots = slots;
    dictionary->mask = mask;
}

static uint32_t append(zoo_dictionary *dictionary, const uint8_t *cell, uint32_t length) {
    if (dictionary->byte_count + length + INLINE_BYTES > dictionary->bytes_capacity) {
        dictionary->bytes_capacity = 2 * dictionary->bytes_capacity + length + INLINE_BYTES;
        dictionary->bytes = checked(realloc(dictionary->bytes, dictionary->bytes_capacity));
    }
    if (dictionary->count + 2 > dictionary->offsets_capacity) {
        dictionary->offsets_capacity *= 2;
        dictionary->offsets =
            checked(realloc(dictionary->offsets, dictionary->offsets_capacity * sizeof(int64_t)));
    }
    memcpy(dictionary->bytes + dictionary->byte_count, cell, length);
    dictionary->byte_count += length;
    dictionary->count++;
    dictionary->offsets[dictionary->count] = (int64_t)dictionary->byte_count;
    return (uint32_t)dictionary->count;
}

static inline int is_same(const zoo_dictionary *dictionary, const slot *entry, const slot *key, const uint8_t *cell) {
    if (entry->low != key->low || entry->length != key->length) return 0;
    if (key->length <= INLINE_BYTES) return entry->high == key->high;
    return memcmp(dictionary->bytes + entry->high, cell, key->length) == 0;
}

void zoo_dictionary_encode(
    zoo_dictionary *dictionary, const uint8_t *const *cells, const uint32_t *lengths, size_t count, int32_t *codes) {
    for (size_t i = 0; i < count; i++) {
        slot key = make_key(cells[i], lengths[i]);
        size_t index = spread(key.low, key.high, key.length) & dictionary->mask;
        slot *entry = &dictionary->slots[index];
        while (entry->code != 0 && !is_same(dictionary, entry, &key, cells[i])) {
            index = (index + 1) & dictionary->mask;
            entry = &dictionary->slots[index];
        }
        if (entry->code != 0) {
            codes[i] = (int32_t)(entry->code - 1);
            continue;
        }
        if (key.length > INLINE_BYTES) key.high = dictionary->byte_count;
        key.code = append(dictionary, cells[i], lengths[i]);
        *entry = key;
        codes[i] = (int32_t)(key.code - 1);
        if (dictionary->count * 2 > dictionary->mask) grow_slots(dictionary);
    }
}
