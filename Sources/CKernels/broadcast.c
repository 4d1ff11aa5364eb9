#include "broadcast.h"

#include "vector.h"

ZOO_INLINE zoo_v operate(zoo_operation operation, zoo_v a, zoo_v b) {
    switch (operation) {
    case zoo_add: return a + b;
    case zoo_subtract: return a - b;
    case zoo_multiply: return a * b;
    default: return a / b;
    }
}

ZOO_INLINE zoo_v lanes_at(const float *p, ptrdiff_t step, ptrdiff_t i, ptrdiff_t n) {
    if (!step) return zoo_splat(*p);
    return n == ZOO_LANES ? zoo_load(p + i) : zoo_load_part(p + i, n);
}

// One specialised loop for each operation.
#define EACH_OPERATION(CALL)                                                                                           \
    switch (operation) {                                                                                               \
    case zoo_add: CALL(zoo_add); break;                                                                                \
    case zoo_subtract: CALL(zoo_subtract); break;                                                                      \
    case zoo_multiply: CALL(zoo_multiply); break;                                                                      \
    default: CALL(zoo_divide); break;                                                                                  \
    }

ZOO_INLINE void binary(
    zoo_operation operation, float *out, const float *a, ptrdiff_t a_step, const float *b, ptrdiff_t b_step,
    ptrdiff_t count) {
    ptrdiff_t i = 0;
    for (; i + ZOO_LANES <= count; i += ZOO_LANES)
        zoo_store(
            out + i, operate(operation, lanes_at(a, a_step, i, ZOO_LANES), lanes_at(b, b_step, i, ZOO_LANES)));
    if (i < count) {
        ptrdiff_t n = count - i;
        zoo_store_part(out + i, operate(operation, lanes_at(a, a_step, i, n), lanes_at(b, b_step, i, n)), n);
    }
}

ZOO_KERNEL void zoo_binary(
    zoo_operation operation, float *out, const float *a, ptrdiff_t a_step, const float *b, ptrdiff_t b_step,
    ptrdiff_t count) {
#define CALL(O) binary(O, out, a, a_step, b, b_step, count)
    EACH_OPERATION(CALL)
#undef CALL
}

ZOO_INLINE zoo_v slope(zoo_operation operation, bool right, zoo_v g, zoo_v a, zoo_v b) {
    switch (operation) {
    case zoo_add: return g;
    case zoo_subtract: return right ? -g : g;
    case zoo_multiply: return right ? g * a : g * b;
    default: return right ? -(g * a / (b * b)) : g / b;
    }
}

ZOO_INLINE void binary_gradient(
    zoo_operation operation, bool right, float *target, ptrdiff_t target_step, const float *gradient, const float *a,
    ptrdiff_t a_step, const float *b, ptrdiff_t b_step, ptrdiff_t count) {
    zoo_v sum = zoo_splat(0);
    for (ptrdiff_t i = 0; i < count; i += ZOO_LANES) {
        ptrdiff_t n = count - i < ZOO_LANES ? count - i : ZOO_LANES;
        zoo_v g = lanes_at(gradient, 1, i, n);
        zoo_v d = slope(operation, right, g, lanes_at(a, a_step, i, n), lanes_at(b, b_step, i, n));
        if (target_step) {
            if (n == ZOO_LANES)
                zoo_store(target + i, zoo_load(target + i) + d);
            else
                zoo_store_part(target + i, zoo_load_part(target + i, n) + d, n);
        } else {
            // Lanes past the end hold 0 / 0 for division: only the valid ones count.
            if (n < ZOO_LANES) {
                float lanes[ZOO_LANES];
                zoo_store(lanes, d);
                d = zoo_load_part(lanes, n);
            }
            sum = sum + d;
        }
    }
    if (!target_step) *target = *target + zoo_sum(sum);
}

ZOO_KERNEL void zoo_binary_gradient(
    zoo_operation operation, bool right, float *target, ptrdiff_t target_step, const float *gradient, const float *a,
    ptrdiff_t a_step, const float *b, ptrdiff_t b_step, ptrdiff_t count) {
#define CALL(O) binary_gradient(O, right, target, target_step, gradient, a, a_step, b, b_step, count)
    EACH_OPERATION(CALL)
#undef CALL
}

ZOO_KERNEL void zoo_sum_axis(
    float *out, const float *in, ptrdiff_t outer, ptrdiff_t middle, ptrdiff_t inner, float scale) {
    for (ptrdiff_t o = 0; o < outer; o++) {
        const float *from = in + o * middle * inner;
        if (inner == 1) {
            zoo_v sum = zoo_splat(0);
            for (ptrdiff_t m = 0; m < middle; m += ZOO_LANES)
                sum = sum + (middle - m < ZOO_LANES ? zoo_load_part(from + m, middle - m) : zoo_load(from + m));
            out[o] = zoo_sum(sum) * scale;
            continue;
        }
        float *to = out + o * inner;
        for (ptrdiff_t i = 0; i < inner; i++) to[i] = 0;
        for (ptrdiff_t m = 0; m < middle; m++)
            for (ptrdiff_t i = 0; i < inner; i++) to[i] = to[i] + from[m * inner + i];
        for (ptrdiff_t i = 0; i < inner; i++) to[i] = to[i] * scale;
    }
}

ZOO_KERNEL void zoo_spread_axis(
    float *target, const float *gradient, ptrdiff_t outer, ptrdiff_t middle, ptrdiff_t inner, float scale,
    bool accumulate) {
    for (ptrdiff_t o = 0; o < outer; o++) {
        const float *from = gradient + o * inner;
        for (ptrdiff_t m = 0; m < middle; m++) {
            float *to = target + (o * middle + m) * inner;
            if (accumulate)
                for (ptrdiff_t i = 0; i < inner; i++) to[i] = to[i] + from[i] * scale;
            else
                for (ptrdiff_t i = 0; i < inner; i++) to[i] = from[i] * scale;
        }
    }
}

ZOO_KERNEL void zoo_copy_rows(
    float *to, ptrdiff_t to_stride, const float *from, ptrdiff_t from_stride, ptrdiff_t rows, ptrdiff_t width,
    bool accumulate) {
    for (ptrdiff_t r = 0; r < rows; r++) {
        float *t = to + r * to_stride;
        const float *f = from + r * from_stride;
        if (accumulate)
            for (ptrdiff_t c = 0; c < width; c++) t[c] = t[c] + f[c];
        else
            memcpy(t, f, sizeof(float) * (size_t)width);
    }
}
