#pragma once

// Element-wise, reduction and optimiser kernels, dispatched at run time to the widest instruction set.
//
// Every kernel gives the same bits on every instruction set: floating-point contraction is off, reductions
// run in sixteen explicit lanes, and the transcendental functions are our own polynomials.

#include "broadcast.h"
#include "dictionary.h"
#include "elementwise.h"
#include "embedding.h"
#include "factored.h"
#include "gemm.h"
#include "losses.h"
#include "normalisation.h"
#include "optimisers.h"
#include "projected.h"
#include "scan.h"
#include "support.h"
