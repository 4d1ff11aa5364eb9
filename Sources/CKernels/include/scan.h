#pragma once

// Reading tables: structural scan, cells, numbers. Every buffer that holds text must be readable for
// ZOO_SCAN_PADDING bytes past its end.

#include "dictionary.h"

#include <stddef.h>
#include <stdint.h>

#define ZOO_SCAN_PADDING 64

/// How rows fall into fields.
typedef struct {
    const uint8_t *separator;
    size_t separator_length;
    /// The quote byte, or -1.
    int32_t quote;
    /// Whether blanks around fields are dropped.
    int32_t trims;
} zoo_dialect;

/// What a structural scan found.
typedef struct {
    /// Terminators written: positions of separators and newlines outside quotes.
    size_t count;
    /// How many of them are newlines.
    size_t newlines;
    /// Whether the text ends inside quotes, and where those open.
    int32_t is_open;
    uint32_t open_position;
    /// Whether the text holds quotes.
    int32_t has_quotes;
    /// Whether all bytes are known to be ASCII and not 0; if not, they may be so nevertheless.
    int32_t is_ascii;
} zoo_scan_result;

/// Finds the separators and newlines outside quotes in bytes[start ..< end], `start` being the start of a record.
/// `terminators` takes up to end - start positions, and 16 more that mean nothing.
zoo_scan_result zoo_scan_fields(
    const uint8_t *bytes, size_t start, size_t end, const zoo_dialect *dialect, uint32_t *terminators);
/// The same on at most these instructions ("avx512", "avx2", "generic"), to compare them.
zoo_scan_result zoo_scan_fields_on(
    const char *instructions, const uint8_t *bytes, size_t start, size_t end, const zoo_dialect *dialect,
    uint32_t *terminators);

/// Rows out of terminators. A row is the index of its first terminator. Blank lines are dropped.
typedef struct {
    size_t rows;
    size_t bad_rows;
} zoo_rows_result;

/// Splits `count` terminators, of which terminators[-1] must be start - 1, into rows of `fields` fields: their first
/// terminators go to `rows`; those of rows with another number of fields, and that number, to `bad_rows`, at most
/// `bad_capacity` of them (all are counted).
zoo_rows_result zoo_split_rows(
    const uint8_t *bytes, const zoo_dialect *dialect, const uint32_t *terminators, size_t count, size_t newlines,
    size_t fields, uint32_t *rows, uint32_t *bad_rows, uint32_t *bad_fields, size_t bad_capacity);

/// The cells of one column of `count` rows: unquoted, trimmed if the dialect says so. Cells that had doubled quotes
/// are rewritten at `scratch`; returns the bytes used there (never more than the rows hold).
size_t zoo_column_cells(
    const uint8_t *bytes, const zoo_dialect *dialect, const uint32_t *terminators, const uint32_t *rows, size_t count,
    size_t column, size_t fields, const uint8_t **cells, uint32_t *lengths, uint8_t *scratch);

/// Rows whose cells are what stands between their terminators: no quotes, no blanks to drop.
typedef struct {
    const uint8_t *bytes;
    const uint32_t *terminators;
    const uint32_t *rows;
    size_t count;
    size_t fields;
    size_t separator_length;
} zoo_plain_rows;

/// A column of theirs to encode: into codes of a dictionary or, without one, into numbers.
typedef struct {
    size_t column;
    zoo_dictionary *dictionary;
    int32_t *codes;
    float *numbers;
    /// How many cells are neither numbers nor empty.
    size_t failures;
} zoo_plain_column;

/// Encodes columns of plain rows as zoo_column_cells and then zoo_dictionary_encode or zoo_parse_floats would.
void zoo_encode_plain(const zoo_plain_rows *rows, zoo_plain_column *columns, size_t count);

/// The number of newlines in some bytes.
size_t zoo_count_newlines(const uint8_t *bytes, size_t count);

/// The position behind the last newline of some bytes; 0 if there is none.
size_t zoo_last_line_end(const uint8_t *bytes, size_t count);

/// The position of the first byte that is not UTF-8 text (a truncated, overlong or surrogate sequence, or a byte of
/// value 0), or `count`.
size_t zoo_text_prefix(const uint8_t *bytes, size_t count);

/// Turns Latin-1 into UTF-8; `output` takes up to 2 * count bytes. Returns the bytes written.
size_t zoo_latin1_to_utf8(const uint8_t *bytes, size_t count, uint8_t *output);

/// A sum over all bytes that changes when any of them does, as good as certainly; not cryptographic.
uint64_t zoo_checksum(const uint8_t *bytes, size_t count, uint64_t seed);

/// What became of a number.
enum { ZOO_NUMBER_OK = 0, ZOO_NUMBER_EMPTY = 1, ZOO_NUMBER_INVALID = 2, ZOO_NUMBER_NOT_FINITE = 3 };

/// Parses decimal numbers as `strtof` rounds them, blanks around them aside; an empty cell gives NaN. Other words give
/// NaN and their status. Returns how many cells are neither numbers nor empty. Cells must be readable for 16 bytes.
size_t zoo_parse_floats(
    const uint8_t *const *cells, const uint32_t *lengths, size_t count, float *values, uint8_t *status);
