/* The yardstick for the ring, with frames published in batches. */
#define FRAMES_AT_ONCE 64
#include "shm-ring.h"
