#include "store/env.h"
