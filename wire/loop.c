#include "wire/loop.h"
