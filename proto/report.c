#include "proto/report.h"
