#define _GNU_SOURCE
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#if defined(__APPLE__)
#include <xlocale.h>
#endif

#include "cells.h"
#include "scan.h"

static const double powers_of_ten[23] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                         1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

// Numbers are written with a point, whatever the user's locale.
static locale_t plain_locale(void) {
    static locale_t locale;
    locale_t known = __atomic_load_n(&locale, __ATOMIC_ACQUIRE);
    if (!known) {
        known = newlocale(LC_ALL_MASK, "C", (locale_t)0);
        __atomic_store_n(&locale, known, __ATOMIC_RELEASE);
    }
    return known;
}

static int is_digit(uint8_t byte) { return (uint8_t)(byte - '0') < 10; }

static int is_word(const uint8_t *bytes, size_t length, const char *word) {
    if (strlen(word) != length) return 0;
    for (size_t i = 0; i < length; i++) {
        if ((bytes[i] | 0x20) != word[i]) return 0;
    }
    return 1;
}

// What a cell that is no decimal number is.
static uint8_t classify(const uint8_t *bytes, size_t length) {
    if (length > 0 && (*bytes == '-' || *bytes == '+')) bytes++, length--;
    int is_infinite = is_word(bytes, length, "inf") || is_word(bytes, length, "infinity");
    return is_infinite || is_word(bytes, length, "nan") ? ZOO_NUMBER_NOT_FINITE : ZOO_NUMBER_INVALID;
}

// The exact, slow way.
static float parse_exactly(const uint8_t *bytes, size_t length) {
    char local[128];
    char *text = length < sizeof local ? local : malloc(length + 1);
    if (!text) return NAN;
    memcpy(text, bytes, length);
    text[length] = 0;
    float value = strtof_l(text, NULL, plain_locale());
    if (text != local) free(text);
    return value;
}

static __attribute__((noinline)) uint8_t parse_float(const uint8_t *bytes, size_t length, float *value) {
    *value = NAN;
    while (length > 0 && (*bytes == ' ' || *bytes == '\t')) bytes++, length--;
    while (length > 0 && (bytes[length - 1] == ' ' || bytes[length - 1] == '\t')) length--;
    if (length == 0) return ZOO_NUMBER_EMPTY;
    const uint8_t *next = bytes, *end = bytes + length;
    int is_negative = *next == '-';
    if (*next == '-' || *next == '+') next++;
    uint64_t mantissa = 0;
    const uint8_t *digits = next;
    while (next < end && is_digit(*next)) mantissa = mantissa * 10 + (uint64_t)(*next++ - '0');
    ptrdiff_t digit_count = next - digits;
    ptrdiff_t exponent = 0;
    if (next < end && *next == '.') {
        const uint8_t *fraction = ++next;
        while (next < end && is_digit(*next)) mantissa = mantissa * 10 + (uint64_t)(*next++ - '0');
        exponent = fraction - next;
        digit_count += next - fraction;
    }
    if (digit_count == 0) return classify(bytes, length);
    if (next < end && (*next | 0x20) == 'e') {
        next++;
        int is_down = next < end && *next == '-';
        if (next < end && (*next == '-' || *next == '+')) next++;
        const uint8_t *first = next;
        ptrdiff_t power = 0;
        while (next < end && is_digit(*next)) {
            if (power < 100000) power = power * 10 + (*next - '0');
            next++;
        }
        if (next == first) return classify(bytes, length);
        exponent += is_down ? -power : power;
    }
    if (next != end) return classify(bytes, length);
    // Up to 2^53 and 10^22 the mantissa and the power are exact doubles, so that their product or quotient is rounded
    // once. Rounding that to a float errs only where it lies half-way between two floats, or where floats are sparser.
    if (digit_count <= 19 && mantissa <= 1ull << 53 && exponent >= -22 && exponent <= 22) {
        double exact = exponent < 0 ? (double)mantissa / powers_of_ten[-exponent]
                                    : (double)mantissa * powers_of_ten[exponent];
        uint64_t bits;
        memcpy(&bits, &exact, 8);
        if (((bits & 0x1fffffff) != 0x10000000 && exact > 1.5e-38 && exact < 3.4e38) || mantissa == 0) {
            *value = (float)(is_negative ? -exact : exact);
            return ZOO_NUMBER_OK;
        }
    }
    float slow = parse_exactly(bytes, length);
    if (!isfinite(slow)) return ZOO_NUMBER_NOT_FINITE;
    *value = slow;
    return ZOO_NUMBER_OK;
}

// Up to seven digits and nothing else, which a float holds exactly; -1 if it is something else.
static inline __attribute__((always_inline)) int32_t parse_digits(const uint8_t *bytes, uint32_t length) {
    if (length - 1 >= 7) return -1;
    uint64_t word;
    memcpy(&word, bytes, 8);
    // The digits move to the top, behind zeros.
    word = word << (64 - 8 * length) | 0x3030303030303030ull >> (8 * length);
    if (((word + 0x4646464646464646ull) | (word - 0x3030303030303030ull)) & 0x8080808080808080ull) return -1;
    word -= 0x3030303030303030ull;
    word = (word * 10 + (word >> 8)) & 0x00ff00ff00ff00ffull;
    word = (word * 100 + (word >> 16)) & 0x0000ffff0000ffffull;
    return (int32_t)(uint32_t)(word * 10000 + (word >> 32));
}

static inline __attribute__((always_inline)) size_t parse_cells(
    const zoo_cells *cells, zoo_cells_kind kind, size_t count, float *values, uint8_t *status) {
    size_t failures = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t length;
        const uint8_t *cell = zoo_cell(cells, kind, i, &length);
        int32_t number = parse_digits(cell, length);
        uint8_t found = ZOO_NUMBER_OK;
        if (__builtin_expect(number >= 0, 1)) values[i] = (float)number;
        else found = parse_float(cell, length, &values[i]);
        if (status) status[i] = found;
        failures += found > ZOO_NUMBER_EMPTY;
    }
    return failures;
}

size_t zoo_parse_cells(
    const zoo_cells *cells, zoo_cells_kind kind, size_t count, float *values, uint8_t *status) {
    switch (kind) {
    case zoo_cells_listed: return parse_cells(cells, zoo_cells_listed, count, values, status);
    case zoo_cells_plain: return parse_cells(cells, zoo_cells_plain, count, values, status);
    default: return parse_cells(cells, zoo_cells_plain_last, count, values, status);
    }
}

size_t zoo_parse_floats(
    const uint8_t *const *cells, const uint32_t *lengths, size_t count, float *values, uint8_t *status) {
    zoo_cells listed = {.pointers = cells, .lengths = lengths};
    return zoo_parse_cells(&listed, zoo_cells_listed, count, values, status);
}
