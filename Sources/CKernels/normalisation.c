#include "normalisation.h"

#include "rows.h"

ZOO_KERNEL void zoo_layer_norm(
    float *out, float *mean, float *inverse, const float *in, const float *scale, const float *shift, ptrdiff_t rows,
    ptrdiff_t width, float epsilon) {
    for (ptrdiff_t r = 0; r < rows; r++) {
        const float *x = in + r * width;
        float *y = out + r * width;
        float m = zoo_row_sum(x, width) / (float)width;
        zoo_v squares = zoo_splat(0);
        EACH_LANES(width, { zoo_v d = zoo_load(x + c) - m; squares = squares + d * d; }, {
            float lanes[ZOO_LANES] = {0};
            for (ptrdiff_t l = 0; l < n; l++) lanes[l] = x[c + l] - m;
            squares = squares + zoo_load(lanes) * zoo_load(lanes);
        });
        float i = 1.0f / __builtin_sqrtf(zoo_sum(squares) / (float)width + epsilon);
        mean[r] = m;
        inverse[r] = i;
        for (ptrdiff_t c = 0; c < width; c++) y[c] = (x[c] - m) * i * scale[c] + shift[c];
    }
}

ZOO_KERNEL void zoo_layer_norm_gradient(
    float *target, float *scale_gradient, float *shift_gradient, const float *gradient, const float *in,
    const float *mean, const float *inverse, const float *scale, ptrdiff_t rows, ptrdiff_t width, bool accumulate) {
    for (ptrdiff_t r = 0; r < rows; r++) {
        const float *x = in + r * width, *g = gradient + r * width;
        float m = mean[r], i = inverse[r];
        if (scale_gradient)
            for (ptrdiff_t c = 0; c < width; c++) scale_gradient[c] = scale_gradient[c] + g[c] * ((x[c] - m) * i);
        if (shift_gradient)
            for (ptrdiff_t c = 0; c < width; c++) shift_gradient[c] = shift_gradient[c] + g[c];
        if (!target) continue;
        zoo_v sums = zoo_splat(0), products = zoo_splat(0);
        EACH_LANES(
            width,
            {
                zoo_v d = zoo_load(g + c) * zoo_load(scale + c);
                sums = sums + d;
                products = products + d * ((zoo_load(x + c) - m) * i);
            },
            {
                // The missing lanes have a gradient of 0, so they add nothing.
                zoo_v d = zoo_load_part(g + c, n) * zoo_load_part(scale + c, n);
                sums = sums + d;
                products = products + d * ((zoo_load_part(x + c, n) - m) * i);
            });
        float mean_sum = zoo_sum(sums) / (float)width, mean_product = zoo_sum(products) / (float)width;
        float *t = target + r * width;
        for (ptrdiff_t c = 0; c < width; c++) {
            float d = i * (g[c] * scale[c] - mean_sum - (x[c] - m) * i * mean_product);
            t[c] = accumulate ? t[c] + d : d;
        }
    }
}

ZOO_KERNEL void zoo_column_statistics(
    float *mean, float *variance, const float *in, ptrdiff_t rows, ptrdiff_t width) {
    for (ptrdiff_t c = 0; c < width; c++) mean[c] = variance[c] = 0;
    if (rows == 0) return;
    for (ptrdiff_t r = 0; r < rows; r++)
        for (ptrdiff_t c = 0; c < width; c++) mean[c] = mean[c] + in[r * width + c];
    for (ptrdiff_t c = 0; c < width; c++) mean[c] = mean[c] / (float)rows;
    for (ptrdiff_t r = 0; r < rows; r++)
        for (ptrdiff_t c = 0; c < width; c++) {
            float d = in[r * width + c] - mean[c];
            variance[c] = variance[c] + d * d;
        }
    for (ptrdiff_t c = 0; c < width; c++) variance[c] = variance[c] / (float)rows;
}

ZOO_KERNEL void zoo_inverse_root(float *out, const float *variance, ptrdiff_t count, float epsilon) {
    for (ptrdiff_t c = 0; c < count; c++) out[c] = 1.0f / __builtin_sqrtf(variance[c] + epsilon);
}

ZOO_KERNEL void zoo_batch_norm(
    float *out, const float *in, const float *mean, const float *inverse, const float *scale, const float *shift,
    ptrdiff_t rows, ptrdiff_t width) {
    for (ptrdiff_t r = 0; r < rows; r++) {
        const float *x = in + r * width;
        float *restrict y = out + r * width;
        for (ptrdiff_t c = 0; c < width; c++) y[c] = (x[c] - mean[c]) * inverse[c] * scale[c] + shift[c];
    }
}

ZOO_KERNEL void zoo_batch_norm_gradient(
    float *target, float *scale_gradient, float *shift_gradient, float *sums, const float *gradient, const float *in,
    const float *mean, const float *inverse, const float *scale, ptrdiff_t rows, ptrdiff_t width, bool fixed,
    bool accumulate) {
    float *restrict sum = sums, *restrict product = sums + width;
    for (ptrdiff_t c = 0; c < width; c++) sum[c] = product[c] = 0;
    for (ptrdiff_t r = 0; r < rows; r++) {
        const float *x = in + r * width, *g = gradient + r * width;
        for (ptrdiff_t c = 0; c < width; c++) {
            sum[c] = sum[c] + g[c];
            product[c] = product[c] + g[c] * ((x[c] - mean[c]) * inverse[c]);
        }
    }
    for (ptrdiff_t c = 0; c < width && scale_gradient; c++) scale_gradient[c] = scale_gradient[c] + product[c];
    for (ptrdiff_t c = 0; c < width && shift_gradient; c++) shift_gradient[c] = shift_gradient[c] + sum[c];
    if (!target || rows == 0) return;
    float share = fixed ? 0.0f : 1.0f / (float)rows;
    for (ptrdiff_t r = 0; r < rows; r++) {
        const float *x = in + r * width, *g = gradient + r * width;
        float *t = target + r * width;
        for (ptrdiff_t c = 0; c < width; c++) {
            float centred = g[c] - sum[c] * share - (x[c] - mean[c]) * inverse[c] * (product[c] * share);
            float d = scale[c] * inverse[c] * centred;
            t[c] = accumulate ? t[c] + d : d;
        }
    }
}
