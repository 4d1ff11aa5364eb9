#include "scan.h"

#include "levels.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// Bit i of each mask says what byte i of a block of 64 is.
typedef struct {
    uint64_t separators, newlines, quotes;
} block_masks;

enum { BLOCK = 64, PAGE_BLOCKS = 64 };

#if defined(__x86_64__)
__attribute__((target("avx2"))) static uint64_t equal_avx2(__m256i low, __m256i high, __m256i wanted) {
    uint32_t first = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, wanted));
    uint32_t second = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, wanted));
    return first | (uint64_t)second << 32;
}

__attribute__((target("avx2"))) static void masks_avx2(
    const uint8_t *bytes, size_t blocks, uint8_t separator, uint8_t quote, block_masks *masks) {
    __m256i separators = _mm256_set1_epi8((char)separator);
    __m256i newlines = _mm256_set1_epi8('\n');
    __m256i quotes = _mm256_set1_epi8((char)quote);
    for (size_t i = 0; i < blocks; i++) {
        __m256i low = _mm256_loadu_si256((const __m256i *)(bytes + i * BLOCK));
        __m256i high = _mm256_loadu_si256((const __m256i *)(bytes + i * BLOCK + 32));
        masks[i].separators = equal_avx2(low, high, separators);
        masks[i].newlines = equal_avx2(low, high, newlines);
        masks[i].quotes = equal_avx2(low, high, quotes);
    }
}
#endif

// Bit i of the result says whether byte i of eight equals `wanted`.
static uint64_t equal_eight(const uint8_t *bytes, uint8_t wanted) {
    uint64_t result = 0;
    for (int i = 0; i < 8; i++) result |= (uint64_t)(bytes[i] == wanted) << i;
    return result;
}

static void masks_plain(
    const uint8_t *bytes, size_t blocks, uint8_t separator, uint8_t quote, block_masks *masks) {
    for (size_t i = 0; i < blocks; i++) {
        block_masks found = {0, 0, 0};
        for (int part = 0; part < 8; part++) {
            const uint8_t *eight = bytes + i * BLOCK + part * 8;
            found.separators |= equal_eight(eight, separator) << (part * 8);
            found.newlines |= equal_eight(eight, '\n') << (part * 8);
            found.quotes |= equal_eight(eight, quote) << (part * 8);
        }
        masks[i] = found;
    }
}

static void find_masks(
    zoo_level level, const uint8_t *bytes, size_t blocks, uint8_t separator, uint8_t quote, block_masks *masks) {
#if defined(__x86_64__)
    if (level >= zoo_avx2) {
        masks_avx2(bytes, blocks, separator, quote, masks);
        return;
    }
#endif
    masks_plain(bytes, blocks, separator, quote, masks);
}

static inline int is_blank(uint8_t byte) { return byte == ' ' || byte == '\t'; }

// A scan under way.
typedef struct {
    const uint8_t *bytes;
    const zoo_dialect *dialect;
    uint32_t *terminators;
    zoo_scan_result result;
    size_t start;
    // Structural bytes before this position belong to something read already.
    size_t resume;
} scan_state;

static int is_separator(const scan_state *state, size_t position) {
    const zoo_dialect *dialect = state->dialect;
    return memcmp(state->bytes + position, dialect->separator, dialect->separator_length) == 0;
}

// Whether only blanks that do not count stand between the start of the field and this position.
static int is_at_field_start(const scan_state *state, size_t position) {
    size_t field = state->start;
    if (state->result.count > 0) {
        size_t last = state->terminators[state->result.count - 1];
        field = last + (state->bytes[last] == '\n' ? 1 : state->dialect->separator_length);
    }
    if (state->dialect->trims) {
        while (field < position && is_blank(state->bytes[field])) field++;
    }
    return field == position;
}

// One block, byte by byte of those that have a meaning.
static void scan_block(scan_state *state, size_t base, uint64_t marks) {
    const uint8_t *bytes = state->bytes;
    zoo_scan_result *result = &state->result;
    for (; marks; marks &= marks - 1) {
        size_t position = base + (size_t)__builtin_ctzll(marks);
        if (position < state->resume) continue;
        uint8_t byte = bytes[position];
        int is_quote = byte == state->dialect->quote;
        if (result->is_open) {
            if (!is_quote) continue;
            if (bytes[position + 1] == byte) state->resume = position + 2;
            else result->is_open = 0;
        } else if (is_quote) {
            if (!is_at_field_start(state, position)) continue;
            result->is_open = 1;
            result->open_position = (uint32_t)position;
        } else if (byte == '\n') {
            state->terminators[result->count++] = (uint32_t)position;
            result->newlines++;
        } else if (is_separator(state, position)) {
            state->terminators[result->count++] = (uint32_t)position;
            state->resume = position + state->dialect->separator_length;
        }
    }
}

// Writes the positions of all set bits; four at a time, since the number of bits is hard to predict.
static inline size_t write_positions(uint32_t *output, size_t base, uint64_t marks) {
    size_t count = (size_t)__builtin_popcountll(marks);
    for (size_t written = 0; written < count; written += 4) {
        for (int i = 0; i < 4; i++) {
            output[written + i] = (uint32_t)(base + (size_t)__builtin_ctzll(marks | 1ull << 63));
            marks &= marks - 1;
        }
    }
    return count;
}

