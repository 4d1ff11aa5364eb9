#include <string.h>

#include "cells.h"
#include "dictionary_table.h"
#include "levels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define ALWAYS_INLINE static inline __attribute__((always_inline))

// Dictionaries with more slots than this are fetched from afar: their slots are asked for in advance.
enum { NEAR_SLOTS = 1 << 14, BATCH = 64 };

// A value's hash only says where it is looked for: codes do not depend on it, and so not on the instruction set.
typedef uint32_t hash_function(const uint8_t *cell, uint32_t length);
typedef int same_function(const uint8_t *value, const uint8_t *cell, uint32_t length);

ALWAYS_INLINE uint64_t mix(uint64_t left, uint64_t right) {
    unsigned __int128 product = (unsigned __int128)left * right;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

ALWAYS_INLINE uint64_t load(const uint8_t *bytes) {
    uint64_t word;
    memcpy(&word, bytes, 8);
    return word;
}

// 32 bits that are not all 0.
ALWAYS_INLINE uint32_t finish(uint64_t hash) { return (uint32_t)(hash ^ hash >> 32) | 1u << 31; }

// `ones + ZOO_KEY_BYTES - length` is a mask of the bytes that count.
static const uint8_t ones[2 * ZOO_KEY_BYTES] = {
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255};

static uint32_t hash_long(const uint8_t *bytes, uint32_t length) {
    uint64_t hash = length;
    for (size_t position = 0; position + 16 < length; position += 16) {
        hash = mix(load(bytes + position) ^ hash, load(bytes + position + 8) ^ 0x8ebc6af09c88c6e3ull);
    }
    return finish(mix(load(bytes + length - 16) ^ hash, load(bytes + length - 8) ^ 0x589965cc75374cc3ull));
}

ALWAYS_INLINE uint32_t hash_generic(const uint8_t *cell, uint32_t length) {
    const uint8_t *mask = ones + ZOO_KEY_BYTES - length;
    uint64_t words[4];
    for (int i = 0; i < 4; i++) words[i] = load(cell + 8 * i) & load(mask + 8 * i);
    return finish(
        mix(words[0] ^ 0xa0761d6478bd642full, words[1] ^ length ^ 0xe7037ed1a0b428dbull) ^
        mix(words[2] ^ 0x8ebc6af09c88c6e3ull, words[3] ^ 0x589965cc75374cc3ull));
}

ALWAYS_INLINE int same_generic(const uint8_t *value, const uint8_t *cell, uint32_t length) {
    const uint8_t *mask = ones + ZOO_KEY_BYTES - length;
    uint64_t difference = 0;
    for (int i = 0; i < 4; i++) difference |= (load(cell + 8 * i) ^ load(value + 8 * i)) & load(mask + 8 * i);
    return difference == 0;
}

#if defined(__x86_64__)
#define KEYED __attribute__((target("avx2,bmi,bmi2,aes")))

static int has_keyed(zoo_level level) { return level >= zoo_avx2 && __builtin_cpu_supports("aes"); }

// Two rounds of AES: every byte of the cell reaches every byte of the hash.
KEYED ALWAYS_INLINE uint32_t hash_keyed(const uint8_t *cell, uint32_t length) {
    __m256i mask = _mm256_loadu_si256((const __m256i *)(ones + ZOO_KEY_BYTES - length));
    __m256i key = _mm256_and_si256(mask, _mm256_loadu_si256((const __m256i *)cell));
    __m128i state = _mm_aesenc_si128(_mm256_castsi256_si128(key), _mm256_extracti128_si256(key, 1));
    state = _mm_aesenc_si128(state, _mm_set_epi64x((long long)0x9e3779b97f4a7c15ull, (long long)0xe7037ed1a0b428dbull));
    return (uint32_t)_mm_cvtsi128_si32(state) | 1u << 31;
}

KEYED ALWAYS_INLINE int same_keyed(const uint8_t *value, const uint8_t *cell, uint32_t length) {
    __m256i mask = _mm256_loadu_si256((const __m256i *)(ones + ZOO_KEY_BYTES - length));
    __m256i known = _mm256_loadu_si256((const __m256i *)value);
    return _mm256_testz_si256(_mm256_xor_si256(known, _mm256_loadu_si256((const __m256i *)cell)), mask);
}
#endif

// Up to twice ZOO_KEY_BYTES a cell is its first and its last bytes, which may overlap.
ALWAYS_INLINE uint32_t hash_any(const uint8_t *cell, uint32_t length, hash_function *hash) {
    if (__builtin_expect(length <= ZOO_KEY_BYTES, 1)) return hash(cell, length);
    if (length > 2 * ZOO_KEY_BYTES) return hash_long(cell, length);
    uint64_t first = hash(cell, ZOO_KEY_BYTES), last = hash(cell + length - ZOO_KEY_BYTES, ZOO_KEY_BYTES);
    return finish(first * 0x9e3779b97f4a7c15ull + last);
}

ALWAYS_INLINE int same_any(const uint8_t *value, const uint8_t *cell, uint32_t length, same_function *same) {
    if (__builtin_expect(length <= ZOO_KEY_BYTES, 1)) return same(value, cell, length);
    if (length > 2 * ZOO_KEY_BYTES) return memcmp(value, cell, length) == 0;
    uint32_t rest = length - ZOO_KEY_BYTES;
    return same(value, cell, ZOO_KEY_BYTES) && same(value + rest, cell + rest, ZOO_KEY_BYTES);
}

ALWAYS_INLINE void encode_near(
    zoo_dictionary *dictionary, const zoo_cells *cells, zoo_cells_kind kind, size_t count, int32_t *codes,
    hash_function *hash, same_function *same) {
    zoo_dictionary view = *dictionary;
    for (size_t i = 0; i < count; i++) {
        uint32_t length;
        const uint8_t *cell = zoo_cell(cells, kind, i, &length);
        uint32_t found = hash_any(cell, length, hash);
        // Most values lie where their hash says. The hash in the slot need not be looked at: a slot that a value's
        // hash leads to is not empty if the table has that value.
        int32_t code = view.slots[found & view.mask].code;
        int64_t start = view.offsets[code], size = view.offsets[code + 1] - start;
        if (__builtin_expect(size == length && same_any(view.bytes + start, cell, length, same), 1)) {
            codes[i] = code;
            continue;
        }
        codes[i] = zoo_dictionary_find(dictionary, found, cell, length);
        view = *dictionary;
    }
}

ALWAYS_INLINE void encode_far(
    zoo_dictionary *dictionary, const zoo_cells *cells, zoo_cells_kind kind, size_t count, int32_t *codes,
    hash_function *hash) {
    for (size_t first = 0; first < count; first += BATCH) {
        size_t n = count - first < BATCH ? count - first : BATCH;
        uint32_t hashes[BATCH];
        for (size_t i = 0; i < n; i++) {
            uint32_t length;
            const uint8_t *cell = zoo_cell(cells, kind, first + i, &length);
            hashes[i] = hash_any(cell, length, hash);
            __builtin_prefetch(dictionary->slots + (hashes[i] & dictionary->mask));
        }
        for (size_t i = 0; i < n; i++) {
            int32_t code = dictionary->slots[hashes[i] & dictionary->mask].code;
            __builtin_prefetch(dictionary->offsets + code);
        }
        for (size_t i = 0; i < n; i++) {
            int32_t code = dictionary->slots[hashes[i] & dictionary->mask].code;
            __builtin_prefetch(dictionary->bytes + dictionary->offsets[code]);
        }
        for (size_t i = 0; i < n; i++) {
            uint32_t length;
            const uint8_t *cell = zoo_cell(cells, kind, first + i, &length);
            codes[first + i] = zoo_dictionary_find(dictionary, hashes[i], cell, length);
        }
    }
}

ALWAYS_INLINE void encode_kind(
    zoo_dictionary *dictionary, const zoo_cells *cells, zoo_cells_kind kind, size_t count, int32_t *codes,
    hash_function *hash, same_function *same) {
    if (dictionary->mask < NEAR_SLOTS) encode_near(dictionary, cells, kind, count, codes, hash, same);
    else encode_far(dictionary, cells, kind, count, codes, hash);
}

ALWAYS_INLINE void encode(
    zoo_dictionary *dictionary, const zoo_cells *cells, zoo_cells_kind kind, size_t count, int32_t *codes,
    hash_function *hash, same_function *same) {
    switch (kind) {
    case zoo_cells_listed: encode_kind(dictionary, cells, zoo_cells_listed, count, codes, hash, same); break;
    case zoo_cells_plain: encode_kind(dictionary, cells, zoo_cells_plain, count, codes, hash, same); break;
    case zoo_cells_plain_last: encode_kind(dictionary, cells, zoo_cells_plain_last, count, codes, hash, same); break;
    }
}

static void encode_generic(
    zoo_dictionary *dictionary, const zoo_cells *cells, zoo_cells_kind kind, size_t count, int32_t *codes) {
    encode(dictionary, cells, kind, count, codes, hash_generic, same_generic);
}

#if defined(__x86_64__)
KEYED static void encode_keyed(
    zoo_dictionary *dictionary, const zoo_cells *cells, zoo_cells_kind kind, size_t count, int32_t *codes) {
    encode(dictionary, cells, kind, count, codes, hash_keyed, same_keyed);
}
#endif

static void encode_on(
    zoo_level level, zoo_dictionary *dictionary, const zoo_cells *cells, zoo_cells_kind kind, size_t count,
    int32_t *codes) {
#if defined(__x86_64__)
    if (has_keyed(level)) {
        encode_keyed(dictionary, cells, kind, count, codes);
        return;
    }
#endif
    encode_generic(dictionary, cells, kind, count, codes);
}

void zoo_encode_cells(
    zoo_dictionary *dictionary, const zoo_cells *cells, zoo_cells_kind kind, size_t count, int32_t *codes) {
    encode_on(zoo_current_level(), dictionary, cells, kind, count, codes);
}

void zoo_dictionary_encode(
    zoo_dictionary *dictionary, const uint8_t *const *cells, const uint32_t *lengths, size_t count, int32_t *codes) {
    zoo_cells listed = {.pointers = cells, .lengths = lengths};
    zoo_encode_cells(dictionary, &listed, zoo_cells_listed, count, codes);
}

void zoo_dictionary_encode_on(
    const char *instructions, zoo_dictionary *dictionary, const uint8_t *const *cells, const uint32_t *lengths,
    size_t count, int32_t *codes) {
    zoo_cells listed = {.pointers = cells, .lengths = lengths};
    encode_on(zoo_named_level(instructions), dictionary, &listed, zoo_cells_listed, count, codes);
}
