#include "wire/dealer.h"
