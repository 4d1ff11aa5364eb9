#include "optimisers.h"

#include "chains.h"

typedef float zoo_v8 __attribute__((vector_size(32), aligned(4)));

// The update of one vector of elements, once for each vector type: no operation crosses elements, so that all of
// them give the same bits. Compilers do not vectorise the loop over single elements: the pointers might overlap.
#define DEFINE_UPDATE(NAME, TYPE, ROOT)                                                                                \
    ZOO_INLINE void NAME(                                                                                              \
        zoo_rule rule, const zoo_update *u, float scaled_rate, float *weight, float *first, float *second,             \
        const float *gradient) {                                                                                       \
        TYPE *const w = (TYPE *)weight, *const m = (TYPE *)first, *const v = (TYPE *)second;                           \
        const TYPE old = *w;                                                                                           \
        TYPE g = *(const TYPE *)gradient * u->clip + old * u->decay;                                                   \
        const TYPE kept = old - old * u->shrink;                                                                       \
        if (rule == zoo_sgd) {                                                                                         \
            if (first) *m = g = *m * u->beta1 + g;                                                                     \
            *w = kept - g * u->rate;                                                                                   \
        } else if (rule == zoo_adagrad) {                                                                              \
            const TYPE sum = *m + g * g;                                                                               \
            *m = sum;                                                                                                  \
            *w = kept - g / (ROOT(sum) + u->epsilon) * u->rate;                                                        \
        } else {                                                                                                       \
            const TYPE mean = *m * u->beta1 + g * (1.0f - u->beta1);                                                   \
            const TYPE square = *v * u->beta2 + g * g * (1.0f - u->beta2);                                             \
            *m = mean;                                                                                                 \
            *v = square;                                                                                               \
            *w = kept - mean / (ROOT(square) * u->correction2 + u->epsilon) * scaled_rate;                             \
        }                                                                                                              \
    }

DEFINE_UPDATE(update_sixteen, zoo_v_unaligned, __builtin_elementwise_sqrt)
DEFINE_UPDATE(update_eight, zoo_v8, __builtin_elementwise_sqrt)
DEFINE_UPDATE(update_one, float, __builtin_sqrtf)
#undef DEFINE_UPDATE

/// `count` neighbouring elements.
ZOO_INLINE void update_run(
    zoo_rule rule, const zoo_update *u, float scaled_rate, float *weight, float *first, float *second,
    const float *gradient, ptrdiff_t count) {
    ptrdiff_t i = 0;
#define STEP(UPDATE)                                                                                                   \
    UPDATE(rule, u, scaled_rate, weight + i, first ? first + i : 0, second ? second + i : 0, gradient + i)
    for (; i + 16 <= count; i += 16) STEP(update_sixteen);
    for (; i + 8 <= count; i += 8) STEP(update_eight);
    for (; i < count; i++) STEP(update_one);
#undef STEP
}

enum { block = 256 };

ZOO_INLINE void sum_block(float *sum, const float *const *gradients, ptrdiff_t shards, ptrdiff_t at, ptrdiff_t count) {
    const float *g = gradients[0] + at;
    if (shards == 1) {
        for (ptrdiff_t i = 0; i < count; i++) sum[i] = g[i];
        return;
    }
    const float *h = gradients[1] + at;
    for (ptrdiff_t i = 0; i < count; i++) sum[i] = g[i] + h[i];
    for (ptrdiff_t s = 2; s < shards; s++) {
        g = gradients[s] + at;
        for (ptrdiff_t i = 0; i < count; i++) sum[i] = sum[i] + g[i];
    }
}

ZOO_INLINE void update_dense(
    zoo_rule rule, const zoo_update u, float *weight, float *first, float *second, const float *const *gradients,
    ptrdiff_t shards, ptrdiff_t offset, ptrdiff_t count) {
    float sum[block];
    float scaled_rate = u.rate / u.correction1;
    for (ptrdiff_t at = 0; at < count; at += block) {
        ptrdiff_t n = count - at < block ? count - at : block;
        sum_block(sum, gradients, shards, offset + at, n);
        update_run(
            rule, &u, scaled_rate, weight + at, first ? first + at : 0, second ? second + at : 0, sum, n);
    }
}

