#include "model/linear.h"
