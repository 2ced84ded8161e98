/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/report.h"

#include "cli/exits.h"
#include "cli/message.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <tensorreel/error.h>

enum { INTERVAL_NS = 200 * 1000 * 1000, BAR_WIDTH = 24 };

struct trl_cli_report {
    struct trl_log *log;
    pthread_mutex_t lock; /* of all below and of standard error */
    pthread_cond_t wake;
    pthread_t thread;
    FILE *progress;
    const char *progress_path;
    struct trl_stream *stream;
    int64_t frame_count;
    int64_t start_ns;
    double film_fps;
    bool has_thread, stopping;
    bool has_bar, bar_drawn;
    bool quiet;
};

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* With the lock held. */
static void clear_bar(struct trl_cli_report *report)
{
    if (report->bar_drawn)
        fputs("\r\033[K", stderr);
    report->bar_drawn = false;
}

static void print_log_line(void *user, enum trl_log_level level, const char *line)
{
    struct trl_cli_report *report = user;
    pthread_mutex_lock(&report->lock);
    clear_bar(report);
    trl_cli_message(level, line);
    pthread_mutex_unlock(&report->lock);
}

static enum trl_log_level log_level(const struct trl_cli_settings *settings)
{
    if (settings->quiet)
        return TRL_LOG_ERROR;
    return settings->verbose > 1 ? TRL_LOG_DEBUG : settings->verbose ? TRL_LOG_INFO : TRL_LOG_WARN;
}

static int open_progress(struct trl_cli_report *report, bool overwrite)
{
    struct stat info;
    if (!overwrite && !stat(report->progress_path, &info) && S_ISREG(info.st_mode) &&
        info.st_size) {
        char text[512];
        snprintf(text, sizeof(text), "--progress %s: exists already; overwrite it with -y",
                 report->progress_path);
        trl_cli_message(TRL_LOG_ERROR, text);
        return TRL_CLI_EXIT_OUTPUT;
    }
    report->progress = fopen(report->progress_path, "we");
    if (report->progress)
        return 0;
    char line[512];
    snprintf(line, sizeof(line), "--progress %s: cannot be written: %s", report->progress_path,
             strerror(errno));
    trl_cli_message(TRL_LOG_ERROR, line);
    return TRL_CLI_EXIT_OUTPUT;
}

int trl_cli_report_create(struct trl_cli_report **out, const struct trl_cli_settings *settings)
{
    *out = NULL;
    struct trl_cli_report *report = calloc(1, sizeof(*report));
    const int fps_num = settings->stream.fps_num ? settings->stream.fps_num : 30;
    const int fps_den = settings->stream.fps_den ? settings->stream.fps_den : 1;
    pthread_condattr_t monotonic;
    if (!report || pthread_mutex_init(&report->lock, NULL))
        goto fail;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&report->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    *out = report;
    report->quiet = settings->quiet;
    report->has_bar = !settings->quiet && isatty(STDERR_FILENO);
    report->film_fps = (double)fps_num / fps_den;
    report->progress_path = settings->progress_path;
    if (trl_log_create(&report->log, &(struct trl_log_params){.callback = print_log_line,
                                                              .user = report,
                                                              .level = log_level(settings)}))
        goto fail;
    return report->progress_path ? open_progress(report, settings->output.overwrite) : 0;

fail:
    trl_cli_message(TRL_LOG_ERROR, "out of memory");
    if (!*out)
        free(report);
    return trl_cli_exit_code(TRL_ERROR_MEMORY);
}

void trl_cli_report_destroy(struct trl_cli_report **report)
{
    if (!*report)
        return;
    trl_cli_report_stop(*report);
    if ((*report)->progress)
        fclose((*report)->progress);
    trl_log_destroy(&(*report)->log);
    pthread_cond_destroy(&(*report)->wake);
    pthread_mutex_destroy(&(*report)->lock);
    free(*report);
    *report = NULL;
}

struct trl_log *trl_cli_report_log(struct trl_cli_report *report)
{
    return report->log;
}

static void print(struct trl_cli_report *report, enum trl_log_level level, const char *format,
                  va_list args)
{
    char line[1024];
    vsnprintf(line, sizeof(line), format, args);
    if (!report->quiet)
        print_log_line(report, level, line);
}

void trl_cli_report_say(struct trl_cli_report *report, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    print(report, TRL_LOG_INFO, format, args);
    va_end(args);
}

