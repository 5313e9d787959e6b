#include "store/entry.h"
