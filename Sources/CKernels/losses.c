#include "losses.h"

#include "rows.h"

typedef enum { binary, squared, huber } kind;

// Rows go through sixteen lanes; the lanes' sums (in double: batches of millions) are added in a fixed order.
ZOO_INLINE double pointwise(
    kind which, float *gradient, const float *values, const float *labels, const float *weights, ptrdiff_t rows,
    float delta, float scale) {
    double sums[ZOO_LANES] = {0};
    for (ptrdiff_t i = 0; i < rows; i += ZOO_LANES) {
        ptrdiff_t n = rows - i < ZOO_LANES ? rows - i : ZOO_LANES;
        zoo_v x = n == ZOO_LANES ? zoo_load(values + i) : zoo_load_part(values + i, n);
        zoo_v y = n == ZOO_LANES ? zoo_load(labels + i) : zoo_load_part(labels + i, n);
        zoo_v w = !weights ? zoo_splat(1) : n == ZOO_LANES ? zoo_load(weights + i) : zoo_load_part(weights + i, n);
        zoo_i present = y == y;
        y = zoo_select(present, y, zoo_splat(0));
        zoo_v loss, slope;
        if (which == binary) {
            zoo_v e = zoo_exp(-zoo_abs(x));
            loss = zoo_select(x > zoo_splat(0), x, zoo_splat(0)) - x * y + zoo_log1p(e);
            slope = zoo_select(x < zoo_splat(0), e, zoo_splat(1)) / (e + 1.0f) - y;
        } else {
            zoo_v d = x - y;
            if (which == squared) {
                loss = d * d;
                slope = d + d;
            } else {
                zoo_v a = zoo_abs(d), limit = zoo_splat(delta);
                zoo_i inside = a < limit;
                loss = zoo_select(inside, d * d * 0.5f, limit * (a - limit * 0.5f));
                slope = zoo_select(inside, d, zoo_select(d < zoo_splat(0), -limit, limit));
            }
        }
        zoo_v weighted = zoo_select(present, w, zoo_splat(0));
        // A weight of zero must win over an infinite loss.
        zoo_i counts = weighted != zoo_splat(0);
        loss = zoo_select(counts, loss * weighted, zoo_splat(0));
        float lanes[ZOO_LANES];
        zoo_store(lanes, loss);
        for (ptrdiff_t l = 0; l < n; l++) sums[l] = sums[l] + (double)lanes[l];
        if (gradient) {
            zoo_v g = zoo_select(counts, slope * (weighted * scale), zoo_splat(0));
            if (n == ZOO_LANES)
                zoo_store(gradient + i, g);
            else
                zoo_store_part(gradient + i, g, n);
        }
    }
    for (int width = ZOO_LANES / 2; width > 0; width /= 2)
        for (int l = 0; l < width; l++) sums[l] = sums[l] + sums[l + width];
    return sums[0] * (double)scale;
}

ZOO_KERNEL double zoo_binary_cross_entropy(
    float *gradient, const float *logits, const float *labels, const float *weights, ptrdiff_t rows, float scale) {
    return pointwise(binary, gradient, logits, labels, weights, rows, 0, scale);
}

ZOO_KERNEL double zoo_squared_error(
    float *gradient, const float *values, const float *labels, const float *weights, ptrdiff_t rows, float scale) {
    return pointwise(squared, gradient, values, labels, weights, rows, 0, scale);
}

ZOO_KERNEL double zoo_huber(
    float *gradient, const float *values, const float *labels, const float *weights, ptrdiff_t rows, float delta,
    float scale) {
    return pointwise(huber, gradient, values, labels, weights, rows, delta, scale);
}

ZOO_KERNEL double zoo_softmax_cross_entropy(
    float *gradient, const float *logits, const int32_t *classes, const float *weights, ptrdiff_t rows,
    ptrdiff_t class_count, float scale) {
    double total = 0;
    for (ptrdiff_t r = 0; r < rows; r++) {
        const float *x = logits + r * class_count;
        float *g = gradient ? gradient + r * class_count : 0;
        float weight = weights ? weights[r] : 1.0f;
        int32_t label = classes[r];
        if (label < 0 || label >= class_count || weight == 0) {
            if (g) memset(g, 0, sizeof(float) * (size_t)class_count);
            continue;
        }
        zoo_v top = zoo_splat(-__builtin_inff()), sum = zoo_splat(0);
        EACH_LANES(class_count, top = zoo_max(zoo_load(x + c), top), top = zoo_max(zoo_load_low(x + c, n), top));
        float highest = zoo_maximum(top);
        EACH_LANES(class_count, sum = sum + zoo_exp(zoo_load(x + c) - highest),
                   sum = sum + zoo_exp(zoo_load_low(x + c, n) - highest));
        float denominator = zoo_sum(sum);
        float logarithm[ZOO_LANES];
        zoo_store(logarithm, zoo_log(zoo_splat(denominator)));
        total = total + (double)(weight * (logarithm[0] + highest - x[label]));
        if (!g) continue;
        float factor = weight * scale;
        EACH_LANES(class_count, zoo_store(g + c, zoo_exp(zoo_load(x + c) - highest) / denominator * factor),
                   zoo_store_part(g + c, zoo_exp(zoo_load_part(x + c, n) - highest) / denominator * factor, n));
        g[label] = g[label] - factor;
    }
    return total * (double)scale;
}
