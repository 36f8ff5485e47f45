// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/project/faulty_sqlite.h"

#include <cstring>
#include <mutex>
#include <sqlite3.h>
#include <string_view>

namespace trainyard::test {

namespace {

/// What the calls of SQLite see; calls come from any thread.
struct Plan
{
    std::mutex mutex;
    sqlite3_vfs* real = nullptr;
    std::string file;
    int calls = 0;
    int failAt = 0;        ///< 0: nothing fails
    std::string operation; ///< empty: every kind of call counts
    FaultySqlite::Fault fault = FaultySqlite::Fault::IoFailure;
    bool isForEver = false;
    bool wasReached = false;
    std::string failedCall;
};
Plan plan;

struct FaultyFile
{
    sqlite3_file base;
    const char* name; ///< SQLite keeps it until the file is closed
    sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

FaultyFile& file(sqlite3_file* handle)
{
    return *reinterpret_cast<FaultyFile*>(handle);
}

bool mustFail(const char* operation, const char* path)
{
    const char* slash = path == nullptr ? nullptr : std::strrchr(path, '/');
    const std::string_view name = path == nullptr ? "" : slash == nullptr ? path : slash + 1;
    const std::lock_guard guard(plan.mutex);
    if (plan.failAt == 0 || !name.starts_with(plan.file) ||
        (!plan.operation.empty() && plan.operation != operation))
        return false;
    ++plan.calls;
    if (plan.calls != plan.failAt && !(plan.isForEver && plan.calls > plan.failAt))
        return false;
    if (!plan.wasReached)
        plan.failedCall = std::string(operation) + " " + std::string(name);
    plan.wasReached = true;
    errno = plan.fault == FaultySqlite::Fault::ReadOnly ? EROFS : EIO; // SQLite asks for it
    return true;
}

int close(sqlite3_file* handle)
{
    return file(handle).real()->pMethods->xClose(file(handle).real()); // closing is never refused
}

int read(sqlite3_file* handle, void* bytes, int count, sqlite3_int64 offset)
{
    if (mustFail("read", file(handle).name))
        return SQLITE_IOERR_READ;
    return file(handle).real()->pMethods->xRead(file(handle).real(), bytes, count, offset);
}

int write(sqlite3_file* handle, const void* bytes, int count, sqlite3_int64 offset)
{
    sqlite3_file* real = file(handle).real();
    if (!mustFail("write", file(handle).name))
        return real->pMethods->xWrite(real, bytes, count, offset);
    if (plan.fault == FaultySqlite::Fault::ShortWrite)
        real->pMethods->xWrite(real, bytes, count / 2, offset);
    const bool isFull =
        plan.fault == FaultySqlite::Fault::NoSpace || plan.fault == FaultySqlite::Fault::ShortWrite;
    return isFull ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}

int truncate(sqlite3_file* handle, sqlite3_int64 size)
{
    if (mustFail("truncate", file(handle).name))
        return SQLITE_IOERR_TRUNCATE;
    return file(handle).real()->pMethods->xTruncate(file(handle).real(), size);
}

int sync(sqlite3_file* handle, int flags)
{
    if (mustFail("sync", file(handle).name))
        return SQLITE_IOERR_FSYNC;
    return file(handle).real()->pMethods->xSync(file(handle).real(), flags);
}

int fileSize(sqlite3_file* handle, sqlite3_int64* size)
{
    if (mustFail("size", file(handle).name))
        return SQLITE_IOERR_FSTAT;
    return file(handle).real()->pMethods->xFileSize(file(handle).real(), size);
}

int lock(sqlite3_file* handle, int kind)
{
    if (mustFail("lock", file(handle).name))
        return SQLITE_IOERR_LOCK;
    return file(handle).real()->pMethods->xLock(file(handle).real(), kind);
}

int unlock(sqlite3_file* handle, int kind)
{
    return file(handle).real()->pMethods->xUnlock(file(handle).real(), kind);
}

int checkReservedLock(sqlite3_file* handle, int* result)
{
    return file(handle).real()->pMethods->xCheckReservedLock(file(handle).real(), result);
}

int fileControl(sqlite3_file* handle, int operation, void* argument)
{
    return file(handle).real()->pMethods->xFileControl(file(handle).real(), operation, argument);
}

int sectorSize(sqlite3_file* handle)
{
    return file(handle).real()->pMethods->xSectorSize(file(handle).real());
}

int deviceCharacteristics(sqlite3_file* handle)
{
    return file(handle).real()->pMethods->xDeviceCharacteristics(file(handle).real());
}

int shmMap(sqlite3_file* handle, int page, int size, int isExtending, void volatile** place)
{
    if (mustFail("map", file(handle).name))
        return SQLITE_IOERR_SHMMAP;
    return file(handle).real()->pMethods->xShmMap(file(handle).real(), page, size, isExtending, place);
}

int shmLock(sqlite3_file* handle, int offset, int count, int flags)
{
    if ((flags & SQLITE_SHM_LOCK) != 0 && mustFail("lock the log of", file(handle).name))
        return SQLITE_IOERR_SHMLOCK;
    return file(handle).real()->pMethods->xShmLock(file(handle).real(), offset, count, flags);
}

void shmBarrier(sqlite3_file* handle)
{
    file(handle).real()->pMethods->xShmBarrier(file(handle).real());
}

int shmUnmap(sqlite3_file* handle, int isDeleting)
{
    return file(handle).real()->pMethods->xShmUnmap(file(handle).real(), isDeleting);
}

const sqlite3_io_methods kMethods{2,
                                  close,
                                  read,
                                  write,
                                  truncate,
                                  sync,
                                  fileSize,
                                  lock,
                                  unlock,
                                  checkReservedLock,
                                  fileControl,
                                  sectorSize,
                                  deviceCharacteristics,
                                  shmMap,
                                  shmLock,
                                  shmBarrier,
                                  shmUnmap,
                                  nullptr,
                                  nullptr};

int open(sqlite3_vfs*, const char* name, sqlite3_file* handle, int flags, int* outFlags)
{
    FaultyFile& opened = file(handle);
    opened.base.pMethods = nullptr;
    opened.name = name;
    if (mustFail("open", opened.name))
        return SQLITE_CANTOPEN;
    const int code = plan.real->xOpen(plan.real, name, opened.real(), flags, outFlags);
    if (code == SQLITE_OK)
        opened.base.pMethods = &kMethods;
    return code;
}

int deleteFile(sqlite3_vfs*, const char* name, int isSynced)
{
    if (mustFail("delete", name))
        return SQLITE_IOERR_DELETE;
    return plan.real->xDelete(plan.real, name, isSynced);
}

sqlite3_vfs vfs;

} // namespace

FaultySqlite::FaultySqlite(const std::string& file)
{
    plan.file = file;
    sqlite3_initialize();
    plan.real = sqlite3_vfs_find(nullptr);
    vfs = *plan.real;
    vfs.szOsFile = static_cast<int>(sizeof(FaultyFile)) + plan.real->szOsFile;
    vfs.zName = "faulty";
    vfs.pNext = nullptr;
    vfs.xOpen = open;
    vfs.xDelete = deleteFile;
    sqlite3_vfs_register(&vfs, 1);
}

FaultySqlite::~FaultySqlite()
{
    sqlite3_vfs_unregister(&vfs);
    sqlite3_vfs_register(plan.real, 1);
}

void FaultySqlite::failAt(int call, Fault fault, bool isForEver)
{
    const std::lock_guard guard(plan.mutex);
    plan.calls = 0;
    plan.failAt = call;
    plan.operation.clear();
    plan.fault = fault;
    plan.isForEver = isForEver;
    plan.wasReached = false;
    plan.failedCall.clear();
}

void FaultySqlite::failEvery(const char* operation, Fault fault)
{
    failAt(1, fault, true);
    const std::lock_guard guard(plan.mutex);
    plan.operation = operation;
}

void FaultySqlite::disarm()
{
    const std::lock_guard guard(plan.mutex);
    plan.failAt = 0;
}

bool FaultySqlite::wasReached() const
{
    const std::lock_guard guard(plan.mutex);
    return plan.wasReached;
}

std::string FaultySqlite::failedCall() const
{
    const std::lock_guard guard(plan.mutex);
    return plan.failedCall;
}

} // namespace trainyard::test
