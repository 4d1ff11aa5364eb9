#pragma once

#include <stddef.h>
#include <stdint.h>

/// Distinct byte strings, numbered from 0 in order of insertion.
typedef struct zoo_dictionary zoo_dictionary;

zoo_dictionary *zoo_dictionary_create(void);
void zoo_dictionary_destroy(zoo_dictionary *dictionary);
/// Forgets everything.
void zoo_dictionary_clear(zoo_dictionary *dictionary);
size_t zoo_dictionary_count(const zoo_dictionary *dictionary);
/// The bytes of all values together.
size_t zoo_dictionary_byte_count(const zoo_dictionary *dictionary);
/// All values, one after the other.
const uint8_t *zoo_dictionary_bytes(const zoo_dictionary *dictionary);
/// Where each value starts in those, and one more for the end.
const int64_t *zoo_dictionary_offsets(const zoo_dictionary *dictionary);
/// The codes of some cells, inserting those not seen before. Cells must be readable for 32 bytes from their start.
void zoo_dictionary_encode(
    zoo_dictionary *dictionary, const uint8_t *const *cells, const uint32_t *lengths, size_t count, int32_t *codes);
/// The same on at most these instructions ("avx2", "generic"), to compare them; one dictionary stays with one set.
void zoo_dictionary_encode_on(
    const char *instructions, zoo_dictionary *dictionary, const uint8_t *const *cells, const uint32_t *lengths,
    size_t count, int32_t *codes);

/// Replaces each code by map[code].
void zoo_remap_codes(int32_t *codes, size_t count, const int32_t *map);

/// The bytes that codes from -1 to `largest` take: 1, 2 or 4.
size_t zoo_packed_width(int32_t largest);
/// Writes each code, or map[code] unless `map` is NULL, in `width` bytes.
void zoo_pack_codes(const int32_t *codes, size_t count, const int32_t *map, size_t width, uint8_t *packed);
/// Reads them back.
void zoo_unpack_codes(const uint8_t *packed, size_t count, size_t width, int32_t *codes);
