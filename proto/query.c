#include "proto/query.h"
