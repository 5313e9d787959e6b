#include "model/registry.h"