// Bits of a block that lie before `end`.
static inline uint64_t bits_inside(size_t base, size_t end) {
    return end - base < BLOCK ? (1ull << (end - base)) - 1 : ~0ull;
}

// Whether what a block says does not depend on what was read before, and each mark ends a field.
static inline int is_simple(const scan_state *state, size_t base, uint64_t quotes) {
    return !quotes && !state->result.is_open && state->dialect->separator_length == 1 && state->resume <= base;
}

static void scan_paged(scan_state *state, zoo_level level, size_t end) {
    int has_quote = state->dialect->quote >= 0;
    uint8_t quote = has_quote ? (uint8_t)state->dialect->quote : '\n';
    zoo_scan_result *result = &state->result;
    block_masks masks[PAGE_BLOCKS];
    for (size_t page = state->start; page < end; page += PAGE_BLOCKS * BLOCK) {
        size_t blocks = (end - page + BLOCK - 1) / BLOCK;
        if (blocks > PAGE_BLOCKS) blocks = PAGE_BLOCKS;
        find_masks(level, state->bytes + page, blocks, state->dialect->separator[0], quote, masks);
        for (size_t i = 0; i < blocks; i++) {
            size_t base = page + i * BLOCK;
            uint64_t inside = bits_inside(base, end);
            uint64_t newlines = masks[i].newlines & inside;
            uint64_t quotes = has_quote ? masks[i].quotes & inside : 0;
            uint64_t marks = (masks[i].separators & inside) | newlines;
            result->has_quotes |= quotes != 0;
            if (is_simple(state, base, quotes)) {
                result->count += write_positions(state->terminators + result->count, base, marks);
                result->newlines += (size_t)__builtin_popcountll(newlines);
            } else if (quotes || !result->is_open) {
                scan_block(state, base, marks | quotes);
            }
        }
    }
}

#if defined(__x86_64__)
#define WIDE __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx512vbmi2,avx2,bmi,bmi2,popcnt")))

static int has_wide(zoo_level level) { return level == zoo_avx512 && __builtin_cpu_supports("avx512vbmi2"); }

// Writes the positions of all set bits, sixteen at a time: rarely does a block have more.
WIDE static inline size_t write_positions_wide(uint32_t *output, size_t base, uint64_t marks, __m512i places) {
    size_t count = (size_t)_mm_popcnt_u64(marks);
    __m512i found = _mm512_maskz_compress_epi8(_cvtu64_mask64(marks), places);
    __m512i start = _mm512_set1_epi32((int)base);
    __m128i sixteen = _mm512_castsi512_si128(found);
    _mm512_storeu_si512(output, _mm512_add_epi32(start, _mm512_cvtepu8_epi32(sixteen)));
    if (__builtin_expect(count > 16, 0)) {
        uint8_t rest[BLOCK];
        _mm512_storeu_si512(rest, found);
        for (size_t i = 16; i < count; i++) output[i] = (uint32_t)(base + rest[i]);
    }
    return count;
}

WIDE static void scan_wide(scan_state *state, size_t end) {
    uint8_t numbers[BLOCK];
    for (int i = 0; i < BLOCK; i++) numbers[i] = (uint8_t)i;
    int has_quote = state->dialect->quote >= 0;
    __m512i places = _mm512_loadu_si512(numbers);
    __m512i separators = _mm512_set1_epi8((char)state->dialect->separator[0]);
    __m512i line_ends = _mm512_set1_epi8('\n');
    __m512i quote_marks = _mm512_set1_epi8((char)(has_quote ? state->dialect->quote : '\n'));
    __m512i every = _mm512_setzero_si512(), least = _mm512_set1_epi8(-1);
    // A copy: the compiler cannot know that positions are not written over it.
    scan_state local = *state;
    uint64_t any_quotes = 0;
    for (size_t base = local.start; base < end; base += BLOCK) {
        uint64_t inside = bits_inside(base, end);
        __m512i block = _mm512_loadu_si512(local.bytes + base);
        block = _mm512_mask_blend_epi8(_cvtu64_mask64(inside), _mm512_set1_epi8(1), block);
        every = _mm512_or_si512(every, block);
        least = _mm512_min_epu8(least, block);
        uint64_t newlines = _cvtmask64_u64(_mm512_cmpeq_epi8_mask(block, line_ends)) & inside;
        uint64_t marks = (_cvtmask64_u64(_mm512_cmpeq_epi8_mask(block, separators)) & inside) | newlines;
        uint64_t quotes = has_quote ? _cvtmask64_u64(_mm512_cmpeq_epi8_mask(block, quote_marks)) & inside : 0;
        any_quotes |= quotes;
        if (is_simple(&local, base, quotes)) {
            uint32_t *output = local.terminators + local.result.count;
            local.result.count += write_positions_wide(output, base, marks, places);
            local.result.newlines += (size_t)_mm_popcnt_u64(newlines);
        } else if (quotes || !local.result.is_open) {
            scan_block(&local, base, marks | quotes);
        }
    }
    local.result.has_quotes = any_quotes != 0;
    local.result.is_ascii = _mm512_movepi8_mask(every) == 0 && _mm512_test_epi8_mask(least, least) == ~0ull;
    *state = local;
}
#endif

