/* Loads a plug-in with the static library inside, uses it, unloads it and forks: what the library asked the C library to
 * call around a fork must be forgotten by then. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int is_mapped(const char *path)
{
    char line[4096];
    int found = 0;
    FILE *maps = fopen("/proc/self/maps", "r");
    while (maps && fgets(line, sizeof line, maps))
        found |= strstr(line, path) != NULL;
    return found;
}

static int child(int (*work)(void))
{
    int status;
    pid_t process = fork();
    if (process == 0)
        _exit(work ? work() : 0);
    if (process < 0 || waitpid(process, &status, 0) != process)
        return -1;
    return status;
}

int main(int argc, char **argv)
{
    int (*use)(void);
    void *plugin = argc == 2 ? dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) : NULL;
    setvbuf(stdout, NULL, _IONBF, 0);
    if (!plugin) {
        puts(argc == 2 ? dlerror() : "a plug-in is missing");
        return 2;
    }
    *(void **)&use = dlsym(plugin, "use");
    if (use() || child(use)) {
        puts("the plug-in does not work");
        return 2;
    }
    if (dlclose(plugin) || is_mapped(argv[1])) {
        puts("skipped: the plug-in stays loaded");
        return 0;
    }
    if (child(NULL)) {
        puts("a fork fails after the plug-in is gone");
        return 1;
    }
    puts("a plug-in is unloaded, and forks go on");
    return 0;
}
