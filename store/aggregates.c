#include "store/aggregates.h"
