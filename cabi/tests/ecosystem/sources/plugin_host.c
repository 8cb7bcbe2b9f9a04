/* Loads a plug-in in a thread, uses it, unloads it, and only then the thread ends; several times. */
#include <dlfcn.h>
#include <pthread.h>

static void *in_a_thread(void *path)
{
    int (*use)(void);
    void *plugin = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!plugin)
        return path;
    *(void **)&use = dlsym(plugin, "use");
    return !use || use() != 0 || dlclose(plugin) != 0 ? path : NULL;
}

int main(int argc, char **argv)
{
    int round;
    for (round = 0; round < 20; round++) {
        pthread_t thread;
        void *failed = argv[0];
        if (argc != 2 || pthread_create(&thread, NULL, in_a_thread, argv[1]) != 0 ||
            pthread_join(thread, &failed) != 0 || failed)
            return 1;
    }
    return 0;
}
