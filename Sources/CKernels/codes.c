#include "dictionary.h"

#include <string.h>

#include "vector.h"

// Packed codes are one more than codes, so that none is negative.

void zoo_remap_codes(int32_t *codes, size_t count, const int32_t *map) {
    for (size_t i = 0; i < count; i++) codes[i] = map[codes[i]];
}

size_t zoo_packed_width(int32_t largest) { return largest < UINT8_MAX ? 1 : largest < UINT16_MAX ? 2 : 4; }

#define PACK(type)                                                                                                     \
    type *output = (type *)packed;                                                                                     \
    if (map)                                                                                                           \
        for (size_t i = 0; i < count; i++) output[i] = (type)(map[codes[i]] + 1);                                      \
    else                                                                                                               \
        for (size_t i = 0; i < count; i++) output[i] = (type)(codes[i] + 1);

#define UNPACK(type)                                                                                                   \
    const type *input = (const type *)packed;                                                                          \
    for (size_t i = 0; i < count; i++) codes[i] = (int32_t)input[i] - 1;

ZOO_KERNEL static void pack1(const int32_t *codes, size_t count, const int32_t *map, uint8_t *packed) { PACK(uint8_t) }
ZOO_KERNEL static void pack2(const int32_t *codes, size_t count, const int32_t *map, uint8_t *packed) {
    PACK(uint16_t)
}
ZOO_KERNEL static void pack4(const int32_t *codes, size_t count, const int32_t *map, uint8_t *packed) {
    PACK(uint32_t)
}
ZOO_KERNEL static void unpack1(const uint8_t *packed, size_t count, int32_t *codes) { UNPACK(uint8_t) }
ZOO_KERNEL static void unpack2(const uint8_t *packed, size_t count, int32_t *codes) { UNPACK(uint16_t) }
ZOO_KERNEL static void unpack4(const uint8_t *packed, size_t count, int32_t *codes) { UNPACK(uint32_t) }

void zoo_pack_codes(const int32_t *codes, size_t count, const int32_t *map, size_t width, uint8_t *packed) {
    if (width == 1) pack1(codes, count, map, packed);
    else if (width == 2) pack2(codes, count, map, packed);
    else pack4(codes, count, map, packed);
}

void zoo_unpack_codes(const uint8_t *packed, size_t count, size_t width, int32_t *codes) {
    if (width == 1) unpack1(packed, count, codes);
    else if (width == 2) unpack2(packed, count, codes);
    else unpack4(packed, count, codes);
}
