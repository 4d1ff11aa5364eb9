#pragma once

// Element-wise, reduction and optimiser kernels, dispatched at run time.
