#include "wire/context.h"
