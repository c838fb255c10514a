/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The other face of iphlpnl.so: a Winelib module, which Wine loads where LoadLibrary is given its
 * path, wherever it lies. The DLL does so if Wine does not find it by itself.
 *
 * What Wine's loader wants is the head of a PE image in the library's data, under the name
 * __wine_spec_nt_header, and room for a copy of it, which becomes the module's address. Addresses
 * in the head count from there, but for ImageBase and the exported ones, which are pointers; the
 * loader makes relative addresses of all. There is no entry point: nothing is to be done when it
 * is loaded. The one export tells where the table of unix calls is.
 */
#include "wine/host/unixlib.h"
#include "wine/seam/winelib.h"

#include <stddef.h>
#include <stdint.h>

/* Of Windows' pages on the PE format. */
enum {
    PE_SIGNATURE = 0x4550,
    MACHINE_I386 = 0x14c,
    MACHINE_AMD64 = 0x8664,
    FILE_EXECUTABLE = 0x2,
    FILE_LARGE_ADDRESS_AWARE = 0x20,
    FILE_DLL = 0x2000,
    MAGIC_32 = 0x10b,
    MAGIC_64 = 0x20b,
    SUBSYSTEM_CONSOLE = 3,
    /* Without it the whole process would lose the protection from execution of data. */
    DLL_NX_COMPATIBLE = 0x100,
    DIRECTORIES = 16,
    PAGE = 0x1000,
};

#if defined(__x86_64__)
enum { MACHINE = MACHINE_AMD64, MAGIC = MAGIC_64, OPTIONAL_HEADER_SIZE = 240 };
#elif defined(__i386__)
enum { MACHINE = MACHINE_I386, MAGIC = MAGIC_32, OPTIONAL_HEADER_SIZE = 224 };
#endif

/* On other processors there is no DLL that would load it. */
#if defined(__x86_64__) || defined(__i386__)

struct nt_headers {
    uint32_t signature;
    uint16_t machine;
    uint16_t sections;
    uint32_t time;
    uint32_t symbols;
    uint32_t symbol_count;
    uint16_t optional_header_size;
    uint16_t characteristics;
    /* The optional header. */
    uint16_t magic;
    uint8_t linker[2];
    uint32_t size_of_code;
    uint32_t size_of_data;
    uint32_t size_of_bss;
    uint32_t entry_point;
    uint32_t base_of_code;
#ifdef __i386__
    uint32_t base_of_data;
#endif
    uintptr_t image_base;
    uint32_t section_alignment;
    uint32_t file_alignment;
    uint16_t system_version[2];
    uint16_t image_version[2];
    uint16_t subsystem_version[2];
    uint32_t win32_version;
    uint32_t size_of_image;
    uint32_t size_of_headers;
    uint32_t checksum;
    uint16_t subsystem;
    uint16_t dll_characteristics;
    uintptr_t stack[2];
    uintptr_t heap[2];
    uint32_t loader_flags;
    uint32_t directory_count;
    struct {
        uint32_t address;
        uint32_t size;
    } directories[DIRECTORIES];
};

_Static_assert(sizeof(struct nt_headers) ==
                   offsetof(struct nt_headers, magic) + OPTIONAL_HEADER_SIZE,
               "the head of a PE image has another layout here");

struct export_directory {
    uint32_t characteristics;
    uint32_t time;
    uint16_t version[2];
    uint32_t name;
    uint32_t base;
    uint32_t function_count;
    uint32_t name_count;
    uint32_t functions;
    uint32_t names;
    uint32_t ordinals;
};

/*
 * The copy is a page long and begins at a multiple of 64 kB: wherever the library lies, there is
 * one in so much room.
 */
#define ROOM 0x11000

struct winelib {
    uint8_t room[ROOM];
    struct nt_headers head;
    struct export_directory exports;
    const void *functions[1];
    uint32_t names[1];
    uint16_t ordinals[1];
    char module_name[sizeof("iphlpnl.so")];
    char export_name[sizeof(WINELIB_TABLE)];
    /* What is exported. It comes after the directory: what is inside would be a forward. */
    const void *table;
};

#define FROM_HEAD(member) (offsetof(struct winelib, member) - offsetof(struct winelib, head))

/* Not constant: the loader changes it where it is. */
__attribute__((used)) static struct winelib winelib = {
    .head =
        {
            .signature = PE_SIGNATURE,
            .machine = MACHINE,
            .optional_header_size = OPTIONAL_HEADER_SIZE,
            .characteristics = FILE_EXECUTABLE | FILE_LARGE_ADDRESS_AWARE | FILE_DLL,
            .magic = MAGIC,
            .image_base = (uintptr_t)winelib.room,
            .section_alignment = PAGE,
            .file_alignment = PAGE,
            .subsystem_version = {4, 0},
            .size_of_image = sizeof(struct winelib) - offsetof(struct winelib, head),
            .size_of_headers = PAGE,
            .subsystem = SUBSYSTEM_CONSOLE,
            .dll_characteristics = DLL_NX_COMPATIBLE,
            .directory_count = DIRECTORIES,
            .directories = {{.address = FROM_HEAD(exports),
                             .size = sizeof(struct export_directory)}},
        },
    .exports =
        {
            .name = FROM_HEAD(module_name),
            .base = 1,
            .function_count = 1,
            .name_count = 1,
            .functions = FROM_HEAD(functions),
            .names = FROM_HEAD(names),
            .ordinals = FROM_HEAD(ordinals),
        },
    .functions = {&winelib.table},
    .names = {FROM_HEAD(export_name)},
    .module_name = "iphlpnl.so",
    .export_name = WINELIB_TABLE,
    .table = __wine_unix_call_funcs,
};

/* The head has a symbol of its own, and is inside of an object: C has no way to say so. */
#define TEXT(value) #value
#define TEXT_OF(value) TEXT(value)

_Static_assert(offsetof(struct winelib, head) == ROOM, "the symbol would not be the head's");

__asm__(".globl __wine_spec_nt_header\n"
        ".type __wine_spec_nt_header, %object\n"
        ".set __wine_spec_nt_header, winelib + " TEXT_OF(ROOM));

#endif
