#pragma once

#include "scan.h"

#include <stdbool.h>

// Where the cells of a column are.

typedef enum {
    // Each has a pointer and a length.
    zoo_cells_listed,
    // Each is what stands between two terminators.
    zoo_cells_plain,
    // So it is, but for a carriage return at its end.
    zoo_cells_plain_last,
} zoo_cells_kind;

typedef struct {
    const uint8_t *const *pointers;
    const uint32_t *lengths;
    const uint8_t *bytes;
    // The terminators of this column's cells, of the first row first.
    const uint32_t *terminators;
    const uint32_t *rows;
    uint32_t gap;
} zoo_cells;

static inline __attribute__((always_inline)) const uint8_t *zoo_cell(
    const zoo_cells *cells, zoo_cells_kind kind, size_t index, uint32_t *length) {
    if (kind == zoo_cells_listed) {
        *length = cells->lengths[index];
        return cells->pointers[index];
    }
    const uint32_t *terminator = cells->terminators + cells->rows[index];
    uint32_t start = terminator[-1] + cells->gap;
    const uint8_t *cell = cells->bytes + start;
    *length = *terminator - start;
    if (kind == zoo_cells_plain_last) *length -= *length > 0 && cell[*length - 1] == '\r';
    return cell;
}

/// Encodes cells through a dictionary.
void zoo_encode_cells(
    zoo_dictionary *dictionary, const zoo_cells *cells, zoo_cells_kind kind, size_t count, int32_t *codes);
/// Parses cells; `status` may be NULL. Returns how many are neither numbers nor empty.
size_t zoo_parse_cells(
    const zoo_cells *cells, zoo_cells_kind kind, size_t count, float *values, uint8_t *status);
