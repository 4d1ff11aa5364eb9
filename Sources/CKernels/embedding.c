#include "embedding.h"

#include "chains.h"

ZOO_INLINE int32_t checked(int32_t id, int32_t rows, int64_t *outside) {
    if ((uint32_t)id < (uint32_t)rows) return id;
    *outside += 1;
    return 0;
}

ZOO_INLINE void copy_row(float *to, const float *from, int32_t width) {
    int32_t c = 0;
    for (; c + ZOO_LANES <= width; c += ZOO_LANES) zoo_store(to + c, zoo_load(from + c));
    for (; c + 4 <= width; c += 4) memcpy(to + c, from + c, 16);
    for (; c < width; c++) to[c] = from[c];
}

ZOO_KERNEL int64_t zoo_embed(
    float *out, ptrdiff_t out_stride, ptrdiff_t rows, const zoo_slot *slots, ptrdiff_t slot_count, const int32_t *ids,
    ptrdiff_t id_stride, const float *dense, ptrdiff_t dense_stride, ptrdiff_t dense_width, ptrdiff_t dense_column) {
    enum { ahead = 2 };
    int64_t outside = 0;
    for (ptrdiff_t r = 0; r < rows; r++) {
        const int32_t *row_ids = ids + r * id_stride;
        float *to = out + r * out_stride;
        if (r + ahead < rows) {
            // Table rows are random: asking for them two rows early hides most of the memory's delay.
            const int32_t *soon = row_ids + ahead * id_stride;
            for (ptrdiff_t s = 0; s < slot_count; s++) {
                int32_t id = soon[slots[s].source];
                if ((uint32_t)id < (uint32_t)slots[s].rows)
                    __builtin_prefetch(slots[s].table + (ptrdiff_t)id * slots[s].width);
            }
        }
        for (ptrdiff_t s = 0; s < slot_count; s++) {
            const zoo_slot *slot = &slots[s];
            int32_t id = checked(row_ids[slot->source], slot->rows, &outside);
            copy_row(to + slot->column, slot->table + (ptrdiff_t)id * slot->width, slot->width);
        }
        if (dense_width) copy_row(to + dense_column, dense + r * dense_stride, (int32_t)dense_width);
    }
    return outside;
}

ZOO_KERNEL int64_t zoo_embed_bag(
    float *out, ptrdiff_t out_stride, ptrdiff_t rows, const float *table, int32_t table_rows, int32_t width,
    const int32_t *offsets, const int32_t *ids, int mean) {
    int64_t outside = 0;
    for (ptrdiff_t r = 0; r < rows; r++) {
        float *to = out + r * out_stride;
        int32_t begin = offsets[r], end = offsets[r + 1];
        for (int32_t c = 0; c < width; c++) to[c] = 0;
        for (int32_t k = begin; k < end; k++) {
            const float *from = table + (ptrdiff_t)checked(ids[k], table_rows, &outside) * width;
            for (int32_t c = 0; c < width; c++) to[c] = to[c] + from[c];
        }
        if (mean && end - begin > 1) {
            float scale = 1.0f / (float)(end - begin);
            for (int32_t c = 0; c < width; c++) to[c] = to[c] * scale;
        }
    }
    return outside;
}

ptrdiff_t zoo_occurrences(const zoo_embedding_use *uses, ptrdiff_t use_count) {
    ptrdiff_t total = 0;
    for (ptrdiff_t u = 0; u < use_count; u++)
        total += uses[u].offsets ? uses[u].offsets[uses[u].rows] - uses[u].offsets[0] : uses[u].rows;
    return total;
}

ZOO_INLINE void chain(zoo_touched *t, int32_t occurrence, int32_t id, const float *gradient, float scale) {
    int32_t place = t->slot[id];
    // `slot` is never cleared: a place counts only if `touched` agrees.
    if ((uint32_t)place < (uint32_t)t->count && t->touched[place] == id) {
        t->next[occurrence] = t->head[place];
    } else {
        place = (int32_t)t->count++;
        t->slot[id] = place;
        t->touched[place] = id;
        t->next[occurrence] = -1;
    }
    t->head[place] = occurrence;
    t->gradient[occurrence] = gradient;
    t->scale[occurrence] = scale;
}

void zoo_touch(zoo_touched *t, const zoo_embedding_use *uses, ptrdiff_t use_count, int32_t rows) {
    enum { ahead = 16 };
    int32_t occurrence = 0;
    t->count = 0;
    // Backwards, as each occurrence goes to the front of its chain.
    for (ptrdiff_t u = use_count - 1; u >= 0; u--) {
        const zoo_embedding_use *use = &uses[u];
        for (ptrdiff_t r = use->rows - 1; r >= 0; r--) {
            const float *gradient = use->gradient + r * use->stride;
            if (!use->offsets) {
                int32_t id = use->ids[r * use->id_stride];
                int32_t soon = r >= ahead ? use->ids[(r - ahead) * use->id_stride] : 0;
                if ((uint32_t)soon < (uint32_t)rows) __builtin_prefetch(&t->slot[soon], 1);
                chain(t, occurrence++, (uint32_t)id < (uint32_t)rows ? id : 0, gradient, 1);
                continue;
            }
            int32_t begin = use->offsets[r], end = use->offsets[r + 1];
            float scale = use->mean && end - begin > 1 ? 1.0f / (float)(end - begin) : 1.0f;
            for (int32_t k = end - 1; k >= begin; k--) {
                int32_t id = use->ids[k];
                chain(t, occurrence++, (uint32_t)id < (uint32_t)rows ? id : 0, gradient, scale);
            }
        }
    }
}

ZOO_INLINE double touched_square(const zoo_touched *t, int32_t width) {
    float sum[zoo_widest_embedding];
    double total = 0;
    for (ptrdiff_t i = 0; i < t->count; i++) {
        zoo_chain_sum(t, i, width, sum);
        for (int32_t c = 0; c < width; c++) total = total + (double)sum[c] * (double)sum[c];
    }
    return total;
}

ZOO_KERNEL double zoo_touched_square(const zoo_touched *t, int32_t width) {
    double total = 0;
#define CALL(W) total = touched_square(t, W)
    EACH_WIDTH(width, CALL)
#undef CALL
    return total;
}

void zoo_touched_dense(const zoo_touched *t, int32_t width, float *out) {
    float sum[zoo_widest_embedding];
    for (ptrdiff_t i = 0; i < t->count; i++) {
        zoo_chain_sum(t, i, width, sum);
        float *to = out + (ptrdiff_t)t->touched[i] * width;
        for (int32_t c = 0; c < width; c++) to[c] = to[c] + sum[c];
    }
}
