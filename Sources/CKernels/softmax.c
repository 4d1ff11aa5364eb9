#include "normalisation.h"

#include "rows.h"

ZOO_KERNEL void zoo_softmax(float *out, const float *in, ptrdiff_t rows, ptrdiff_t width, bool logarithm) {
    for (ptrdiff_t r = 0; r < rows; r++) zoo_softmax_row(out + r * width, in + r * width, width, logarithm);
}

ZOO_KERNEL void zoo_softmax_gradient(
    float *target, const float *gradient, const float *out, ptrdiff_t rows, ptrdiff_t width, bool logarithm,
    bool accumulate) {
    for (ptrdiff_t r = 0; r < rows; r++) {
        float *t = target + r * width;
        const float *g = gradient + r * width, *y = out + r * width;
        if (!logarithm) {
            zoo_softmax_row_gradient(t, g, y, width, accumulate);
            continue;
        }
        float sum = zoo_row_sum(g, width);
        EACH_LANES(width, zoo_put(t + c, zoo_load(g + c) - zoo_exp(zoo_load(y + c)) * sum, accumulate),
                   zoo_put_part(t + c, zoo_load_part(g + c, n) - zoo_exp(zoo_load_part(y + c, n)) * sum, n,
                                accumulate));
    }
}

ZOO_KERNEL void zoo_mix(
    float *out, float *shares, const float *experts, const float *gates, ptrdiff_t rows, ptrdiff_t expert_count,
    ptrdiff_t width) {
    for (ptrdiff_t r = 0; r < rows; r++) {
        float *share = shares + r * expert_count, *to = out + r * width;
        const float *from = experts + r * expert_count * width;
        zoo_softmax_row(share, gates + r * expert_count, expert_count, false);
        EACH_LANES(
            width,
            {
                zoo_v sum = zoo_load(from + c) * share[0];
                for (ptrdiff_t e = 1; e < expert_count; e++) sum = sum + zoo_load(from + e * width + c) * share[e];
                zoo_store(to + c, sum);
            },
            {
                zoo_v sum = zoo_load_part(from + c, n) * share[0];
                for (ptrdiff_t e = 1; e < expert_count; e++)
                    sum = sum + zoo_load_part(from + e * width + c, n) * share[e];
                zoo_store_part(to + c, sum, n);
            });
    }
}

ZOO_KERNEL void zoo_mix_gradient(
    float *experts_target, bool experts_accumulate, float *gates_target, bool gates_accumulate, const float *gradient,
    const float *shares, const float *experts, ptrdiff_t rows, ptrdiff_t expert_count, ptrdiff_t width) {
    enum { most_experts = 256 };
    float slopes[most_experts];
    for (ptrdiff_t r = 0; r < rows; r++) {
        const float *g = gradient + r * width, *share = shares + r * expert_count;
        const float *from = experts + r * expert_count * width;
        if (experts_target) {
            float *to = experts_target + r * expert_count * width;
            for (ptrdiff_t e = 0; e < expert_count; e++)
                EACH_LANES(width, zoo_put(to + e * width + c, zoo_load(g + c) * share[e], experts_accumulate),
                           zoo_put_part(to + e * width + c, zoo_load_part(g + c, n) * share[e], n,
                                        experts_accumulate));
        }
        if (gates_target) {
            for (ptrdiff_t e = 0; e < expert_count; e++) slopes[e] = zoo_dot(g, from + e * width, width);
            zoo_softmax_row_gradient(gates_target + r * expert_count, slopes, share, expert_count, gates_accumulate);
        }
    }
}
