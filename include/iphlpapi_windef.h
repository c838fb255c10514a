/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The base types of Windows, with the sizes that they have there in a program of as many bits, and
 * the Win32 error codes that the API returns.
 *
 * A program that brings windef types of its own defines IPHLPAPI_NO_WINDEF and makes its types
 * known before it includes any header of this directory. Then this header declares no type and no
 * calling convention. It still offers those error codes that are not defined yet, and refuses to
 * compile when a type has another size or alignment than the library was built with. Needed are
 * UCHAR, UINT8, BOOL, BOOLEAN, WCHAR, PWSTR, USHORT, UINT16, ULONG, DWORD, UINT32, ULONG64, SIZE_T,
 * PVOID, HANDLE, LARGE_INTEGER and GUID.
 */
#ifndef IPHLPAPI_WINDEF_H
#define IPHLPAPI_WINDEF_H

#include <stddef.h>
#include <stdint.h>

#ifndef IPHLPAPI_NO_WINDEF

#ifndef VOID
#define VOID void
#endif
#ifndef CONST
#define CONST const
#endif
#ifndef FALSE
#define FALSE 0
#endif
#ifndef TRUE
#define TRUE 1
#endif

/* How a parameter is used: the words in which Microsoft's pages and samples declare callbacks. */
#ifndef IN
#define IN
#endif
#ifndef OUT
#define OUT
#endif
#ifndef OPTIONAL
#define OPTIONAL
#endif
#ifndef _In_
#define _In_
#endif
#ifndef _In_opt_
#define _In_opt_
#endif
#ifndef _Out_
#define _Out_
#endif
#ifndef _Out_opt_
#define _Out_opt_
#endif
#ifndef _Inout_
#define _Inout_
#endif
#ifndef _Inout_opt_
#define _Inout_opt_
#endif

/* The library is called with the host's calling convention. */
#ifndef WINAPI
#define WINAPI
#endif
#ifndef NTAPI
#define NTAPI
#endif
#ifndef CALLBACK
#define CALLBACK
#endif

/*
 * Integers of 64 bits lie at multiples of 8 in Windows' structures, in those of 32-bit programs
 * too. 32-bit x86 has them at multiples of 4 on Linux.
 */
#if __SIZEOF_POINTER__ == 4
#define IPHLPAPI_ALIGN_64 __attribute__((__aligned__(8)))
#else
#define IPHLPAPI_ALIGN_64
#endif

typedef char CHAR, *PCHAR, *LPSTR, *PSTR;
typedef const char *LPCSTR, *PCSTR;
typedef unsigned char UCHAR, *PUCHAR;
typedef unsigned char BYTE, *PBYTE, *LPBYTE;
typedef unsigned char BOOLEAN, *PBOOLEAN;
typedef short SHORT, *PSHORT;
typedef unsigned short USHORT, *PUSHORT;
typedef unsigned short WORD, *PWORD, *LPWORD;
typedef int BOOL, *PBOOL, *LPBOOL;
typedef int INT, *PINT, *LPINT;
typedef unsigned int UINT, *PUINT;
typedef int LONG, *PLONG, *LPLONG;
typedef unsigned int ULONG, *PULONG;
typedef unsigned int DWORD, *PDWORD, *LPDWORD;
typedef long long LONGLONG IPHLPAPI_ALIGN_64, *PLONGLONG;
typedef unsigned long long ULONGLONG IPHLPAPI_ALIGN_64, *PULONGLONG;

typedef int8_t INT8, *PINT8;
typedef uint8_t UINT8, *PUINT8;
typedef int16_t INT16, *PINT16;
typedef uint16_t UINT16, *PUINT16;
typedef int32_t INT32, *PINT32;
typedef uint32_t UINT32, *PUINT32;
typedef long long INT64 IPHLPAPI_ALIGN_64, *PINT64;
typedef unsigned long long UINT64 IPHLPAPI_ALIGN_64, *PUINT64;
typedef int LONG32, *PLONG32;
typedef unsigned int ULONG32, *PULONG32;
typedef unsigned int DWORD32, *PDWORD32;
typedef long long LONG64 IPHLPAPI_ALIGN_64, *PLONG64;
typedef unsigned long long ULONG64 IPHLPAPI_ALIGN_64, *PULONG64;
typedef unsigned long long DWORD64 IPHLPAPI_ALIGN_64, *PDWORD64;

/* What names a request that is under way. hEvent is the program's. */
typedef struct _OVERLAPPED {
    uintptr_t Internal;
    uintptr_t InternalHigh;
    __extension__ union {
        __extension__ struct {
            DWORD Offset;
            DWORD OffsetHigh;
        };
        void *Pointer;
    };
    void *hEvent;
} OVERLAPPED, *LPOVERLAPPED;
typedef unsigned long long DWORDLONG IPHLPAPI_ALIGN_64, *PDWORDLONG;

