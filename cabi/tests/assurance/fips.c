/* Whether GetFipsAlgorithmMode tells what the argument says. */
#include "life.h"

int main(int count, char **arguments)
{
    BOOLEAN mode = 0x55;
    OK(BCryptGetFipsAlgorithmMode(&mode));
    printf("FIPS mode is %d\n", mode);
    return failures != 0 || count != 2 || mode != atoi(arguments[1]);
}
