/* Runs a program many times, in turn as it is and with a library preloaded, and prints for each the shortest time from
 * start to end in microseconds and the largest memory that was ever resident in kilobytes:
 *
 *     measure TIMES LIBRARY PROGRAM [ARGUMENT ...]
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long microseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000L + now.tv_nsec / 1000;
}

int main(int argc, char **argv)
{
    long best[2] = {0, 0}, resident[2] = {0, 0};
    int times = argc > 3 ? 2 * atoi(argv[1]) : 0;

    for (int run = 0; run < times; run++) {
        int which = run % 2, status;
        long start = microseconds(), taken;
        struct rusage usage;
        pid_t child = fork();
        if (child == 0) {
            if (which)
                setenv("LD_PRELOAD", argv[2], 1);
            execv(argv[3], argv + 3);
            _exit(127);
        }
        if (child < 0 || wait4(child, &status, 0, &usage) != child || status != 0)
            return 1;
        taken = microseconds() - start;
        if (best[which] == 0 || taken < best[which])
            best[which] = taken;
        if (usage.ru_maxrss > resident[which])
            resident[which] = usage.ru_maxrss;
    }
    printf("%ld %ld\n%ld %ld\n", best[0], resident[0], best[1], resident[1]);
    return 0;
}
