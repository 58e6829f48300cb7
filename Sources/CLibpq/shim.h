#include <libpq-fe.h>
#include <pthread.h>
#include <spawn.h>

/* glibc declares these only with _GNU_SOURCE, which a module map can't set. */
extern int pthread_setname_np(pthread_t thread, const char *name);
extern int pipe2(int ends[2], int flags);
extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);
