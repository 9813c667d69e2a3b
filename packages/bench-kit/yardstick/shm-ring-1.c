/* The yardstick for the ring, with every frame published by itself. */
#define FRAMES_AT_ONCE 1
#include "shm-ring.h"
