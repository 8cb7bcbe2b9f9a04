/* A program that knows no other Windows header. */
#include <bcrypt.h>

#define TEXT_OF(text) text
#include "bcrypt.inc"
