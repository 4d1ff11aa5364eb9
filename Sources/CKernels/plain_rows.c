#include "cells.h"
#include "scan.h"

// Columns are encoded for so many rows at a time, whose text stays in the processor's nearest cache meanwhile.
enum { BATCH = 128 };

void zoo_encode_plain(const zoo_plain_rows *rows, zoo_plain_column *columns, size_t count) {
    for (size_t i = 0; i < count; i++) columns[i].failures = 0;
    for (size_t first = 0; first < rows->count; first += BATCH) {
        size_t n = rows->count - first < BATCH ? rows->count - first : BATCH;
        for (size_t i = 0; i < count; i++) {
            zoo_plain_column *column = &columns[i];
            zoo_cells cells = {
                .bytes = rows->bytes,
                .terminators = rows->terminators + column->column,
                .rows = rows->rows + first,
                .gap = column->column == 0 ? 1 : (uint32_t)rows->separator_length,
            };
            zoo_cells_kind kind = column->column + 1 == rows->fields ? zoo_cells_plain_last : zoo_cells_plain;
            if (column->dictionary) zoo_encode_cells(column->dictionary, &cells, kind, n, column->codes + first);
            else column->failures += zoo_parse_cells(&cells, kind, n, column->numbers + first, NULL);
        }
    }
}