/* What Internal holds while the request is under way, and after it was cancelled. */
#ifndef STATUS_PENDING
#define STATUS_PENDING ((DWORD)0x00000103)
#endif
#ifndef STATUS_CANCELLED
#define STATUS_CANCELLED ((NTSTATUS)0xC0000120)
#endif
#ifndef HasOverlappedIoCompleted
#define HasOverlappedIoCompleted(lpOverlapped)                                                     \
    (__atomic_load_n(&(lpOverlapped)->Internal, __ATOMIC_ACQUIRE) != STATUS_PENDING)
#endif

typedef size_t SIZE_T, *PSIZE_T;
typedef ptrdiff_t SSIZE_T, *PSSIZE_T;
typedef intptr_t LONG_PTR, *PLONG_PTR;
typedef uintptr_t ULONG_PTR, *PULONG_PTR;
typedef uintptr_t DWORD_PTR, *PDWORD_PTR;

typedef void *PVOID, *LPVOID;
typedef const void *LPCVOID;
typedef void *HANDLE;
typedef HANDLE *PHANDLE, *LPHANDLE;

/*
 * A UTF-16 code unit, in C as in C++: the element type of an L"" literal where -fshort-wchar makes
 * wchar_t as wide as on Windows, else that of a u"" literal.
 */
#if __SIZEOF_WCHAR_T__ == 2
typedef wchar_t WCHAR;
#elif defined(__cplusplus)
typedef char16_t WCHAR;
#else
typedef __CHAR16_TYPE__ WCHAR;
#endif
typedef WCHAR *PWCHAR, *LPWSTR, *PWSTR;
typedef const WCHAR *LPCWSTR, *PCWSTR;

typedef LONG NTSTATUS;

typedef union _LARGE_INTEGER {
    __extension__ struct {
        DWORD LowPart;
        LONG HighPart;
    };
    struct {
        DWORD LowPart;
        LONG HighPart;
    } u;
    LONGLONG QuadPart;
} LARGE_INTEGER, *PLARGE_INTEGER;

#ifndef GUID_DEFINED
#define GUID_DEFINED
typedef struct _GUID {
    DWORD Data1;
    USHORT Data2;
    USHORT Data3;
    UCHAR Data4[8];
} GUID;
#endif

#ifndef FIELD_OFFSET
#define FIELD_OFFSET(type, field) ((LONG)offsetof(type, field))
#endif

#undef IPHLPAPI_ALIGN_64

#endif /* !IPHLPAPI_NO_WINDEF */

