#pragma once

/// Takes the place of the C library's function and does nothing, as on a network file system without locks.
int flock(int descriptor, int operation);
