/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "result.h"
#include "bench.h"
#include "clock.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int results_fd = -1;

void samples_add(struct samples *samples, double value)
{
    if (samples->count == samples->capacity) {
        samples->capacity = samples->capacity ? samples->capacity * 2 : 64;
        samples->values =
            reallocarray(samples->values, samples->capacity, sizeof(*samples->values));
        if (!samples->values)
            bench_die("no memory", 0);
    }
    samples->values[samples->count++] = value;
}

static int compare_doubles(const void *first, const void *second)
{
    const double *a = first;
    const double *b = second;

    return (*a > *b) - (*a < *b);
}

/* Of the samples from `first` on: the value that `share` of them do not exceed. */
static double quantile(const struct samples *samples, size_t first, double share)
{
    size_t count = samples->count - first;

    if (count == 0)
        return NAN;
    double *sorted = malloc(count * sizeof(*sorted));
    if (!sorted)
        bench_die("no memory", 0);
    memcpy(sorted, samples->values + first, count * sizeof(*sorted));
    qsort(sorted, count, sizeof(*sorted), compare_doubles);
    size_t rank = (size_t)ceil(share * (double)count);
    double value = sorted[rank > 0 ? rank - 1 : 0];
    /* Two in the middle: neither is worth more than the other. */
    if (share == 0.5 && count % 2 == 0)
        value = (sorted[count / 2 - 1] + sorted[count / 2]) / 2;
    free(sorted);
    return value;
}

static double ratio_of(double value, double floor)
{
    return floor > 0 ? value / floor : NAN;
}

static void end_round(struct pair *pair, double share, struct samples *ratios)
{
    samples_add(ratios, ratio_of(quantile(&pair->value, pair->value.round_start, share),
                                 quantile(&pair->floor, pair->floor.round_start, share)));
}

void pair_end_round(struct pair *pair)
{
    end_round(pair, 0.5, &pair->ratios);
    end_round(pair, 0.99, &pair->p99_ratios);
    pair->value.round_start = pair->value.count;
    pair->floor.round_start = pair->floor.count;
}

static void set_text(char *ret, size_t size, const char *text)
{
    (void)snprintf(ret, size, "%s", text);
}

static void hand_on(const struct result *result)
{
    const char *bytes = (const void *)result;
    size_t left = sizeof(*result);

    while (left > 0) {
        ssize_t written = write(results_fd, bytes, left);
        if (written < 0)
            bench_die("cannot hand a result on", errno);
        bytes += written;
        left -= (size_t)written;
    }
}

void result_of(const char *bench, const char *parameter, const char *metric, const char *unit,
               const char *floor, struct pair *pair)
{
    struct result result;

    memset(&result, 0, sizeof(result));
    set_text(result.bench, sizeof(result.bench), bench);
    set_text(result.parameter, sizeof(result.parameter), parameter);
    set_text(result.metric, sizeof(result.metric), metric);
    set_text(result.unit, sizeof(result.unit), unit);
    set_text(result.floor, sizeof(result.floor), floor);
    result.value_median = quantile(&pair->value, 0, 0.5);
    result.value_p99 = quantile(&pair->value, 0, 0.99);
    result.floor_median = quantile(&pair->floor, 0, 0.5);
    result.floor_p99 = quantile(&pair->floor, 0, 0.99);
    result.ratio_median = quantile(&pair->ratios, 0, 0.5);
    result.ratio_least = quantile(&pair->ratios, 0, 0);
    result.ratio_most = quantile(&pair->ratios, 0, 1);
    result.ratio_p99 = quantile(&pair->p99_ratios, 0, 0.5);
    result.rounds = (unsigned int)pair->ratios.count;
    progress("%s: %s %.4g %s, floor %.4g, ratio %.2f", parameter, metric, result.value_median, unit,
             result.floor_median, result.ratio_median);
    hand_on(&result);
    free(pair->value.values);
    free(pair->floor.values);
    free(pair->ratios.values);
    free(pair->p99_ratios.values);
    *pair = (struct pair){0};
}

void results_to(int fd)
{
    results_fd = fd;
}

void results_read(struct results *results, int fd)
{
    struct result result;
    size_t have = 0;
    ssize_t length;

    while ((length = read(fd, (char *)&result + have, sizeof(result) - have)) > 0) {
        have += (size_t)length;
        if (have < sizeof(result))
            continue;
        have = 0;
        results->results =
            reallocarray(results->results, results->count + 1, sizeof(*results->results));
        if (!results->results)
            bench_die("no memory", 0);
        results->results[results->count++] = result;
    }
}

static const char *number(double value, char text[24])
{
    double magnitude = fabs(value);

    if (isnan(value))
        return "-";
    int digits = magnitude >= 100 || magnitude == floor(magnitude) ? 0 : magnitude >= 10 ? 1 : 2;
    (void)snprintf(text, 24, "%.*f", digits, value);
    return text;
}

static const char *ratio(double value, char text[24])
{
    if (isnan(value))
        return "-";
    (void)snprintf(text, 24, "%.2f", value);
    return text;
}

void results_print(const struct results *results, FILE *file)
{
    const char *bench = "";

    for (size_t i = 0; i < results->count; i++) {
        const struct result *r = &results->results[i];
        char texts[6][24];

        if (strcmp(bench, r->bench) != 0) {
            (void)fprintf(file, "\n%-38s %-34s %-6s %10s %10s %10s %10s %7s %7s %6s\n", r->bench,
                          "", "unit", "median", "p99", "floor med", "floor p99", "ratio", "p99",
                          "rounds");
            bench = r->bench;
        }
        (void)fprintf(file, "%-38s %-34s %-6s %10s %10s %10s %10s %7s %7s %6u\n", r->parameter,
                      r->metric, r->unit, number(r->value_median, texts[0]),
                      number(r->value_p99, texts[1]), number(r->floor_median, texts[2]),
                      number(r->floor_p99, texts[3]), ratio(r->ratio_median, texts[4]),
                      ratio(r->ratio_p99, texts[5]), r->rounds);
    }
}

/* The texts are our own: printable ASCII without quotes or backslashes. */
static void print_text(FILE *file, const char *name, const char *text)
{
    (void)fprintf(file, "\"%s\": \"%s\", ", name, text);
}

static void print_number(FILE *file, const char *name, double value)
{
    if (isnan(value))
        (void)fprintf(file, "\"%s\": null, ", name);
    else
        (void)fprintf(file, "\"%s\": %.6g, ", name, value);
}

void results_print_json(const struct results *results, FILE *file)
{
    (void)fprintf(file, "[");
    for (size_t i = 0; i < results->count; i++) {
        const struct result *r = &results->results[i];

        (void)fprintf(file, "%s\n  {", i > 0 ? "," : "");
        print_text(file, "bench", r->bench);
        print_text(file, "parameter", r->parameter);
        print_text(file, "metric", r->metric);
        print_text(file, "unit", r->unit);
        print_text(file, "floor", r->floor);
        print_number(file, "value_median", r->value_median);
        print_number(file, "value_p99", r->value_p99);
        print_number(file, "floor_median", r->floor_median);
        print_number(file, "floor_p99", r->floor_p99);
        print_number(file, "ratio_median", r->ratio_median);
        print_number(file, "ratio_least", r->ratio_least);
        print_number(file, "ratio_most", r->ratio_most);
        print_number(file, "ratio_p99", r->ratio_p99);
        (void)fprintf(file, "\"rounds\": %u}", r->rounds);
    }
    (void)fprintf(file, "\n]\n");
}
