/* Measures agreements with one small private number, the same again and again, and with random ones, in random order,
 * and asks by Welch's t-test whether the times differ: the method of dudect (Reparaz, Balasch, Verbauwhede: Dude, is my
 * code constant time?, 2017). It sees the code this processor really runs, and only what is large beside the noise.
 *
 * Where a key lies in memory makes some nanoseconds of difference, which enough measurements make certain. With
 * ALL_RANDOM in the environment both classes are random, which shows that. So a difference counts from a thousandth of
 * the time on.
 *
 * The argument: how many agreements to measure for the fastest kinds of key. */
#include "life.h"

#include <math.h>
#include <time.h>

enum { POOL = 32, CROPS = 6 };
/* From this t on, dudect calls a difference certain. */
static const double certain = 10;
/* The part of the time from which on a difference counts. */
static const double counts = 0.001;

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static unsigned char random_byte(void)
{
    static BYTE bytes[4096];
    static size_t left;
    if (!left) {
        OK(BCryptGenRandom(NULL, bytes, sizeof bytes, BCRYPT_USE_SYSTEM_PREFERRED_RNG));
        left = sizeof bytes;
    }
    return bytes[--left];
}

/* The private blob with a small private number: 3, or for curve25519 8 + 2^254, which is as small as they get there.
 * X and Y of a point are set to zero, so that they are computed. */
static void make_small(BYTE *blob, ULONG size, ULONG width)
{
    int point = size == 8 + 3 * width;
    if (point)
        memset(blob + 8, 0, 2 * width);
    memset(blob + size - width, 0, width);
    blob[size - 1] = 3;
}

static void make_small_for_curve25519(BYTE *blob, ULONG size)
{
    make_small(blob, size, 32);
    blob[size - 32] = 8;
    blob[size - 1] = 0x40;
}

static int by_size(const void *one, const void *other)
{
    double difference = *(const double *)one - *(const double *)other;
    return (difference > 0) - (difference < 0);
}

struct comparison {
    double t, difference, mean;
};

static struct comparison welch(const double *times, const unsigned char *classes, long count, double limit)
{
    struct comparison result;
    double n[2] = {0, 0}, mean[2] = {0, 0}, square[2] = {0, 0};
    long at;
    for (at = 0; at < count; at++) {
        int class = classes[at];
        double delta;
        if (times[at] > limit)
            continue;
        delta = times[at] - mean[class];
        mean[class] += delta / ++n[class];
        square[class] += delta * (times[at] - mean[class]);
    }
    result.mean = mean[0];
    result.difference = mean[0] - mean[1];
    result.t = result.difference / sqrt(square[0] / (n[0] * (n[0] - 1)) + square[1] / (n[1] * (n[1] - 1)));
    return result;
}

static int differs(struct comparison it)
{
    return fabs(it.t) >= certain && fabs(it.difference) >= counts * it.mean;
}

/* Over all times and over those below some percentiles, so that interruptions hide nothing: the first comparison that
 * counts, or that with the largest t. */
static struct comparison compare(const double *times, const unsigned char *classes, long count)
{
    static const double shares[CROPS] = {0.5, 0.75, 0.9, 0.95, 0.99, 1};
    double *sorted = malloc((size_t)count * sizeof *sorted);
    struct comparison largest = {0, 0, 1};
    int crop;
    memcpy(sorted, times, (size_t)count * sizeof *sorted);
    qsort(sorted, (size_t)count, sizeof *sorted, by_size);
    for (crop = 0; crop < CROPS && !differs(largest); crop++) {
        struct comparison it = welch(times, classes, count, sorted[(long)((double)(count - 1) * shares[crop])]);
        if (differs(it) || fabs(it.t) > fabs(largest.t))
            largest = it;
    }
    free(sorted);
    return largest;
}

static void measure(const struct kind *kind, ULONG width, long count)
{
    BCRYPT_ALG_HANDLE algorithm = provider_of(kind);
    BCRYPT_KEY_HANDLE keys[2][POOL], peer = new_key(algorithm, kind->bits);
    double *times = malloc((size_t)count * sizeof *times);
    struct comparison result;
    unsigned char *classes = malloc((size_t)count);
    long at;
    int made[2] = {0, 0};
    for (at = 0; at < 2 * POOL; at++) {
        /* Where a key lies in memory matters more than anything else, so chance decides which class gets it. */
        int class = made[0] == POOL || (made[1] < POOL && (random_byte() & 1));
        BCRYPT_KEY_HANDLE key = new_key(algorithm, kind->bits);
        ULONG size;
        BYTE *blob = exported(key, kind->private_type, &size);
        OK(BCryptDestroyKey(key));
        if (class && !getenv("ALL_RANDOM") && kind->curve && kind->curve[0] == 'c')
            make_small_for_curve25519(blob, size);
        else if (class && !getenv("ALL_RANDOM"))
            make_small(blob, size, width);
        OK(BCryptImportKeyPair(algorithm, NULL, kind->private_type, &keys[class][made[class]++], blob, size,
                               BCRYPT_NO_KEY_VALIDATION));
        free(blob);
    }
    for (at = 0; at < count; at++) {
        BCRYPT_SECRET_HANDLE secret;
        unsigned char class = random_byte() & 1, place = random_byte() % POOL;
        double start = now();
        OK(BCryptSecretAgreement(keys[class][place], peer, &secret, 0));
#ifdef PLANTED_LEAK
        /* One part in a hundred or less of an agreement, for random numbers only. */
        if (!class) {
            volatile int turn;
            for (turn = 0; turn < 400; turn++)
                ;
        }
#endif
        times[at] = now() - start;
        classes[at] = class;
        OK(BCryptDestroySecret(secret));
    }
    result = compare(times, classes, count);
    printf("%-16s %ld agreements: t = %.1f, %+.1f of %.0f ns: %s\n", kind->name, count, result.t, result.difference,
           result.mean, differs(result) ? "the times differ" : "no difference");
    failures += differs(result);
    for (at = 0; at < 2 * POOL; at++)
        OK(BCryptDestroyKey(keys[at % 2][at / 2]));
    OK(BCryptDestroyKey(peer));
    OK(BCryptCloseAlgorithmProvider(algorithm, 0));
    free(times);
    free(classes);
}

int main(int argc, char **argv)
{
    static const ULONG widths[] = {32, 48, 66, 32, 32, 64, 256, 512};
    static const long slower[] = {1, 3, 5, 1, 2, 15, 8, 40};
    long count = argc == 2 ? atol(argv[1]) : 20000;
    size_t at;
    setvbuf(stdout, NULL, _IONBF, 0);
    for (at = 0; at < sizeof widths / sizeof *widths; at++) {
        struct kind kind = kinds[at];
        if (kind.curve)
            kind.private_type = BCRYPT_ECCPRIVATE_BLOB;
        measure(&kind, widths[at], count / slower[at]);
    }
    return failures != 0;
}
