#include "elementwise.h"

#include "rows.h"

ZOO_INLINE zoo_v apply(zoo_activation activation, zoo_v x) {
    switch (activation) {
    case zoo_relu: return zoo_select(x < zoo_splat(0), zoo_splat(0), x);
    case zoo_gelu: return zoo_gelu_v(x);
    case zoo_sigmoid: return zoo_sigmoid_v(x);
    case zoo_tanh: return zoo_tanh_v(x);
    default: return x;
    }
}

ZOO_INLINE zoo_v slope_times(zoo_activation activation, zoo_v g, zoo_v saved) {
    switch (activation) {
    case zoo_relu: return zoo_select(saved > zoo_splat(0), g, zoo_splat(0));
    case zoo_gelu: return g * zoo_gelu_slope(saved);
    case zoo_sigmoid: return g * (saved * (1.0f - saved));
    case zoo_tanh: return g * (1.0f - saved * saved);
    default: return g;
    }
}

ZOO_INLINE zoo_v drop(zoo_v x, uint32_t first, const zoo_dropout *d) {
    const zoo_u lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    zoo_u h = zoo_hash(lane + first, d->key0, d->key1);
    zoo_u threshold = (zoo_u){} + d->threshold;
    return zoo_select((zoo_i)(h >= threshold), x * d->scale, zoo_splat(0));
}

ZOO_INLINE void bias_activate(
    zoo_activation activation, float *out, float *before, const float *bias, ptrdiff_t rows, ptrdiff_t width,
    const zoo_dropout *dropout, bool drops) {
    for (ptrdiff_t r = 0; r < rows; r++) {
        float *y = out + r * width, *z = before ? before + r * width : NULL;
        uint32_t first = (uint32_t)(r * width);
        ptrdiff_t c = 0;
        for (; c + ZOO_LANES <= width; c += ZOO_LANES) {
            zoo_v x = zoo_load(y + c);
            if (bias) x = x + zoo_load(bias + c);
            if (z) zoo_store(z + c, x);
            x = apply(activation, x);
            if (drops) x = drop(x, first + (uint32_t)c, dropout);
            zoo_store(y + c, x);
        }
        if (c < width) {
            zoo_v x = zoo_load_part(y + c, width - c);
            if (bias) x = x + zoo_load_part(bias + c, width - c);
            if (z) zoo_store_part(z + c, x, width - c);
            x = apply(activation, x);
            if (drops) x = drop(x, first + (uint32_t)c, dropout);
            zoo_store_part(y + c, x, width - c);
        }
    }
}

// One specialised loop for each activation: the switch leaves the inner loops.
#define EACH_ACTIVATION(CALL)                                                                                          \
    switch (activation) {                                                                                              \
    case zoo_relu: CALL(zoo_relu); break;                                                                              \
    case zoo_gelu: CALL(zoo_gelu); break;                                                                              \
    case zoo_sigmoid: CALL(zoo_sigmoid); break;                                                                        \
    case zoo_tanh: CALL(zoo_tanh); break;                                                                              \
    default: CALL(zoo_identity); break;                                                                                \
    }

ZOO_KERNEL void zoo_bias_activate(
    zoo_activation activation, float *out, float *before, const float *bias, ptrdiff_t rows, ptrdiff_t width,
    const zoo_dropout *dropout) {
#define PLAIN(A) bias_activate(A, out, before, bias, rows, width, dropout, false)
#define DROPPING(A) bias_activate(A, out, before, bias, rows, width, dropout, true)
    if (dropout && dropout->threshold) {
        EACH_ACTIVATION(DROPPING)
    } else {
        EACH_ACTIVATION(PLAIN)
    }
#undef PLAIN
#undef DROPPING
}

ZOO_INLINE zoo_v gradient_lane(
    zoo_activation activation, zoo_v g, zoo_v saved, uint32_t first, const zoo_dropout *dropout, bool drops) {
    if (!drops) return slope_times(activation, g, saved);
    // A dropped element of relu reads as 0, whose slope is 0: no mask is needed.
    if (activation == zoo_relu) return slope_times(activation, g * dropout->scale, saved);
    if (activation == zoo_sigmoid || activation == zoo_tanh) saved = saved / dropout->scale;
    return slope_times(activation, drop(g, first, dropout), saved);
}