static zoo_scan_result scan_fields(
    zoo_level level, const uint8_t *bytes, size_t start, size_t end, const zoo_dialect *dialect,
    uint32_t *terminators) {
    scan_state state = {.bytes = bytes, .dialect = dialect, .terminators = terminators, .start = start};
#if defined(__x86_64__)
    if (has_wide(level)) {
        scan_wide(&state, end);
        return state.result;
    }
#endif
    scan_paged(&state, level, end);
    return state.result;
}

zoo_scan_result zoo_scan_fields(
    const uint8_t *bytes, size_t start, size_t end, const zoo_dialect *dialect, uint32_t *terminators) {
    return scan_fields(zoo_current_level(), bytes, start, end, dialect, terminators);
}

zoo_scan_result zoo_scan_fields_on(
    const char *instructions, const uint8_t *bytes, size_t start, size_t end, const zoo_dialect *dialect,
    uint32_t *terminators) {
    return scan_fields(zoo_named_level(instructions), bytes, start, end, dialect, terminators);
}

zoo_rows_result zoo_split_rows(
    const uint8_t *bytes, const zoo_dialect *dialect, const uint32_t *terminators, size_t count, size_t newlines,
    size_t fields, uint32_t *rows, uint32_t *bad_rows, uint32_t *bad_fields, size_t bad_capacity) {
    zoo_rows_result result = {0, 0};
    // As many newlines as rows, and each where a row ends: then no other terminator is one.
    if (fields > 1 && newlines * fields == count) {
        size_t row = 0;
        while (row < newlines && bytes[terminators[(row + 1) * fields - 1]] == '\n') row++;
        if (row == newlines) {
            for (size_t i = 0; i < newlines; i++) rows[i] = (uint32_t)(i * fields);
            result.rows = newlines;
            return result;
        }
    }
    size_t first = 0;
    for (size_t i = 0; i < count; i++) {
        if (bytes[terminators[i]] != '\n') continue;
        size_t found = i + 1 - first;
        int is_blank_line = 0;
        if (found == 1) {
            size_t position = (size_t)(uint32_t)(terminators[(ptrdiff_t)first - 1] + 1);
            size_t end = terminators[i];
            if (end > position && bytes[end - 1] == '\r') end--;
            while (dialect->trims && position < end && is_blank(bytes[position])) position++;
            is_blank_line = position == end;
        }
        if (is_blank_line) {
        } else if (found == fields) {
            rows[result.rows++] = (uint32_t)first;
        } else {
            if (result.bad_rows < bad_capacity) {
                bad_rows[result.bad_rows] = (uint32_t)first;
                bad_fields[result.bad_rows] = (uint32_t)found;
            }
            result.bad_rows++;
        }
        first = i + 1;
    }
    return result;
}

// A quoted cell whose text is not just what stands between two quotes; returns its length at `output`.
static uint32_t unquote(const uint8_t *cell, const uint8_t *end, uint8_t quote, uint8_t *output) {
    uint8_t *next = output;
    const uint8_t *input = cell + 1;
    int is_open = 1;
    while (input < end) {
        if (is_open && *input == quote) {
            if (input + 1 < end && input[1] == quote) {
                *next++ = quote;
                input += 2;
                continue;
            }
            is_open = 0;
            input++;
            continue;
        }
        *next++ = *input++;
    }
    return (uint32_t)(next - output);
}

size_t zoo_column_cells(
    const uint8_t *bytes, const zoo_dialect *dialect, const uint32_t *terminators, const uint32_t *rows, size_t count,
    size_t column, size_t fields, const uint8_t **cells, uint32_t *lengths, uint8_t *scratch) {
    uint32_t gap = column == 0 ? 1 : (uint32_t)dialect->separator_length;
    int is_last = column + 1 == fields;
    uint8_t *output = scratch;
    for (size_t i = 0; i < count; i++) {
        ptrdiff_t terminator = (ptrdiff_t)rows[i] + (ptrdiff_t)column;
        const uint8_t *cell = bytes + (uint32_t)(terminators[terminator - 1] + gap);
        const uint8_t *end = bytes + terminators[terminator];
        if (is_last && end > cell && end[-1] == '\r') end--;
        if (dialect->trims) {
            while (cell < end && is_blank(*cell)) cell++;
            while (cell < end && is_blank(end[-1])) end--;
        }
        if (cell < end && *cell == dialect->quote) {
            uint8_t quote = *cell;
            const uint8_t *close = memchr(cell + 1, quote, (size_t)(end - cell - 1));
            if (close && close + 1 == end) {
                cell++;
                end = close;
            } else {
                uint32_t length = unquote(cell, end, quote, output);
                cell = output;
                output += length;
                end = output;
            }
        }
        cells[i] = cell;
        lengths[i] = (uint32_t)(end - cell);
    }
    return (size_t)(output - scratch);
}
