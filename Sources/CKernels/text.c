#include <string.h>

#include "scan.h"

size_t zoo_count_newlines(const uint8_t *bytes, size_t count) {
    size_t total = 0;
    // Lanes as narrow as the bytes, so that the compiler needs no wider vectors; 255 rounds fill one.
    while (count >= 64) {
        uint8_t lanes[64] = {0};
        size_t rounds = count / 64 < 255 ? count / 64 : 255;
        for (size_t round = 0; round < rounds; round++, bytes += 64) {
            for (int i = 0; i < 64; i++) lanes[i] += bytes[i] == '\n';
        }
        for (int i = 0; i < 64; i++) total += lanes[i];
        count -= rounds * 64;
    }
    while (count-- > 0) total += *bytes++ == '\n';
    return total;
}

size_t zoo_last_line_end(const uint8_t *bytes, size_t count) {
    while (count > 0 && bytes[count - 1] != '\n') count--;
    return count;
}

// Bytes in a row that are ASCII and not 0.
static size_t ascii_prefix(const uint8_t *bytes, size_t count) {
    size_t position = 0;
    while (position + 32 <= count) {
        uint64_t words[4];
        memcpy(words, bytes + position, 32);
        // A byte of 0 borrows, so that its highest bit is set, too; where a byte is not ASCII it does not matter.
        uint64_t found = 0;
        for (int i = 0; i < 4; i++) found |= words[i] | (words[i] - 0x0101010101010101ull);
        if (found & 0x8080808080808080ull) break;
        position += 32;
    }
    while (position < count && (uint8_t)(bytes[position] - 1) < 0x7f) position++;
    return position;
}

// The length of the UTF-8 sequence at `bytes`, or 0 (Unicode 15, table 3-7).
static size_t sequence_length(const uint8_t *bytes, size_t count) {
    uint8_t lead = bytes[0];
    if (lead < 0x80) return 1;
    size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || length > count) return 0;
    uint8_t low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    uint8_t high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    if (bytes[1] < low || bytes[1] > high) return 0;
    for (size_t i = 2; i < length; i++) {
        if ((bytes[i] & 0xc0) != 0x80) return 0;
    }
    return length;
}

size_t zoo_text_prefix(const uint8_t *bytes, size_t count) {
    size_t position = 0;
    while (position < count) {
        position += ascii_prefix(bytes + position, count - position);
        if (position < count && bytes[position] == 0) return position;
        while (position < count && bytes[position] >= 0x80) {
            size_t length = sequence_length(bytes + position, count - position);
            if (length == 0) return position;
            position += length;
        }
    }
    return position;
}

size_t zoo_latin1_to_utf8(const uint8_t *bytes, size_t count, uint8_t *output) {
    uint8_t *next = output;
    for (size_t i = 0; i < count; i++) {
        if (bytes[i] < 0x80) {
            *next++ = bytes[i];
        } else {
            *next++ = (uint8_t)(0xc0 | bytes[i] >> 6);
            *next++ = (uint8_t)(0x80 | (bytes[i] & 0x3f));
        }
    }
    return (size_t)(next - output);
}

static inline uint64_t mix(uint64_t left, uint64_t right) {
    unsigned __int128 product = (unsigned __int128)left * right;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

uint64_t zoo_checksum(const uint8_t *bytes, size_t count, uint64_t seed) {
    static const uint64_t keys[8] = {
        0x9e3779b97f4a7c15ull, 0xbf58476d1ce4e5b9ull, 0x94d049bb133111ebull, 0xd6e8feb86659fd93ull,
        0xa0761d6478bd642full, 0xe7037ed1a0b428dbull, 0x8ebc6af09c88c6e3ull, 0x589965cc75374cc3ull};
    uint64_t lanes[4] = {seed ^ keys[0], seed ^ keys[1], seed ^ keys[2], seed ^ keys[3]};
    size_t position = 0;
    for (; position + 64 <= count; position += 64) {
        uint64_t words[8];
        memcpy(words, bytes + position, 64);
        for (int i = 0; i < 4; i++) lanes[i] = mix(lanes[i] ^ words[2 * i], keys[i + 4] ^ words[2 * i + 1]) + lanes[i];
    }
    uint8_t tail[64] = {0};
    memcpy(tail, bytes + position, count - position);
    uint64_t words[8];
    memcpy(words, tail, 64);
    for (int i = 0; i < 4; i++) lanes[i] = mix(lanes[i] ^ words[2 * i], keys[i + 4] ^ words[2 * i + 1]) + lanes[i];
    uint64_t sum = mix(lanes[0] ^ keys[4], lanes[1] ^ keys[5]) ^ mix(lanes[2] ^ keys[6], lanes[3] ^ keys[7]);
    return mix(sum ^ count, keys[3]);
}
