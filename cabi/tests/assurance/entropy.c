/* A source of random bytes that fails, is interrupted, or is always the same. With "fails" every call that needs random
 * bytes answers with an error, none ends the process, and none makes a key. Otherwise all keys differ.
 *
 * With "forbidden" the kernel itself refuses getrandom, as a sandbox does: keys are made, from /dev/urandom, or refused. */
#include "life.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

/* From now on the system call getrandom fails with EPERM. */
static void forbid(void)
{
    struct sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getrandom, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = {sizeof program / sizeof *program, program};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter)) {
        puts("skipped: a forbidden getrandom: no seccomp here");
        exit(0);
    }
}

int main(int argc, char **argv)
{
    enum { ROUNDS = 4 };
    static BYTE keys[ROUNDS * KINDS][16];
    const char *source = getenv("RANDOM_SOURCE");
    int fails = source && source[0] == 'f', forbidden = argc == 2 && !strcmp(argv[1], "forbidden");
    int round, made = 0, refused = 0, at, other;
    BYTE bytes[32] = {0};
    size_t kind;
    setvbuf(stdout, NULL, _IONBF, 0);
    if (forbidden)
        forbid();
    for (round = 0; round < ROUNDS; round++)
        for (kind = 0; kind < KINDS; kind++) {
            NTSTATUS status = live(&kinds[kind], keys[made]);
            if (status == STATUS_SUCCESS) {
                made++;
                continue;
            }
            refused++;
            if (!fails && !forbidden) {
                printf("%s: %08x\n", kinds[kind].name, (unsigned)status);
                failures++;
            }
        }
    if (fails) {
        WANT(STATUS_INTERNAL_ERROR, BCryptGenRandom(NULL, bytes, sizeof bytes, BCRYPT_USE_SYSTEM_PREFERRED_RNG));
        TRUE_HERE(made == 0);
    } else {
        OK(BCryptGenRandom(NULL, bytes, sizeof bytes, BCRYPT_USE_SYSTEM_PREFERRED_RNG));
    }
    for (at = 0; at < made; at++)
        for (other = 0; other < at; other++)
            if (memcmp(keys[at], keys[other], 16) == 0) {
                printf("two keys are the same: %d and %d\n", other, at);
                failures++;
            }
    printf("%s: %d keys, all different; %d refused\n", source ? source : forbidden ? "forbidden" : "as it is", made,
           refused);
    return failures != 0;
}