void trl_cli_report_warn(struct trl_cli_report *report, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    print(report, TRL_LOG_WARN, format, args);
    va_end(args);
}

static void draw_bar(struct trl_cli_report *report, const struct trl_stream_stats *stats,
                     double fps)
{
    clear_bar(report);
    if (report->frame_count > 0) {
        const double share = (double)stats->frames / (double)report->frame_count;
        char bar[BAR_WIDTH + 1];
        for (int i = 0; i < BAR_WIDTH; i++)
            bar[i] = i < share * BAR_WIDTH ? '#' : '.';
        bar[BAR_WIDTH] = 0;
        fprintf(stderr, "[%s] %3.0f %%  %lld/%lld frames  %.1f fps  %lld dropped", bar, 100 * share,
                (long long)stats->frames, (long long)report->frame_count, fps,
                (long long)stats->dropped);
    } else {
        fprintf(stderr, "%lld frames  %.1f fps  %lld dropped", (long long)stats->frames, fps,
                (long long)stats->dropped);
    }
    fflush(stderr);
    report->bar_drawn = true;
}

static void write_progress(struct trl_cli_report *report, const struct trl_stream_stats *stats,
                           double fps, bool end)
{
    FILE *out = report->progress;
    fprintf(out, "frame=%lld\n", (long long)stats->frames);
    if (report->frame_count >= 0)
        fprintf(out, "total_frames=%lld\n", (long long)report->frame_count);
    fprintf(out, "encoded_frames=%lld\ndrop_frames=%lld\nfail_frames=%lld\nfps=%.2f\n",
            (long long)stats->encoded, (long long)stats->dropped, (long long)stats->failed, fps);
    fprintf(out, "out_time_us=%.0f\nspeed=%.3fx\nprogress=%s\n",
            (double)stats->frames / report->film_fps * 1e6, fps / report->film_fps,
            end ? "end" : "continue");
    if (fflush(out)) {
        char line[512];
        snprintf(line, sizeof(line), "--progress %s: cannot be written any more: %s",
                 report->progress_path, strerror(errno));
        clear_bar(report);
        trl_cli_message(TRL_LOG_WARN, line);
        fclose(out);
        report->progress = NULL;
    }
}

static void show(struct trl_cli_report *report, bool end)
{
    /* Before the lock: the stream may be logging while it holds a lock of its own. */
    struct trl_stream_stats stats;
    trl_stream_stats(report->stream, &stats);
    pthread_mutex_lock(&report->lock);
    const int64_t elapsed_ns = now_ns() - report->start_ns;
    const double fps = elapsed_ns > 0 ? (double)stats.frames * 1e9 / (double)elapsed_ns : 0;
    if (report->progress)
        write_progress(report, &stats, fps, end);
    if (end)
        clear_bar(report);
    else if (report->has_bar)
        draw_bar(report, &stats, fps);
    pthread_mutex_unlock(&report->lock);
}

static void *follow(void *user)
{
    struct trl_cli_report *report = user;
    int64_t next_ns = report->start_ns;
    for (;;) {
        show(report, false);
        next_ns += INTERVAL_NS;
        const struct timespec until = {next_ns / 1000000000, next_ns % 1000000000};
        pthread_mutex_lock(&report->lock);
        int reason = 0;
        while (!report->stopping && reason != ETIMEDOUT)
            reason = pthread_cond_timedwait(&report->wake, &report->lock, &until);
        const bool stopping = report->stopping;
        pthread_mutex_unlock(&report->lock);
        if (stopping)
            return NULL;
    }
}

void trl_cli_report_start(struct trl_cli_report *report, struct trl_stream *stream,
                          int64_t frame_count)
{
    report->stream = stream;
    report->frame_count = frame_count;
    report->start_ns = now_ns();
    if (!report->has_bar && !report->progress)
        return;
    report->has_thread = !pthread_create(&report->thread, NULL, follow, report);
}

void trl_cli_report_stop(struct trl_cli_report *report)
{
    if (!report->stream)
        return;
    if (report->has_thread) {
        pthread_mutex_lock(&report->lock);
        report->stopping = true;
        pthread_cond_signal(&report->wake);
        pthread_mutex_unlock(&report->lock);
        pthread_join(report->thread, NULL);
        report->has_thread = false;
    }
    show(report, true);
    report->stream = NULL;
}
