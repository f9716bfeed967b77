/* The clock on the wall as a file says it is; every other clock stays as it is.
 *
 * libfaketime moves the clocks of timed waits too, and then Python's locks no longer wait.
 * The file holds two numbers of 8 bytes: nanoseconds to add, and where not 0, the moment in
 * nanoseconds since 1970 at which the clock stands still.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *told;

__attribute__((constructor)) static void begin(void) {
    const char *file = getenv("MOVED_CLOCK");
    int opened = file ? open(file, O_RDONLY | O_CLOEXEC) : -1;
    if (opened < 0) return;
    void *mapped = mmap(0, 16, PROT_READ, MAP_SHARED, opened, 0);
    if (mapped != MAP_FAILED) told = mapped;
    close(opened);
}

int clock_gettime(clockid_t which, struct timespec *now) {
    int done = (int)syscall(SYS_clock_gettime, which, now);
    if (done || !told || which != CLOCK_REALTIME) return done;
    int64_t at = told[1] ? told[1] : now->tv_sec * 1000000000LL + now->tv_nsec + told[0];
    now->tv_sec = at / 1000000000LL;
    now->tv_nsec = at % 1000000000LL;
    return 0;
}