ZOO_KERNEL void zoo_update_dense(
    zoo_rule rule, const zoo_update *update, float *weight, float *first, float *second, const float *const *gradients,
    ptrdiff_t shards, ptrdiff_t offset, ptrdiff_t count) {
    const zoo_update u = *update;
    if (rule == zoo_adam)
        update_dense(zoo_adam, u, weight, first, second, gradients, shards, offset, count);
    else if (rule == zoo_adagrad)
        update_dense(zoo_adagrad, u, weight, first, 0, gradients, shards, offset, count);
    else if (first)
        update_dense(zoo_sgd, u, weight, first, 0, gradients, shards, offset, count);
    else
        update_dense(zoo_sgd, u, weight, 0, 0, gradients, shards, offset, count);
}

ZOO_KERNEL double zoo_dense_square(
    const float *const *gradients, ptrdiff_t shards, ptrdiff_t offset, ptrdiff_t count) {
    double lanes[ZOO_LANES] = {0};
    float sum[block];
    for (ptrdiff_t at = 0; at < count; at += block) {
        ptrdiff_t n = count - at < block ? count - at : block;
        sum_block(sum, gradients, shards, offset + at, n);
        for (ptrdiff_t i = n; i < (n + ZOO_LANES - 1) / ZOO_LANES * ZOO_LANES; i++) sum[i] = 0;
        for (ptrdiff_t i = 0; i < n; i += ZOO_LANES)
            for (int l = 0; l < ZOO_LANES; l++) lanes[l] = lanes[l] + (double)sum[i + l] * (double)sum[i + l];
    }
    for (int width = ZOO_LANES / 2; width > 0; width /= 2)
        for (int l = 0; l < width; l++) lanes[l] = lanes[l] + lanes[l + width];
    return lanes[0];
}

ZOO_INLINE void update_rows(
    zoo_rule rule, const zoo_update u, float *weight, float *first, float *second, int32_t width,
    const zoo_touched *t) {
    enum { ahead = 8 };
    float sum[zoo_widest_embedding];
    float scaled_rate = u.rate / u.correction1;
    for (ptrdiff_t i = 0; i < t->count; i++) {
        if (i + ahead < t->count) {
            ptrdiff_t soon = (ptrdiff_t)t->touched[i + ahead] * width;
            __builtin_prefetch(weight + soon, 1);
            if (first) __builtin_prefetch(first + soon, 1);
            if (second) __builtin_prefetch(second + soon, 1);
            __builtin_prefetch(t->gradient[t->head[i + ahead]]);
        }
        zoo_chain_sum(t, i, width, sum);
        ptrdiff_t at = (ptrdiff_t)t->touched[i] * width;
        update_run(
            rule, &u, scaled_rate, weight + at, first ? first + at : 0, second ? second + at : 0, sum, width);
    }
}

ZOO_KERNEL void zoo_update_rows(
    zoo_rule rule, const zoo_update *update, float *weight, float *first, float *second, int32_t width,
    const zoo_touched *touched) {
    const zoo_update u = *update;
#define ADAM(W) update_rows(zoo_adam, u, weight, first, second, W, touched)
#define ADAGRAD(W) update_rows(zoo_adagrad, u, weight, first, 0, W, touched)
#define MOMENTUM(W) update_rows(zoo_sgd, u, weight, first, 0, W, touched)
#define PLAIN(W) update_rows(zoo_sgd, u, weight, 0, 0, W, touched)
    if (rule == zoo_adam) {
        EACH_WIDTH(width, ADAM)
    } else if (rule == zoo_adagrad) {
        EACH_WIDTH(width, ADAGRAD)
    } else if (first) {
        EACH_WIDTH(width, MOMENTUM)
    } else {
        EACH_WIDTH(width, PLAIN)
    }
}
