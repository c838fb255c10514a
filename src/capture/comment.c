/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Comments of packets, for the writer and the reader. */
#include "capture/comment.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const words[CAPTURE_EVENTS] = {
#define CAPTURE_EVENT(ID, word) [CAPTURE_##ID] = (word),
#include "capture/events.def"
};

size_t comment_format(const struct capture_entry *entry, char ret[COMMENT_MAX])
{
    int used =
        snprintf(ret, COMMENT_MAX, "stream %" PRIu32 " %s", entry->stream, words[entry->event]);
    char *at = ret + used;
    const size_t room = COMMENT_MAX - (size_t)used;

    switch (entry->event) {
    case CAPTURE_OPEN:
        used += snprintf(at, room, " protocol %" PRIu32 " groups %" PRIx64 " port %" PRIu32,
                         entry->protocol, entry->groups, entry->sender_port);
        break;
    case CAPTURE_RECEIVE:
        if (entry->sender_port != 0)
            used += snprintf(at, room, " port %" PRIu32, entry->sender_port);
        break;
    case CAPTURE_ERROR:
        used += snprintf(at, room, " errno %d", entry->error);
        break;
    case CAPTURE_REQUEST:
    case CAPTURE_CLOSE:
    case CAPTURE_ANSWER:
    case CAPTURE_EVENTS:
        break;
    }
    return (size_t)used;
}

static bool parse_event(const char *word, struct capture_entry *entry)
{
    int event = 0;

    while (event < CAPTURE_EVENTS && strcmp(words[event], word) != 0)
        event++;
    entry->event = (enum capture_event)event;
    return event < CAPTURE_EVENTS;
}

bool comment_parse(const void *text, size_t size, struct capture_entry *entry)
{
    struct capture_entry parsed = *entry;
    char copy[COMMENT_MAX] = "";
    char again[COMMENT_MAX];
    char word[16] = "";
    int used = 0;

    if (size >= sizeof(copy))
        return false;
    memcpy(copy, text, size);
    /* NOLINTBEGIN(cert-err34-c): what was read is written and compared */
    (void)sscanf(copy, "stream %" SCNu32 " %15[a-z]%n", &parsed.stream, word, &used);
    if (!parse_event(word, &parsed))
        return false;
    if (parsed.event == CAPTURE_OPEN)
        (void)sscanf(copy + used, " protocol %" SCNu32 " groups %" SCNx64 " port %" SCNu32,
                     &parsed.protocol, &parsed.groups, &parsed.sender_port);
    else if (parsed.event == CAPTURE_RECEIVE)
        (void)sscanf(copy + used, " port %" SCNu32, &parsed.sender_port);
    else if (parsed.event == CAPTURE_ERROR)
        (void)sscanf(copy + used, " errno %d", &parsed.error);
    /* NOLINTEND(cert-err34-c) */
    if (comment_format(&parsed, again) != size || memcmp(again, text, size) != 0)
        return false;
    *entry = parsed;
    return true;
}
