#include "wire/auth.h"