/* For NETIO_STATUS and the callbacks' BOOLEAN to mean the same on both sides of a call. */
#ifdef __cplusplus
#define IPHLPAPI_ASSERT_SIZE(type, size) static_assert(sizeof(type) == (size), #type)
#define IPHLPAPI_ASSERT_ALIGN(type, size) static_assert(alignof(type) == (size), #type)
#else
#define IPHLPAPI_ASSERT_SIZE(type, size) __extension__ _Static_assert(sizeof(type) == (size), #type)
#define IPHLPAPI_ASSERT_ALIGN(type, size)                                                          \
    __extension__ _Static_assert(_Alignof(type) == (size), #type)
#endif

IPHLPAPI_ASSERT_SIZE(UCHAR, 1);
IPHLPAPI_ASSERT_SIZE(UINT8, 1);
IPHLPAPI_ASSERT_SIZE(BOOL, 4);
IPHLPAPI_ASSERT_SIZE(BOOLEAN, 1);
IPHLPAPI_ASSERT_SIZE(WCHAR, 2);
IPHLPAPI_ASSERT_SIZE(USHORT, 2);
IPHLPAPI_ASSERT_SIZE(UINT16, 2);
IPHLPAPI_ASSERT_SIZE(ULONG, 4);
IPHLPAPI_ASSERT_SIZE(DWORD, 4);
IPHLPAPI_ASSERT_SIZE(UINT32, 4);
IPHLPAPI_ASSERT_SIZE(ULONG64, 8);
IPHLPAPI_ASSERT_ALIGN(ULONG64, 8);
IPHLPAPI_ASSERT_SIZE(LARGE_INTEGER, 8);
IPHLPAPI_ASSERT_ALIGN(LARGE_INTEGER, 8);
IPHLPAPI_ASSERT_SIZE(SIZE_T, sizeof(size_t));
IPHLPAPI_ASSERT_SIZE(HANDLE, sizeof(void *));
IPHLPAPI_ASSERT_SIZE(GUID, 16);

#undef IPHLPAPI_ASSERT_ALIGN

#ifndef INVALID_HANDLE_VALUE
#define INVALID_HANDLE_VALUE ((HANDLE)(intptr_t)-1)
#endif

#ifndef NO_ERROR
#define NO_ERROR 0
#endif
#ifndef ERROR_SUCCESS
#define ERROR_SUCCESS 0
#endif
#ifndef ERROR_FILE_NOT_FOUND
#define ERROR_FILE_NOT_FOUND 2
#endif
#ifndef ERROR_TOO_MANY_OPEN_FILES
#define ERROR_TOO_MANY_OPEN_FILES 4
#endif
#ifndef ERROR_ACCESS_DENIED
#define ERROR_ACCESS_DENIED 5
#endif
#ifndef ERROR_INVALID_HANDLE
#define ERROR_INVALID_HANDLE 6
#endif
#ifndef ERROR_NOT_ENOUGH_MEMORY
#define ERROR_NOT_ENOUGH_MEMORY 8
#endif
#ifndef ERROR_INVALID_DATA
#define ERROR_INVALID_DATA 13
#endif
#ifndef ERROR_OUTOFMEMORY
#define ERROR_OUTOFMEMORY 14
#endif
#ifndef ERROR_NOT_READY
#define ERROR_NOT_READY 21
#endif
#ifndef ERROR_GEN_FAILURE
#define ERROR_GEN_FAILURE 31
#endif
#ifndef ERROR_SHARING_VIOLATION
#define ERROR_SHARING_VIOLATION 32
#endif
#ifndef ERROR_NOT_SUPPORTED
#define ERROR_NOT_SUPPORTED 50
#endif
#ifndef ERROR_DEV_NOT_EXIST
#define ERROR_DEV_NOT_EXIST 55
#endif
#ifndef ERROR_BAD_NET_NAME
#define ERROR_BAD_NET_NAME 67
#endif
#ifndef ERROR_INVALID_PARAMETER
#define ERROR_INVALID_PARAMETER 87
#endif
#ifndef ERROR_OPEN_FAILED
#define ERROR_OPEN_FAILED 110
#endif
#ifndef ERROR_BUFFER_OVERFLOW
#define ERROR_BUFFER_OVERFLOW 111
#endif
#ifndef ERROR_CALL_NOT_IMPLEMENTED
#define ERROR_CALL_NOT_IMPLEMENTED 120
#endif
#ifndef ERROR_INSUFFICIENT_BUFFER
#define ERROR_INSUFFICIENT_BUFFER 122
#endif
#ifndef ERROR_INVALID_NAME
#define ERROR_INVALID_NAME 123
#endif
#ifndef ERROR_PROC_NOT_FOUND
#define ERROR_PROC_NOT_FOUND 127
#endif
#ifndef ERROR_BUSY
#define ERROR_BUSY 170
#endif
#ifndef ERROR_ALREADY_EXISTS
#define ERROR_ALREADY_EXISTS 183
#endif
#ifndef ERROR_NO_DATA
#define ERROR_NO_DATA 232
#endif
#ifndef ERROR_MR_MID_NOT_FOUND
#define ERROR_MR_MID_NOT_FOUND 317
#endif
#ifndef ERROR_MORE_DATA
#define ERROR_MORE_DATA 234
#endif
#ifndef ERROR_NO_MORE_ITEMS
#define ERROR_NO_MORE_ITEMS 259
#endif
#ifndef ERROR_OPERATION_ABORTED
#define ERROR_OPERATION_ABORTED 995
#endif
#ifndef ERROR_IO_PENDING
#define ERROR_IO_PENDING 997
#endif
#ifndef ERROR_CAN_NOT_COMPLETE
#define ERROR_CAN_NOT_COMPLETE 1003
#endif
#ifndef ERROR_POSSIBLE_DEADLOCK
#define ERROR_POSSIBLE_DEADLOCK 1131
#endif
#ifndef ERROR_NOT_FOUND
#define ERROR_NOT_FOUND 1168
#endif
#ifndef ERROR_PARTIAL_COPY
#define ERROR_PARTIAL_COPY 299
#endif
#ifndef ERROR_INVALID_USER_BUFFER
#define ERROR_INVALID_USER_BUFFER 1784
#endif
#ifndef ERROR_INVALID_NETNAME
#define ERROR_INVALID_NETNAME 1214
#endif
#ifndef ERROR_DUP_DOMAINNAME
#define ERROR_DUP_DOMAINNAME 1221
#endif
#ifndef ERROR_CANCELLED
#define ERROR_CANCELLED 1223
#endif
#ifndef ERROR_ADDRESS_NOT_ASSOCIATED
#define ERROR_ADDRESS_NOT_ASSOCIATED 1228
#endif
#ifndef ERROR_NETWORK_UNREACHABLE
#define ERROR_NETWORK_UNREACHABLE 1231
#endif
#ifndef ERROR_HOST_UNREACHABLE
#define ERROR_HOST_UNREACHABLE 1232
#endif
#ifndef ERROR_INTERNAL_ERROR
#define ERROR_INTERNAL_ERROR 1359
#endif
#ifndef ERROR_TIMEOUT
#define ERROR_TIMEOUT 1460
#endif
#ifndef ERROR_BAD_DRIVER
#define ERROR_BAD_DRIVER 2001
#endif
#ifndef ERROR_OBJECT_ALREADY_EXISTS
#define ERROR_OBJECT_ALREADY_EXISTS 5010
#endif

#endif /* IPHLPAPI_WINDEF_H */
