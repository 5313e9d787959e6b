#include "proto/exchange.h"
