/* A plug-in that has the static library inside. */
#include "life.h"

int use(void);

int use(void)
{
    BYTE end[16];
    OK(live(&kinds[KINDS - 1], end));
    return failures;
}
