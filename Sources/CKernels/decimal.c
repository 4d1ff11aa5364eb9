#define _GNU_SOURCE
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#if defined(__APPLE__)
#include <xlocale.h>
#endif

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

static uint8_t parse_float(const uint8_t *bytes, size_t length, float *value) {
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

size_t zoo_parse_floats(
    const uint8_t *const *cells, const uint32_t *lengths, size_t count, float *values, uint8_t *status) {
    size_t failures = 0;
    for (size_t i = 0; i < count; i++) {
        status[i] = parse_float(cells[i], lengths[i], &values[i]);
        failures += status[i] > ZOO_NUMBER_EMPTY;
    }
    return failures;
}
