#include "wire/keys.h"
