#include "wire/endpoint.h"