ZOO_INLINE void bias_activate_gradient(
    zoo_activation activation, float *gradient, const float *saved, float *bias_gradient, ptrdiff_t rows,
    ptrdiff_t width, const zoo_dropout *dropout, bool drops) {
    for (ptrdiff_t r = 0; r < rows; r++) {
        float *g = gradient + r * width;
        const float *s = saved + r * width;
        uint32_t first = (uint32_t)(r * width);
        ptrdiff_t c = 0;
        for (; c + ZOO_LANES <= width; c += ZOO_LANES) {
            zoo_v d = gradient_lane(activation, zoo_load(g + c), zoo_load(s + c), first + (uint32_t)c, dropout, drops);
            zoo_store(g + c, d);
            if (bias_gradient) zoo_store(bias_gradient + c, zoo_load(bias_gradient + c) + d);
        }
        if (c < width) {
            ptrdiff_t n = width - c;
            zoo_v d = gradient_lane(
                activation, zoo_load_part(g + c, n), zoo_load_part(s + c, n), first + (uint32_t)c, dropout, drops);
            zoo_store_part(g + c, d, n);
            if (bias_gradient) zoo_store_part(bias_gradient + c, zoo_load_part(bias_gradient + c, n) + d, n);
        }
    }
}

ZOO_KERNEL void zoo_bias_activate_gradient(
    zoo_activation activation, float *gradient, const float *saved, float *bias_gradient, ptrdiff_t rows,
    ptrdiff_t width, const zoo_dropout *dropout) {
#define PLAIN(A) bias_activate_gradient(A, gradient, saved, bias_gradient, rows, width, dropout, false)
#define DROPPING(A) bias_activate_gradient(A, gradient, saved, bias_gradient, rows, width, dropout, true)
    if (dropout && dropout->threshold) {
        EACH_ACTIVATION(DROPPING)
    } else {
        EACH_ACTIVATION(PLAIN)
    }
#undef PLAIN
#undef DROPPING
}

ZOO_KERNEL void zoo_activate(zoo_activation activation, float *out, const float *in, ptrdiff_t count) {
#define LOOP(A)                                                                                                        \
    EACH_LANES(count, zoo_store(out + c, apply(A, zoo_load(in + c))),                                                  \
               zoo_store_part(out + c, apply(A, zoo_load_part(in + c, n)), n))
    EACH_ACTIVATION(LOOP)
#undef LOOP
}

ZOO_KERNEL void zoo_activate_gradient(
    zoo_activation activation, float *target, const float *gradient, const float *saved, ptrdiff_t count,
    bool accumulate) {
#define LOOP(A)                                                                                                        \
    EACH_LANES(count,                                                                                                  \
               zoo_put(target + c, slope_times(A, zoo_load(gradient + c), zoo_load(saved + c)), accumulate),           \
               zoo_put_part(target + c,                                                                                \
                            slope_times(A, zoo_load_part(gradient + c, n), zoo_load_part(saved + c, n)), n,            \
                            accumulate))
    EACH_ACTIVATION(LOOP)
#undef LOOP
}

ZOO_KERNEL void zoo_drop(
    float *out, const float *in, ptrdiff_t count, const zoo_dropout *dropout, bool accumulate) {
    EACH_LANES(count, zoo_put(out + c, drop(zoo_load(in + c), (uint32_t)c, dropout), accumulate),
               zoo_put_part(out + c, drop(zoo_load_part(in + c, n), (uint32_t)c, dropout), n, accumulate));
}

ZOO_KERNEL void zoo_scale(float *target, const float *source, ptrdiff_t count, float scale, bool accumulate) {
    EACH_LANES(count, zoo_put(target + c, zoo_load(source + c) * scale, accumulate),
               zoo_put_part(target + c, zoo_load_part(source + c, n) * scale, n, accumulate));
}
