#include "client/row.h"
